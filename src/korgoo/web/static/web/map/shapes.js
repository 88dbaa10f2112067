// Shapes on the ground, for drawing: what is judged is judged by the engine.
const METRES_PER_DEGREE = 111195;

/** Return the ring of a circle as [lon, lat] pairs. */
export function circleRing(lon, lat, radius, corners = 64) {
  const shrink = Math.cos((lat * Math.PI) / 180);
  const ring = [];
  for (let step = 0; step <= corners; step += 1) {
    const angle = ((step % corners) / corners) * 2 * Math.PI;
    ring.push([
      lon + (radius * Math.cos(angle)) / (METRES_PER_DEGREE * shrink),
      lat + (radius * Math.sin(angle)) / METRES_PER_DEGREE,
    ]);
  }
  return ring;
}

/** Return metres between two [lon, lat] pairs. */
export function distance(one, other) {
  const shrink = Math.cos((((one[1] + other[1]) / 2) * Math.PI) / 180);
  return Math.hypot((other[0] - one[0]) * shrink, other[1] - one[1]) * METRES_PER_DEGREE;
}

/** Return a place `east` and `north` metres from a [lon, lat] pair. */
export function moved([lon, lat], east, north) {
  const shrink = Math.cos((lat * Math.PI) / 180);
  return [lon + east / (METRES_PER_DEGREE * shrink), lat + north / METRES_PER_DEGREE];
}

/** Return the geometry of a zone as the server describes it. */
export function zoneGeometry(zone) {
  if (zone.geometry) return zone.geometry;
  return { type: "Polygon", coordinates: [circleRing(zone.lon, zone.lat, zone.radius_m)] };
}

/** Return a feature collection. */
export function collection(features) {
  return { type: "FeatureCollection", features };
}

/** Return a feature. */
export function feature(geometry, properties = {}, id = undefined) {
  return id === undefined ? { type: "Feature", geometry, properties } : { type: "Feature", id, geometry, properties };
}

/** Return a point feature. */
export function point(lon, lat, properties = {}, id = undefined) {
  return feature({ type: "Point", coordinates: [lon, lat] }, properties, id);
}

/** Return the bounds of [lon, lat] pairs anywhere in nested coordinates, null for none. */
export function boundsOf(nested) {
  let found = null;
  const visit = (item) => {
    if (typeof item[0] !== "number") return item.forEach(visit);
    found ??= [...item.slice(0, 2), ...item.slice(0, 2)];
    found = [Math.min(found[0], item[0]), Math.min(found[1], item[1]), Math.max(found[2], item[0]), Math.max(found[3], item[1])];
    return undefined;
  };
  nested.forEach(visit);
  return found;
}
