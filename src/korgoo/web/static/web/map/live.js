// The live map with the list beside it: what a mouse sees and what a keyboard or a screen reader gets.
import { Popup } from "../../vendor/maplibre-gl/maplibre-gl.js";
import { goTo, makeMap } from "./frame.js";
import { STATES, markCanvas } from "./icons.js";
import { People, addPeopleLayers } from "./people.js";
import { age, element, fetchJson, nowMs, settings, word } from "./settings.js";
import { addPairLines, paintPairs } from "./pair.js";
import { boundsOf } from "./shapes.js";

const MOST_LISTED = 100;
const REPAINT_MS = 15000;
const LEVELS_AFTER_MS = 500;

const people = new People();
const find = (name) => document.querySelector(`[data-map-${name}]`);
const personUrl = (id) => settings.addresses.person.replace("/0/", `/${id}/`);
let map = null;
let pairs = [];

/** Begin: load everybody, draw, then listen. */
export async function startLiveMap(container) {
  drawLegend();
  const making = makeMap(container);
  const loaded = await load();
  map = await making;
  if (map) {
    addPairLines(map); // below the marks
    addPeopleLayers(map);
    paint();
    goTo(map, boundsOf(firstView()), { maxZoom: 14 });
    answerPointer();
  }
  if (loaded) listen();
  find("search").addEventListener("input", list);
  setInterval(() => { paint(); list(); }, REPAINT_MS);
  window.korgooPeople = people;
}

/** Return the places that the first view shows: all, but for one in fifty strays far from the crowd that have no alert. */
function firstView() {
  const placed = [...people.all.values()].filter((person) => person.lon !== null);
  const near = (key) => {
    const sorted = placed.map((person) => person[key]).sort((one, other) => one - other);
    const [low, middle, high] = [1, 2, 3].map((quarter) => sorted[(sorted.length * quarter) >> 2]);
    return (person) => Math.abs(person[key] - middle) <= 4 * Math.max(middle - low, high - middle);
  };
  const [inWidth, inHeight] = [near("lon"), near("lat")];
  const strays = new Set(placed.filter((person) => !person.level && !(inWidth(person) && inHeight(person))));
  const shown = strays.size <= placed.length / 50 ? placed.filter((person) => !strays.has(person)) : placed;
  return shown.map((person) => [person.lon, person.lat]);
}

async function load() {
  try {
    const known = await fetchJson(settings.addresses.points);
    people.name(known.people);
    people.move(known.points);
    people.alarm(known.levels);
    pairs = known.pairs;
    say(word("live"));
    list();
    return true;
  } catch {
    say(word("not_loaded"), true);
    return false;
  }
}

function say(text, isBad = false) {
  const status = find("status");
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("bad", isBad);
}

function paint() {
  if (!map) return;
  people.paint(map, nowMs());
  paintPairs(map, pairs, people.all);
}

function listen() {
  let waiting = 0;
  let listing = 0;
  const listSoon = () => { listing ||= setTimeout(() => { listing = 0; list(); }, 1000); };
  document.addEventListener("korgoo:stream", async ({ detail: { topic, data } }) => {
    if (topic === "picture") {
      const unknown = people.move(data);
      paint();
      listSoon();
      if (unknown) waiting ||= setTimeout(async () => { waiting = 0; await load(); paint(); }, 5000);
    } else if (topic === "alert") {
      waiting ||= setTimeout(async () => { waiting = 0; await takeLevels(); }, LEVELS_AFTER_MS);
    } else if (topic === "hello" || topic === "reset") {
      await load(); // positions are not replayed: what changed in the meantime is loaded
      paint();
    } else if (topic === "lost") {
      say(word("reconnecting"), true);
    }
  });
}

async function takeLevels() {
  try {
    const alarms = await fetchJson(settings.addresses.levels);
    people.alarm(alarms.levels);
    pairs = alarms.pairs;
    paint();
    list();
  } catch {
    say(word("reconnecting"), true);
  }
}

function drawLegend() {
  find("legend").replaceChildren(...STATES.map((state) => legendItem(state, "participant", word(state))),
    legendItem("fresh", "protected", word("protected")));
}

function legendItem(state, kind, text) {
  const mark = markCanvas(state, kind);
  mark.setAttribute("aria-hidden", "true");
  return element("li", {}, mark, element("span", { text }));
}

function order(one, other) {
  return (one.level ?? 9) - (other.level ?? 9) || (other.fixedMs ?? 0) - (one.fixedMs ?? 0);
}

/** Write the list: alerts first, then the newest positions; as many as a person can read. */
function list() {
  const asked = find("search").value.trim().toLocaleLowerCase();
  const now = nowMs();
  const matching = [...people.all.values()].filter((person) => person.name.toLocaleLowerCase().includes(asked));
  const shown = matching.sort(order).slice(0, MOST_LISTED);
  const held = document.activeElement?.closest?.("[data-person]")?.dataset.person;
  find("list").replaceChildren(...shown.map((person) => row(person, now)));
  find("count").textContent = word("shown", { n: shown.length, total: people.all.size });
  if (held) document.querySelector(`[data-person="${held}"] button`)?.focus({ preventScroll: true });
}

function describe(person, now) {
  if (person.lon === null) return person.level ? `${word(`p${person.level}`)}, ${word("never")}` : word("never");
  return `${word(people.stateOf(person, now))}, ${age(now - person.fixedMs)}`;
}

function row(person, now) {
  const state = people.stateOf(person, now);
  const mark = markCanvas(state, person.kind);
  mark.setAttribute("aria-hidden", "true");
  const button = element("button", { type: "button", class: "plain", text: person.name });
  button.setAttribute("aria-label", `${person.name}: ${word("show")}`);
  button.addEventListener("click", () => show(person));
  const link = element("a", { href: personUrl(person.id), text: word("day") });
  link.setAttribute("aria-label", `${word("day")}: ${person.name}`);
  const kind = person.kind === "protected" ? `${word("protected")}, ` : "";
  return element("li", { "data-person": person.id, class: state }, mark,
    element("span", {}, button, element("small", { text: kind + describe(person, now) })), link);
}

let popup = null;

function show(person) {
  if (!map || person.lon === null) return;
  popup?.remove();
  const link = element("a", { href: personUrl(person.id), text: word("day") });
  const text = element("div", { class: "map-popup" }, element("strong", { text: person.name }),
    element("span", { text: describe(person, nowMs()) }),
    element("span", { text: person.accuracy ? word("accuracy", { n: Math.round(person.accuracy / 100) }) : "" }), link);
  popup = new Popup({ closeButton: false, focusAfterOpen: false, offset: 14 })
    .setLngLat([person.lon, person.lat]).setDOMContent(text).addTo(map);
  map.easeTo({ center: [person.lon, person.lat], zoom: Math.max(map.getZoom(), 13), animate: false });
}

function answerPointer() {
  for (const layer of ["people-dots", "people-marks"]) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
    map.on("click", layer, ({ features }) => show(people.all.get(features[0].id)));
  }
}
