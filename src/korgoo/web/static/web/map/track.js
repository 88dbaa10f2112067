// Fixes and zones as layers, for a day and for the evidence of an alert.
import { colourOf } from "./icons.js";
import { isDark } from "./ground.js";
import { boundsOf, circleRing, collection, feature, point, zoneGeometry } from "./shapes.js";
import { element, timeOfDay, word } from "./settings.js";

const EXCLUSION = isDark ? "#ff8a95" : "#b00020";
const INCLUSION = isDark ? "#86c5f4" : "#0b5a8f";
const USED = isDark ? "#eef1f4" : "#14181d";

/** Whether decisions rest on this fix as far as we were told. */
export function isUsed(fix) {
  return fix.use !== "held" && fix.use !== "ignored";
}

/** Say what was made of a fix, and why. */
export function verdict(fix) {
  const reason = fix.reason ? `: ${word(`reason.${fix.reason}`).replace(/^reason\./, "")}` : "";
  return word(fix.use || "unjudged") + reason;
}

/** Describe a fix in one line. */
export function tellFix(fix) {
  const parts = [timeOfDay(fix.at_ms)];
  if (fix.accuracy_m !== null) parts.push(word("accuracy", { n: Math.round(fix.accuracy_m) }));
  if (fix.source) parts.push(word(`source.${fix.source}`).replace(/^source\./, ""));
  if (fix.speed_kmh !== null) parts.push(word("speed", { n: fix.speed_kmh }));
  if (fix.battery !== null) parts.push(word("battery", { n: fix.battery }));
  if (fix.received_ms - fix.at_ms > 60000) parts.push(word("received_late", { time: timeOfDay(fix.received_ms) }));
  if (fix.sos) parts.push(word("sos"));
  parts.push(verdict(fix));
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

/** Draw fixes: a filled dot where used, a hollow ring where held back, a cross where ignored, a small dot where
 * nothing was judged; `labels` writes the reason beside a ring. */
export function addFixes(map, fixes, { labels = false } = {}) {
  if (!map.hasImage("ignored")) map.addImage("ignored", drawCross(), { pixelRatio: 2 });
  map.addSource("fixes", { type: "geojson", data: drawFixes(fixes) });
  map.addSource("accuracy", { type: "geojson", data: collection([]) });
  map.addLayer({ id: "accuracy-fill", type: "fill", source: "accuracy", filter: ["<", ["get", "metres"], 300], paint: { "fill-color": USED, "fill-opacity": 0.08 } });
  map.addLayer({ id: "accuracy-line", type: "line", source: "accuracy", paint: { "line-color": USED, "line-width": 1, "line-opacity": 0.5 } });
  map.addLayer({
    id: "fixes", type: "circle", source: "fixes", filter: ["!=", ["get", "use"], "ignored"],
    paint: {
      "circle-radius": ["case", ["get", "sos"], 8, ["==", ["get", "use"], ""], 3, ["get", "used"], 4.5, 6],
      "circle-color": ["case", ["get", "sos"], colourOf("p1"), USED],
      "circle-opacity": ["case", ["==", ["get", "use"], ""], 0.45, ["get", "used"], 1, 0],
      "circle-stroke-color": ["case", ["get", "used"], colourOf("edge"), colourOf("p2")],
      "circle-stroke-width": ["case", ["==", ["get", "use"], ""], 0, ["get", "used"], 1.2, 2.5],
    },
  });
  map.addLayer({
    id: "ignored", type: "symbol", source: "fixes", filter: ["==", ["get", "use"], "ignored"],
    layout: { "icon-image": "ignored", "icon-allow-overlap": true, "icon-ignore-placement": true },
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
    used: isUsed(fix), use: fix.use, sos: fix.sos, text: isUsed(fix) ? timeOfDay(fix.at_ms) : `${timeOfDay(fix.at_ms)}\n${verdict(fix)}`,
  }, fix.seq)));
}

/** Draw the circles in which the fixes lie by their own account. */
export function showAccuracy(map, fixes) {
  const known = fixes.filter((fix) => fix.accuracy_m);
  map.getSource("accuracy").setData(collection(known.map((fix) => feature({
    type: "Polygon", coordinates: [circleRing(fix.lon, fix.lat, fix.accuracy_m, 48)],
  }, { metres: fix.accuracy_m }))));
}

function drawCross() {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [28, 28]; // drawn at twice its size on the screen
  const context = canvas.getContext("2d");
  context.lineCap = "round";
  for (const [colour, width] of [[colourOf("edge"), 9], [colourOf("p2"), 5]]) {
    context.beginPath();
    for (const [x, y] of [[7, 7], [21, 7]]) {
      context.moveTo(x, y);
      context.lineTo(28 - x, 28 - y);
    }
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }
  return context.getImageData(0, 0, 28, 28);
}

/** Fill a legend with the marks that are drawn. */
export function drawLegend(list, fixes) {
  const uses = ["used", "held", "ignored", ""].filter((use) => use === "used" || fixes.some((fix) => fix.use === use));
  list.replaceChildren(...uses.map((use) => element("li", {},
    element("span", { class: `dot ${use || "unjudged"}`, "aria-hidden": "true" }), element("span", { text: word(use || "unjudged") }))));
}
