// Everybody on the live map as one GeoJSON source. Few changes are sent as a difference, many as a whole: a
// difference of everything takes the map's worker seconds (measured: 20,000 of 20,000 in 7.6 s).
import { addMarks, colourOf } from "./icons.js";
import { collection, point } from "./shapes.js";

export const OLD_MS = 15 * 60 * 1000;
const MOST_BY_DIFFERENCE = 0.05;

/** What is known of everybody, and what of it the map has been told. */
export class People {
  constructor() {
    this.all = new Map(); // id -> person
    this.told = new Map(); // id -> "lon,lat,state" as drawn
  }

  /** Take names and kinds: [id, name, kind]. */
  name(rows) {
    for (const [id, name, kind] of rows) {
      const known = this.all.get(id) ?? { id, seq: -1, level: null, lon: null };
      this.all.set(id, Object.assign(known, { name, kind }));
    }
  }

  /** Take positions: [id, seq, lat_e7, lon_e7, accuracy_cm, fixed_ms, received_ms, battery, verdict]. Returns who is new. */
  move(rows) {
    let unknown = 0;
    for (const [id, seq, lat, lon, accuracy, fixed, , battery, verdict] of rows) {
      const person = this.all.get(id);
      if (!person) {
        unknown += 1;
      } else if (seq > person.seq) {
        person.seq = seq;
        person.fixedMs = fixed;
        person.battery = battery;
        person.verdict = verdict;
        if (lat !== null && lon !== null) Object.assign(person, { lat: lat / 1e7, lon: lon / 1e7, accuracy });
      }
    }
    return unknown;
  }

  /** Take the most urgent level of everybody who has an open alert; nobody else has one. */
  alarm(levels) {
    for (const person of this.all.values()) person.level = levels[person.id] ?? null;
  }

  /** Return the state that the mark shows. */
  stateOf(person, now) {
    if (person.level) return `p${person.level}`;
    return now - person.fixedMs > OLD_MS ? "old" : "fresh";
  }

  /** Bring the source up to what is known; returns how many marks changed. */
  paint(source, now) {
    const changed = [];
    let placed = 0;
    for (const person of this.all.values()) {
      if (person.lon === null) continue;
      placed += 1;
      const state = this.stateOf(person, now);
      const mark = `${person.lon},${person.lat},${state}`;
      if (this.told.get(person.id) !== mark) {
        changed.push([person, state]);
        this.told.set(person.id, mark);
      }
    }
    if (!changed.length) return 0;
    if (changed.length > placed * MOST_BY_DIFFERENCE) {
      source.setData(this.draw(now));
    } else {
      source.updateData({ add: changed.map(([person, state]) => asFeature(person, state)) }); // add replaces by id
    }
    return changed.length;
  }

  /** Return everybody as GeoJSON. */
  draw(now) {
    const placed = [...this.all.values()].filter((person) => person.lon !== null);
    return collection(placed.map((person) => asFeature(person, this.stateOf(person, now))));
  }
}

function asFeature(person, state) {
  return point(person.lon, person.lat, { state, kind: person.kind }, person.id);
}

/** Add the source and its layers: plain dots for most, shapes for those with alerts, above the dots. */
export function addPeopleLayers(map) {
  addMarks(map);
  map.addSource("people", { type: "geojson", data: collection([]), maxzoom: 14, buffer: 16, tolerance: 0 });
  const isDot = ["in", ["get", "state"], ["literal", ["fresh", "old"]]];
  const isOld = ["==", ["get", "state"], "old"];
  map.addLayer({
    id: "people-rings",
    type: "circle",
    source: "people",
    filter: ["all", isDot, ["==", ["get", "kind"], "protected"]], // a mark carries its own ring
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 5, 12, 9, 16, 12],
      "circle-color": colourOf("edge"),
      "circle-stroke-color": ["case", isOld, colourOf("old"), colourOf("fresh")],
      "circle-stroke-width": 2,
    },
  });
  map.addLayer({
    id: "people-dots",
    type: "circle",
    source: "people",
    filter: isDot,
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 2.5, 12, 5, 16, 7],
      "circle-color": ["case", isOld, colourOf("edge"), colourOf("fresh")],
      "circle-stroke-color": ["case", isOld, colourOf("old"), colourOf("edge")],
      "circle-stroke-width": ["case", isOld, 2, 1],
    },
  });
  map.addLayer({
    id: "people-marks",
    type: "symbol",
    source: "people",
    filter: ["!", isDot],
    layout: {
      "icon-image": ["concat", ["get", "state"], ".", ["get", "kind"]],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "symbol-sort-key": ["match", ["get", "state"], "p1", 4, "p2", 3, "p3", 2, 1],
    },
  });
}
