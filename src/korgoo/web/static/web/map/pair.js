// A pair's alert: the rings around her, her own fixes beside his, and the line between the two.
import { colourOf } from "./icons.js";
import { word } from "./settings.js";
import { boundsOf, collection, feature, point, zoneGeometry } from "./shapes.js";

const COLOURS = { warning: "p2", breach: "p1", emergency: "p1", place: "p2" };

/** Return the corners of all that is drawn of a pair. */
export function placesOf(pair) {
  const breach = pair.rings.filter((ring) => ring.ring !== "warning").map((ring) => zoneGeometry(ring).coordinates);
  return [...pair.hers.map((fix) => [fix.lon, fix.lat]), ...breach];
}

/** Draw the rings, the warning ring dashed, each with its name at its top. */
export function addRings(map, rings) {
  const shapes = rings.map((ring) => feature(zoneGeometry(ring), { ring: ring.ring, colour: colourOf(COLOURS[ring.ring]) }));
  const names = rings.map((ring) => {
    const [west, , east, north] = boundsOf(zoneGeometry(ring).coordinates);
    return point((west + east) / 2, north, { text: word(`ring.${ring.ring}`, { n: ring.metres }), colour: colourOf(COLOURS[ring.ring]) });
  });
  map.addSource("rings", { type: "geojson", data: collection(shapes) });
  map.addSource("ring-names", { type: "geojson", data: collection(names) });
  map.addLayer({ id: "ring-fill", type: "fill", source: "rings", paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.06 } });
  for (const [id, isWarning, dash] of [["ring-line", false, [1, 0]], ["ring-warning", true, [3, 2]]]) {
    map.addLayer({
      id, type: "line", source: "rings", filter: [isWarning ? "==" : "!=", ["get", "ring"], "warning"],
      paint: { "line-color": ["get", "colour"], "line-width": 2, "line-dasharray": dash },
    });
  }
  map.addLayer({
    id: "ring-name", type: "symbol", source: "ring-names",
    layout: { "text-field": ["get", "text"], "text-font": ["Noto Sans Medium"], "text-size": 13, "text-anchor": "bottom", "text-offset": [0, -0.2], "text-max-width": 24 },
    paint: { "text-color": ["get", "colour"], "text-halo-color": colourOf("edge"), "text-halo-width": 2 },
  });
}

/** Draw her fixes as on the live map: a dot in a wide ring; the newest is larger. */
export function addHerFixes(map, fixes) {
  const drawn = fixes.map((fix, at) => point(fix.lon, fix.lat, { last: at === fixes.length - 1 }));
  map.addSource("hers", { type: "geojson", data: collection(drawn) });
  map.addLayer({
    id: "hers", type: "circle", source: "hers",
    paint: {
      "circle-radius": ["case", ["get", "last"], 6, 3],
      "circle-color": colourOf("edge"), "circle-stroke-color": colourOf("fresh"), "circle-stroke-width": ["case", ["get", "last"], 4, 2],
    },
  });
}

/** Add the source of the lines between the two of each open pair alert, for the live map. */
export function addPairLines(map) {
  map.addSource("pairs", { type: "geojson", data: collection([]) });
  map.addLayer({
    id: "pairs", type: "line", source: "pairs",
    paint: { "line-color": ["get", "colour"], "line-width": 3, "line-dasharray": [2, 1] },
  });
}

/** Draw a line between the two of each pair whose places are both known: [participant, protected, level]. */
export function paintPairs(map, pairs, people) {
  const lines = [];
  for (const [him, her, level] of pairs) {
    const ends = [people.get(him), people.get(her)];
    if (ends.some((person) => !person || person.lon === null)) continue;
    const coordinates = ends.map((person) => [person.lon, person.lat]);
    lines.push(feature({ type: "LineString", coordinates }, { colour: colourOf(`p${level}`) }));
  }
  map.getSource("pairs")?.setData(collection(lines));
  return lines.length;
}
