// What an alert rests on, on the map: every fix of its evidence, the zone, and how far from its border.
import { drawsMaps, goTo, makeMap } from "./frame.js";
import { colourOf } from "./icons.js";
import { fetchJson, word } from "./settings.js";
import { addHerFixes, addRings, placesOf } from "./pair.js";
import { boundsOf, collection, distance, feature, zoneGeometry } from "./shapes.js";
import { addFixes, addZones, drawLegend, isUsed, showAccuracy } from "./track.js";

const NEAR_M = 2000; // an unused fix within it belongs into the picture

/** Begin. A picture without evidence is not shown at all. */
export async function startAlertMap(container) {
  if (!drawsMaps(container)) return; // then no position is read either
  const figure = container.closest("figure");
  const status = figure.querySelector("[data-map-status]");
  let evidence;
  try {
    evidence = await fetchJson(container.dataset.url);
  } catch {
    container.hidden = true; // an empty frame looks like a map without fixes
    status.textContent = word("not_loaded");
    return;
  }
  const { pair } = evidence;
  if (!evidence.fixes.length && !evidence.zones.length && !pair) {
    figure.hidden = true;
    return;
  }
  // A cell tower's place or a jump may lie 100 km away: it must not shrink what decisions rest on to a dot.
  const counted = evidence.fixes.filter(isUsed);
  const near = (fix) => isUsed(fix) || counted.some((other) => distance([fix.lon, fix.lat], [other.lon, other.lat]) < NEAR_M);
  const shown = counted.length ? evidence.fixes.filter(near) : evidence.fixes;
  const places = [...shown.map((fix) => [fix.lon, fix.lat]), ...evidence.zones.map((zone) => zoneGeometry(zone).coordinates)];
  if (pair) places.push(...placesOf(pair));
  const map = await makeMap(container, { bounds: boundsOf(places) });
  if (!map) return;
  addZones(map, evidence.zones);
  if (pair) addRings(map, pair.rings);
  const told = evidence.line ? word(pair ? "apart" : "distance", { n: evidence.line.distance_m }) : "";
  if (evidence.line) addDistance(map, evidence.line, told);
  if (pair) addHerFixes(map, pair.hers);
  addFixes(map, evidence.fixes, { labels: true });
  showAccuracy(map, evidence.fixes);
  goTo(map, boundsOf(places), { maxZoom: 17 });
  const words = pair ? [told, word(`moved.${pair.moved}`)] : [told];
  if (shown.length < evidence.fixes.length) words.push(word("beyond", { n: evidence.fixes.length - shown.length }));
  status.textContent = words.filter(Boolean).join(" · ");
  drawLegend(figure.querySelector("[data-map-legend]"), evidence.fixes);
}

function addDistance(map, line, text) {
  const drawn = feature({ type: "LineString", coordinates: [line.from, line.to] }, { text });
  map.addSource("distance", { type: "geojson", data: collection([drawn]) });
  map.addLayer({ id: "distance", type: "line", source: "distance", paint: { "line-color": colourOf("p2"), "line-width": 2.5, "line-dasharray": [2, 1.5] } });
  map.addLayer({
    id: "distance-name", type: "symbol", source: "distance",
    layout: { "symbol-placement": "line-center", "text-field": ["get", "text"], "text-font": ["Noto Sans Medium"], "text-size": 13, "text-offset": [0, -0.9], "text-allow-overlap": true },
    paint: { "text-color": colourOf("p2"), "text-halo-color": colourOf("edge"), "text-halo-width": 2 },
  });
}
