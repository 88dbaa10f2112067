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
    if (person.lon === null) return "old"; // never seen is not "all is well"
    return now - person.fixedMs > OLD_MS ? "old" : "fresh";
  }

  /** Bring the source up to what is known; returns how many marks changed. */
  paint(map, now) {
    const source = map.getSource("people");
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
    map.getSource("alerts").setData(collection(this.alarmed().map((person) => (
      point(person.lon, person.lat, { state: `p${person.level}`, kind: person.kind }, person.id)))));
    if (changed.length > placed * MOST_BY_DIFFERENCE) {
      source.setData(this.draw(now));
    } else {
      source.updateData({ add: changed.map(([person, state]) => asFeature(person, state)) }); // add replaces by id
    }
    return changed.length;
  }

  /** Return who has an open alert and a place. */
  alarmed() {
    return [...this.all.values()].filter((person) => person.level && person.lon !== null);
  }

  /** Return everybody as GeoJSON. */
  draw(now) {
    const placed = [...this.all.values()].filter((person) => person.lon !== null);
    return collection(placed.map((person) => asFeature(person, this.stateOf(person, now))));
  }
}

function asFeature(person, state) {
  return point(person.lon, person.lat, { look: person.kind === "protected" ? `${state}+` : state }, person.id);
}

/**
 * Add the sources and their layers: dots for everybody, and above them shapes for those with alerts. The map places
 * shapes later than dots, on a slow machine by seconds: a dot tells the level too, or it would say "no alert" until then.
 */
export function addPeopleLayers(map) {
  addMarks(map);
  map.addSource("people", { type: "geojson", data: collection([]), maxzoom: 12, buffer: 8, tolerance: 0 });
  map.addSource("alerts", { type: "geojson", data: collection([]), maxzoom: 12, buffer: 32, tolerance: 0 });
  const [fresh, old, edge] = ["fresh", "old", "edge"].map(colourOf);
  // One value for a level's dot: of a participant or a protected person, the shape above tells which.
  const look = (plain, oldPlain, ring, oldRing, levelled) => [
    "match", ["get", "look"], "fresh", plain, "old", oldPlain, "fresh+", ring, "old+", oldRing, levelled,
  ];
  const [p1, p2, p3, p4] = ["p1", "p2", "p3", "p4"].map(colourOf);
  const level = ["match", ["slice", ["get", "look"], 0, 2], "p1", p1, "p2", p2, "p3", p3, p4];
  map.addLayer({
    id: "people-dots",
    type: "circle",
    source: "people",
    paint: {
      // A ring around a dot says "protected person": it is drawn as the dot's wide border.
      "circle-radius": look(4.5, 4.5, 6, 6, 8),
      "circle-color": look(fresh, edge, edge, edge, level),
      "circle-stroke-color": look(edge, old, fresh, old, edge),
      "circle-stroke-width": look(1, 2, 4, 4, 1),
    },
  });
  map.addLayer({
    id: "people-marks",
    type: "symbol",
    source: "alerts",
    layout: {
      "icon-image": ["concat", ["get", "state"], ".", ["get", "kind"]],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "symbol-sort-key": ["match", ["get", "state"], "p1", 4, "p2", 3, "p3", 2, 1],
    },
  });
}
