// Fixes and zones as layers, for a day and for the evidence of an alert.
import { colourOf } from "./icons.js";
import { isDark } from "./ground.js";
import { boundsOf, circleRing, collection, feature, point, zoneGeometry } from "./shapes.js";
import { timeOfDay, word } from "./settings.js";

const EXCLUSION = isDark ? "#ff8a95" : "#b00020";
const INCLUSION = isDark ? "#86c5f4" : "#0b5a8f";
const USED = isDark ? "#eef1f4" : "#14181d";

/** Whether decisions rest on this fix as far as we were told. */
export function isUsed(fix) {
  return fix.use !== "held" && fix.use !== "ignored";
}

/** Say why a fix was not used. */
export function refusal(fix) {
  return isUsed(fix) ? "" : `${word(fix.use)}: ${word(`reason.${fix.reason}`).replace(/^reason\./, "")}`;
}

/** Describe a fix in one line. */
export function tellFix(fix) {
  const parts = [timeOfDay(fix.at_ms)];
  if (fix.accuracy_m !== null) parts.push(word("accuracy", { n: Math.round(fix.accuracy_m) }));
  if (fix.source) parts.push(fix.source);
  if (fix.speed_kmh !== null) parts.push(word("speed", { n: fix.speed_kmh }));
  if (fix.battery !== null) parts.push(word("battery", { n: fix.battery }));
  if (fix.received_ms - fix.at_ms > 60000) parts.push(word("received_late", { time: timeOfDay(fix.received_ms) }));
  if (fix.sos) parts.push(word("sos"));
  if (!isUsed(fix)) parts.push(refusal(fix));
  return parts.join(" · ");
}

/** Draw the zones: what must not be left in blue, what must not be entered in red and hatched by a thick border. */
export function addZones(map, zones) {
  const features = zones.map((zone) => feature(zoneGeometry(zone), { kind: zone.kind }));
  const names = zones.map((zone) => {
    const [west, , east, north] = boundsOf(zoneGeometry(zone).coordinates);
    return point((west + east) / 2, north, { kind: zone.kind, text: `${zone.name}: ${word(zone.kind)}` });
  });
  map.addSource("zones", { type: "geojson", data: collection(features) });
  map.addSource("zone-names", { type: "geojson", data: collection(names) }); // above the zone, off its fixes
  const colour = ["match", ["get", "kind"], "exclusion", EXCLUSION, INCLUSION];
  map.addLayer({ id: "zone-fill", type: "fill", source: "zones", paint: { "fill-color": colour, "fill-opacity": 0.1 } });
  map.addLayer({
    id: "zone-line", type: "line", source: "zones",
    paint: { "line-color": colour, "line-width": ["match", ["get", "kind"], "exclusion", 3, 2], "line-dasharray": ["match", ["get", "kind"], "exclusion", ["literal", [1, 0]], ["literal", [3, 2]]] },
  });
  map.addLayer({
    id: "zone-name", type: "symbol", source: "zone-names", minzoom: 12,
    layout: { "text-field": ["get", "text"], "text-font": ["Noto Sans Medium"], "text-size": 13, "text-anchor": "bottom", "text-offset": [0, -0.2], "text-max-width": 20 },
    paint: { "text-color": colour, "text-halo-color": colourOf("edge"), "text-halo-width": 2 },
  });
}

/** Draw fixes: a filled dot where used, a hollow ring where not; `labels` writes the reason beside a ring. */
export function addFixes(map, fixes, { labels = false } = {}) {
  map.addSource("fixes", { type: "geojson", data: drawFixes(fixes) });
  map.addSource("accuracy", { type: "geojson", data: collection([]) });
  map.addLayer({ id: "accuracy-fill", type: "fill", source: "accuracy", filter: ["<", ["get", "metres"], 300], paint: { "fill-color": USED, "fill-opacity": 0.08 } });
  map.addLayer({ id: "accuracy-line", type: "line", source: "accuracy", paint: { "line-color": USED, "line-width": 1, "line-opacity": 0.5 } });
  map.addLayer({
    id: "fixes", type: "circle", source: "fixes",
    paint: {
      "circle-radius": ["case", ["get", "sos"], 8, ["get", "used"], 4.5, 6],
      "circle-color": ["case", ["get", "sos"], colourOf("p1"), USED],
      "circle-opacity": ["case", ["get", "used"], 1, 0],
      "circle-stroke-color": ["case", ["get", "used"], colourOf("edge"), colourOf("p2")],
      "circle-stroke-width": ["case", ["get", "used"], 1.2, 2.5],
    },
  });
  if (!labels) return;
  map.addLayer({
    id: "fix-names", type: "symbol", source: "fixes",
    layout: { "text-field": ["get", "text"], "text-font": ["Noto Sans Medium"], "text-size": 12, "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 0.9, "text-justify": "auto" },
    paint: { "text-color": ["case", ["get", "used"], USED, colourOf("p2")], "text-halo-color": colourOf("edge"), "text-halo-width": 1.8 },
  });
}

/** Return fixes as GeoJSON. */
export function drawFixes(fixes) {
  return collection(fixes.map((fix) => point(fix.lon, fix.lat, {
    used: isUsed(fix), sos: fix.sos, text: isUsed(fix) ? timeOfDay(fix.at_ms) : `${timeOfDay(fix.at_ms)}\n${refusal(fix)}`,
  }, fix.seq)));
}

/** Draw the circles in which the fixes lie by their own account. */
export function showAccuracy(map, fixes) {
  const known = fixes.filter((fix) => fix.accuracy_m);
  map.getSource("accuracy").setData(collection(known.map((fix) => feature({
    type: "Polygon", coordinates: [circleRing(fix.lon, fix.lat, fix.accuracy_m, 48)],
  }, { metres: fix.accuracy_m }))));
}
