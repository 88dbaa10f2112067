// What an alert rests on, on the map: every fix of its evidence, the zone, and how far from its border.
import { drawsMaps, goTo, makeMap } from "./frame.js";
import { colourOf } from "./icons.js";
import { element, fetchJson, word } from "./settings.js";
import { boundsOf, collection, feature, zoneGeometry } from "./shapes.js";
import { addHerFixes, addRings, placesOf } from "./pair.js";
import { addFixes, addZones, showAccuracy } from "./track.js";

/** Begin. A picture without evidence is not shown at all. */
export async function startAlertMap(container) {
  if (!drawsMaps(container)) return; // then no position is read either
  const figure = container.closest("figure");
  const status = figure.querySelector("[data-map-status]");
  let evidence;
  try {
    evidence = await fetchJson(container.dataset.url);
  } catch {
    status.textContent = word("not_loaded");
    return;
  }
  const places = [...evidence.fixes.map((fix) => [fix.lon, fix.lat]), ...evidence.zones.map((zone) => zoneGeometry(zone).coordinates)];
  const { pair } = evidence;
  if (pair) places.push(...placesOf(pair));
  if (!places.length) {
    figure.hidden = true;
    return;
  }
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
  status.textContent = pair ? [told, word(`moved.${pair.moved}`)].filter(Boolean).join("; ") : told;
  drawLegend(figure, evidence.fixes);
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

function drawLegend(figure, fixes) {
  const uses = ["used", ...["held", "ignored"].filter((use) => fixes.some((fix) => fix.use === use))];
  figure.querySelector("[data-map-legend]").replaceChildren(...uses.map((use) => element("li", {},
    element("span", { class: `dot ${use === "used" ? "used" : "unused"}`, "aria-hidden": "true" }), element("span", { text: word(use) }))));
}
