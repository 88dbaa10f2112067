// A person's day under a time slider. ← and → go from fix to fix, as does the slider itself; playing runs the time.
import { goTo, makeMap } from "./frame.js";
import { colourOf } from "./icons.js";
import { element, fetchJson, settings, timeOfDay, word } from "./settings.js";
import { boundsOf, collection, feature, point, zoneGeometry } from "./shapes.js";
import { addFixes, addZones, drawFixes, drawLegend, isUsed, showAccuracy, tellFix, verdict } from "./track.js";

const GAP_MS = 10 * 60 * 1000; // a line over a longer silence would claim a way that nobody saw
const SHOWN = 60; // the last fixes before the shown instant; of those not used all of the day so far, up to
const SHOWN_UNUSED = 500;
const find = (name) => document.querySelector(`[data-${name}]`);

let day = null;
let map = null;
let shownMs = 0;
let playing = 0;

/** Begin: read the day, draw it, give the controls. */
export async function startDay(container) {
  const making = makeMap(container);
  try {
    day = await fetchJson(settings.addresses.track);
  } catch {
    find("map-status").textContent = word("not_loaded");
    return;
  }
  map = await making;
  find("map-status").textContent = day.is_cut ? word("is_cut") : day.fixes.length ? "" : word("no_fixes");
  listFindings();
  listVerdicts();
  if (map) draw();
  if (day.fixes.length) control();
}

function draw() {
  addZones(map, day.zones);
  map.addSource("way", { type: "geojson", data: collection([]) });
  map.addSource("whole", { type: "geojson", data: collection(ways(day.fixes)) });
  map.addSource("now", { type: "geojson", data: collection([]) });
  const line = { "line-color": colourOf("p3"), "line-width": 3 };
  map.addLayer({ id: "whole", type: "line", source: "whole", paint: { ...line, "line-opacity": 0.25, "line-width": 2 } });
  map.addLayer({ id: "way", type: "line", source: "way", layout: { "line-join": "round" }, paint: line });
  addFixes(map, []);
  map.addLayer({ id: "now", type: "circle", source: "now", paint: { "circle-radius": 9, "circle-color": colourOf("p3"), "circle-opacity": ["case", ["get", "used"], 1, 0], "circle-stroke-color": ["case", ["get", "used"], colourOf("edge"), colourOf("p2")], "circle-stroke-width": 3 } });
  const places = day.fixes.filter(isUsed).map((fix) => [fix.lon, fix.lat]);
  goTo(map, boundsOf([...places, ...day.zones.map((zone) => zoneGeometry(zone).coordinates)]));
}

/** Return the way along used fixes as lines, broken where nothing was known for long. */
function ways(fixes) {
  const lines = [];
  let previous = null;
  for (const fix of fixes.filter(isUsed)) {
    if (previous === null || fix.at_ms - previous.at_ms > GAP_MS) lines.push([]);
    lines.at(-1).push([fix.lon, fix.lat]);
    previous = fix;
  }
  return lines.filter((line) => line.length > 1).map((coordinates) => feature({ type: "LineString", coordinates }));
}

function control() {
  const slider = find("day-slider");
  slider.min = String(day.from_ms);
  slider.max = String(day.until_ms);
  slider.step = "1000";
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  slider.addEventListener("keydown", stepByKey);
  find("day-play").addEventListener("click", () => (playing ? stop() : play()));
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest("input, select, textarea, .maplibregl-map")) stepByKey(event);
  });
  find("day-controls").hidden = false;
  show(day.fixes.at(-1).at_ms);
}

function stepByKey(event) {
  const steps = { ArrowLeft: -1, ArrowRight: 1 };
  if (!(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  stop();
  const later = day.fixes.findIndex((fix) => fix.at_ms > shownMs);
  const earlier = day.fixes.findLastIndex((fix) => fix.at_ms < shownMs);
  const next = steps[event.key] > 0 ? later : earlier;
  if (next >= 0) show(day.fixes[next].at_ms);
}

function play() {
  const rate = Number(find("day-speed").value);
  if (shownMs >= day.until_ms) shownMs = day.from_ms;
  find("day-play").textContent = word("pause");
  let before = performance.now();
  const tick = (now) => {
    const speed = Number(find("day-speed").value) || rate;
    show(Math.min(day.until_ms, shownMs + (now - before) * speed));
    before = now;
    playing = shownMs < day.until_ms ? requestAnimationFrame(tick) : stop();
  };
  playing = requestAnimationFrame(tick);
}

function stop() {
  cancelAnimationFrame(playing);
  playing = 0;
  find("day-play").textContent = word("play");
  return 0;
}

/** Show the day as it was known at one instant. */
function show(atMs) {
  shownMs = atMs;
  const until = day.fixes.findLastIndex((fix) => fix.at_ms <= atMs) + 1;
  const past = day.fixes.slice(0, until);
  const last = past.at(-1);
  const slider = find("day-slider");
  slider.value = String(atMs);
  slider.setAttribute("aria-valuetext", timeOfDay(atMs));
  find("day-time").textContent = timeOfDay(atMs);
  find("day-fix").textContent = last ? tellFix(last) : word("no_fix", { time: timeOfDay(atMs) });
  if (map) paint(past, last);
}

function paint(past, last) {
  const recent = past.slice(-SHOWN);
  const unused = past.slice(0, -SHOWN).filter((fix) => !isUsed(fix)).slice(-SHOWN_UNUSED);
  map.getSource("way").setData(collection(ways(past)));
  map.getSource("fixes").setData(drawFixes([...unused, ...recent]));
  map.getSource("now").setData(collection(last ? [point(last.lon, last.lat, { used: isUsed(last) })] : []));
  showAccuracy(map, recent.slice(-5));
}

function listFindings() {
  find("day-findings").replaceChildren(...day.findings.map((finding) => {
    const button = element("button", { type: "button", class: "plain", text: finding.text });
    button.addEventListener("click", () => { stop(); show(Math.max(day.from_ms, finding.since_ms)); });
    const until = finding.until_ms ? ` – ${timeOfDay(finding.until_ms)}` : " –";
    return element("li", {}, button, element("span", { class: "soft", text: ` ${timeOfDay(finding.since_ms)}${until}` }));
  }));
}

/** Say in words what was made of the day's fixes; each that was not used can be gone to. */
function listVerdicts() {
  if (!day.fixes.length) return;
  const count = (use) => day.fixes.filter((fix) => fix.use === use).length;
  find("day-counts").textContent = word("counted", { total: day.fixes.length, used: count("used"), held: count("held"), ignored: count("ignored"), unjudged: count("") });
  drawLegend(find("map-legend"), day.fixes);
  const unused = day.fixes.filter((fix) => !isUsed(fix));
  find("day-unused").hidden = !unused.length;
  find("day-unused-title").textContent = word("unused", { n: unused.length });
  find("day-unused-list").replaceChildren(...unused.slice(0, SHOWN_UNUSED).map((fix) => {
    const button = element("button", { type: "button", class: "plain", text: timeOfDay(fix.at_ms) });
    button.addEventListener("click", () => { stop(); show(fix.at_ms); });
    return element("li", {}, button, element("span", { text: ` ${verdict(fix)}` }));
  }));
}
