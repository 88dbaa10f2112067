// Draws the base map that is there when no PMTiles file is installed, from packages alone.
import { feature } from "topojson-client";

const WEST = 44;
const EAST = 92;
const SOUTH = 33;
const NORTH = 58;
const OWN = new Set(["417", "398"]); // ISO 3166-1: Kyrgyzstan, Kazakhstan

/** Clip a ring to one side of an axis (Sutherland-Hodgman). */
function clipSide(ring, axis, limit, sign) {
  const inside = (point) => (point[axis] - limit) * sign >= 0;
  const clipped = [];
  ring.forEach((point, index) => {
    const before = ring[(index + ring.length - 1) % ring.length];
    if (inside(point) !== inside(before)) {
      const share = (limit - before[axis]) / (point[axis] - before[axis]);
      clipped.push([0, 1].map((i) => before[i] + (point[i] - before[i]) * share));
    }
    if (inside(point)) clipped.push(point);
  });
  return clipped;
}

/** Clip a closed ring to the region; null when nothing is left. */
function clipRing(ring) {
  const sides = [[0, WEST, 1], [0, EAST, -1], [1, SOUTH, 1], [1, NORTH, -1]];
  const clipped = sides.reduce((left, side) => (left.length ? clipSide(left, ...side) : left), ring.slice(0, -1));
  if (clipped.length < 3) return null;
  const rounded = clipped.map((point) => point.map((value) => Math.round(value * 1e4) / 1e4));
  return [...rounded, rounded[0]];
}

/** Return the polygons of a geometry, clipped to the region. */
function clipGeometry(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons
    .map((rings) => rings.map(clipRing).filter(Boolean))
    .filter((rings) => rings.length);
}

/** Countries of the region as GeoJSON; `own` marks those whose pages these are. Natural Earth, public domain. */
export function drawCountries(topology) {
  const features = feature(topology, topology.objects.countries).features.flatMap((country) => {
    const coordinates = clipGeometry(country.geometry);
    if (!coordinates.length) return [];
    const properties = { id: String(country.id), own: OWN.has(String(country.id)) };
    return [{ type: "Feature", properties, geometry: { type: "MultiPolygon", coordinates } }];
  });
  return { type: "FeatureCollection", features };
}

/** Places with at least 1,000 people as GeoJSON, the largest first. GeoNames, CC BY 4.0; Cyrillic names are ours. */
export function drawPlaces(cities, names) {
  const features = cities
    .filter((city) => city.country === "KG" || city.country === "KZ")
    .sort((one, other) => other.population - one.population)
    .map((city) => {
      const [lon, lat] = city.loc.coordinates;
      return {
        type: "Feature",
        properties: { name: city.name, ...names[city.cityId], population: city.population },
        geometry: { type: "Point", coordinates: [lon, lat] },
      };
    });
  const unknown = Object.keys(names).filter((id) => !cities.some((city) => String(city.cityId) === id));
  if (unknown.length) throw new Error(`place-names.json names places that are not there: ${unknown}`);
  return { type: "FeatureCollection", features };
}
