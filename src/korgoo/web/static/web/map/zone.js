// The picker of the order form: a click sets the centre, the edge's handle sets the radius. It only fills the
// form's own inputs, which work without it, and follows what is typed there.
import { Marker } from "../../vendor/maplibre-gl/maplibre-gl.js";
import { goTo, makeMap } from "./frame.js";
import { colourOf } from "./icons.js";
import { element, word } from "./settings.js";
import { boundsOf, circleRing, collection, distance, feature, moved } from "./shapes.js";

const LEAST_M = 10;
const MOST_M = 200000;
const LEAST_PX = 40;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Begin. `data-lat`, `data-lon`, `data-radius` and, for an area, `data-geojson` are the ids of the inputs. */
export async function startZonePicker(container) {
  const inputs = findInputs(container);
  if (!inputs.lat || !inputs.lon || !inputs.radius) throw new Error("the zone picker finds no inputs");
  const hint = element("p", { class: "soft", text: word("pick") });
  const canvas = element("div", { class: "map-canvas zone-canvas" });
  container.replaceChildren(canvas, hint);
  const legend = container.closest("fieldset")?.querySelector("legend")?.textContent.trim();
  const map = await makeMap(canvas, { label: `${word("map")}: ${legend ?? ""}` });
  if (!map) return;
  const picker = new Picker(map, inputs);
  picker.follow();
  map.on("click", ({ lngLat }) => picker.place([lngLat.lng, lngLat.lat]));
  for (const input of Object.values(inputs)) input.addEventListener("change", () => picker.follow());
}

function findInputs(container) {
  const found = {};
  for (const name of ["lat", "lon", "radius", "geojson"]) {
    const input = document.getElementById(container.dataset[name]);
    if (input) found[name] = input;
  }
  return found;
}

/** Return the area that was typed or pasted as GeoJSON, null for none or for what cannot be read. */
function readArea(input) {
  try {
    const geometry = JSON.parse(input?.value || "null");
    return ["Polygon", "MultiPolygon"].includes(geometry?.type) && boundsOf(geometry.coordinates) ? geometry : null;
  } catch {
    return null; // the form's own check says what is wrong with it
  }
}

function read(input) {
  const value = Number(input.value.replace(",", "."));
  return input.value.trim() && Number.isFinite(value) ? value : null;
}

class Picker {
  constructor(map, inputs) {
    this.map = map;
    this.inputs = inputs;
    this.centre = null;
    this.radius = read(inputs.radius) ?? 50;
    map.addSource("zone", { type: "geojson", data: collection([]) });
    map.addLayer({ id: "zone-fill", type: "fill", source: "zone", paint: { "fill-color": colourOf("p3"), "fill-opacity": 0.15 } });
    map.addLayer({ id: "zone-line", type: "line", source: "zone", paint: { "line-color": colourOf("p3"), "line-width": 2.5 } });
    this.middle = this.handle("zone-centre", word("centre"), (at) => this.place(at, { stay: true }), (east, north, step) => {
      this.place(moved(this.centre, east * step, north * step), { stay: true });
    });
    this.edge = this.handle("zone-edge", word("edge"), (at) => this.size(distance(this.centre, at)), (east, north, step) => {
      this.size(this.radius + (east + north) * step);
    });
  }

  /** A thing to drag, or to move with arrow keys: 1 m, with shift 10 m. */
  handle(name, label, dragged, stepped) {
    const knob = element("button", { type: "button", class: name, "aria-label": label });
    const marker = new Marker({ element: knob, draggable: true });
    marker.on("drag", () => dragged(marker.getLngLat().toArray()));
    marker.on("dragend", () => this.write());
    knob.addEventListener("click", (event) => event.stopPropagation());
    knob.addEventListener("keydown", (event) => {
      if (!(event.key in KEYS)) return;
      event.preventDefault();
      event.stopPropagation();
      stepped(...KEYS[event.key], event.shiftKey ? 10 : 1);
      this.write();
    });
    return marker;
  }

  /** Take what the inputs hold. */
  follow() {
    const area = readArea(this.inputs.geojson);
    if (area) {
      this.middle.remove();
      this.edge.remove();
      this.map.getSource("zone").setData(collection([feature(area)]));
      goTo(this.map, boundsOf(area.coordinates));
      return;
    }
    const [lat, lon] = [read(this.inputs.lat), read(this.inputs.lon)];
    this.radius = read(this.inputs.radius) ?? this.radius;
    if (lat === null || lon === null || Math.abs(lat) > 85 || Math.abs(lon) > 180) return;
    this.centre = [lon, lat];
    this.draw();
    this.show();
  }

  /** Bring the whole circle into view. */
  show() {
    const reach = Math.max(this.radius * 2.5, 150);
    this.map.fitBounds([moved(this.centre, -reach, -reach), moved(this.centre, reach, reach)], { animate: false });
  }

  /** Whether the handles cover the circle. */
  isCovered() {
    const [middle, edge] = [this.centre, moved(this.centre, this.radius, 0)].map((at) => this.map.project(at));
    return edge.x - middle.x < LEAST_PX;
  }

  place(at, { stay = false } = {}) {
    this.centre = at;
    this.draw();
    if (stay) return;
    this.write();
    if (this.isCovered()) this.show(); // a click on the whole town says about where; the next one says where
  }

  size(metres) {
    this.radius = Math.round(Math.min(MOST_M, Math.max(LEAST_M, metres)));
    this.draw();
  }

  draw() {
    this.map.getSource("zone").setData(collection([feature({ type: "Polygon", coordinates: [circleRing(...this.centre, this.radius)] })]));
    this.middle.setLngLat(this.centre);
    this.edge.setLngLat(moved(this.centre, this.radius, 0));
    for (const knob of [this.middle, this.edge]) {
      if (!knob.getElement().isConnected) knob.addTo(this.map); // adding again would take the focus away
    }
  }

  /** Fill the form's inputs, and let whoever listens to them know. */
  write() {
    const values = { lat: this.centre[1].toFixed(6), lon: this.centre[0].toFixed(6), radius: String(Math.round(this.radius)) };
    for (const [name, value] of Object.entries(values)) {
      if (this.inputs[name].value === value) continue;
      this.inputs[name].value = value;
      this.inputs[name].dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}
