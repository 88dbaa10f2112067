// Makes a map: worker and tiles from our own origin, controls that a keyboard reaches, attribution always open.
import {
  AttributionControl, Map as GlMap, NavigationControl, ScaleControl, addProtocol, setWorkerUrl,
} from "../../vendor/maplibre-gl/maplibre-gl.js";
import { Protocol } from "../../vendor/pmtiles/pmtiles.js";
import { drawGrid, groundStyle } from "./ground.js";
import { element, settings, word } from "./settings.js";

setWorkerUrl(new URL("../../vendor/maplibre-gl/maplibre-gl-worker.js", import.meta.url).href);
if (settings.basemap) addProtocol("pmtiles", new Protocol().tile);

// Bishkek, or the demonstration's town; each map goes to its own data.
const START = settings.town ? { center: [74.931, 42.965], zoom: 13 } : { center: [74.6, 42.87], zoom: 6 };

/** True where the browser can draw: an old PC without WebGL keeps the lists and tables. */
function canDraw() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

/** Say instead of a map that this browser draws none; returns whether it does. */
export function drawsMaps(container) {
  if (canDraw()) return true;
  container.replaceChildren(element("p", { class: "message warning", text: word("no_webgl") }));
  return false;
}

/** Make the map of a container; resolves when its style is there, null where the browser cannot draw. */
export async function makeMap(container, { bounds = null, label = word("map") } = {}) {
  if (!drawsMaps(container)) return null;
  const view = bounds ? { bounds, fitBoundsOptions: { padding: 50, maxZoom: 16 } } : START;
  const map = new GlMap({
    container,
    style: groundStyle(),
    ...view,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    fadeDuration: 0,
    locale: {
      "Map.Title": label,
      "NavigationControl.ZoomIn": word("zoom_in"),
      "NavigationControl.ZoomOut": word("zoom_out"),
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.addControl(new AttributionControl({ compact: false }), "bottom-right");
  await new Promise((done) => { map.once("load", done); });
  map.on("moveend", () => drawGrid(map));
  drawGrid(map);
  tellIdle(map, container);
  return map;
}

/** Say in `data-idle` and in `window.korgooMapIdle` when everything is drawn, for tests and pictures. */
function tellIdle(map, container) {
  window.korgooMapIdle = new Promise((done) => { map.once("idle", done); });
  map.on("idle", () => { container.dataset.idle = "true"; });
  map.on("dataloading", () => { container.dataset.idle = "false"; });
  container.korgooMap = map;
}

/** Go to bounds [west, south, east, north], if there are any. */
export function goTo(map, bounds, { maxZoom = 16, animate = false } = {}) {
  if (bounds) map.fitBounds([bounds.slice(0, 2), bounds.slice(2)], { padding: 50, maxZoom, animate });
}
