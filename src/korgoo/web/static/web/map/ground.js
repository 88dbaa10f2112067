// The ground below our own layers: countries and places that are always there, the installed base map above
// them, a demonstration's synthetic streets. Labels are drawn from font files of our own, no glyph server.
import faces from "../../vendor/fonts/faces.js";
import { layers, namedFlavor } from "../../vendor/basemaps/basemaps.js";
import { settings, word } from "./settings.js";

const vendor = (path) => new URL(`../../vendor/${path}`, import.meta.url).href;
export const isDark = matchMedia("(prefers-color-scheme: dark)").matches;

const INK = isDark
  ? { water: "#1c2733", land: "#232a31", own: "#2a323b", line: "#5a6673", text: "#d5dce4", halo: "#12161b", street: "#4b5662", main: "#6a7683", house: "#3d4752", casing: "#171c22", river: "#2c4a66", grid: "#39434e" }
  : { water: "#c9dbe8", land: "#eceae4", own: "#efece5", line: "#8f8a80", text: "#3b3a36", halo: "#ffffff", street: "#ffffff", main: "#ffe9a8", house: "#cfc8ba", casing: "#b9b2a3", river: "#9cc3df", grid: "#dcd8ce" };

function fontFaces() {
  return Object.fromEntries(
    Object.entries(faces).map(([name, files]) => [
      name,
      files.map(({ file, ranges }) => ({ url: vendor(`fonts/${file}`), "unicode-range": ranges })),
    ]),
  );
}

/** The language's own name of a place, else the next best. */
function placeName() {
  const order = { ru: ["ru", "local", "name"], en: ["name", "ru"], ky: ["local", "ru", "name"], kk: ["local", "ru", "name"] };
  return ["coalesce", ...(order[settings.language] ?? order.ru).map((key) => ["get", key])];
}

/** Borders of 1:10m end at zoom 11: closer they would lie by kilometres. */
function countryLayers() {
  return [
    { id: "ground-water", type: "background", paint: { "background-color": INK.water } },
    { id: "ground-countries", type: "fill", source: "countries", paint: { "fill-color": ["case", ["get", "own"], INK.own, INK.land], "fill-antialias": false } },
    { id: "ground-grid", type: "line", source: "grid", paint: { "line-color": INK.grid, "line-width": 1 } },
    { id: "ground-borders", type: "line", source: "countries", maxzoom: 11, paint: { "line-color": INK.line, "line-width": 1.2, "line-dasharray": [4, 2] } },
  ];
}

function placeLayer() {
  return {
    id: "ground-places",
    type: "symbol",
    source: "places",
    layout: {
      "text-field": placeName(),
      "text-font": ["Noto Sans Regular"],
      "text-size": ["interpolate", ["linear"], ["get", "population"], 1000, 11, 500000, 17],
      "symbol-sort-key": ["-", 0, ["get", "population"]],
      "text-padding": 4,
    },
    paint: { "text-color": INK.text, "text-halo-color": INK.halo, "text-halo-width": 1.4 },
  };
}

/** The installed base map's layers, without icons: no sprite sheet is served. */
function basemapLayers() {
  const flavor = namedFlavor(isDark ? "dark" : "light");
  return layers("protomaps", flavor, { lang: settings.language })
    .filter((layer) => layer.type !== "background" && !(layer.layout && "icon-image" in layer.layout && !("text-field" in layer.layout)))
    .map((layer) => (layer.type === "symbol" ? { ...layer, layout: withoutIcon(layer.layout) } : layer));
}

/** A label's layout without its icon, in a font that we have. */
function withoutIcon({ "icon-image": _icon, ...layout }) {
  return { "text-font": ["Noto Sans Regular"], ...withNumbers(layout) };
}

const DEFAULTS = { min_zoom: 10, population_rank: 0, population: 0, sort_rank: 0 };

/** Give numbers that a base map of another maker may leave out; the style would complain of each label. */
function withNumbers(part) {
  if (Array.isArray(part)) {
    if (part[0] === "get" && part[1] in DEFAULTS) return ["coalesce", ["get", part[1]], DEFAULTS[part[1]]];
    return part.map(withNumbers);
  }
  return part && typeof part === "object" ? Object.fromEntries(Object.entries(part).map(([key, value]) => [key, withNumbers(value)])) : part;
}

function townLayers() {
  const is = (...kinds) => ["match", ["get", "kind"], kinds, true, false];
  const width = (narrow, wide) => ["interpolate", ["exponential", 2], ["zoom"], 12, narrow, 18, wide];
  return [
    { id: "town-areas", type: "fill", source: "town", filter: ["==", ["geometry-type"], "Polygon"], minzoom: 12, paint: { "fill-color": ["match", ["get", "kind"], "park", isDark ? "#24382c" : "#cfe3c8", "school", isDark ? "#3b3550" : "#e2d9ee", INK.house] } },
    { id: "town-river", type: "line", source: "town", filter: is("river"), paint: { "line-color": INK.river, "line-width": width(2, 40) } },
    { id: "town-casing", type: "line", source: "town", filter: is("street", "main_road"), minzoom: 12, layout: { "line-cap": "round" }, paint: { "line-color": INK.casing, "line-width": width(1.8, 37) } },
    { id: "town-streets", type: "line", source: "town", filter: is("street"), minzoom: 11, layout: { "line-cap": "round" }, paint: { "line-color": INK.street, "line-width": width(0.8, 30) } },
    { id: "town-main", type: "line", source: "town", filter: is("main_road"), layout: { "line-cap": "round" }, paint: { "line-color": INK.main, "line-width": width(1.6, 34) } },
  ];
}

/** Lines every 10°, 1°, 0.1°, 0.01° or 0.001° of what is shown: an empty plain still gives a sense of place. */
export function drawGrid(map) {
  const step = [10, 1, 0.1, 0.01, 0.001][Math.max(0, Math.min(4, Math.floor((map.getZoom() - 1) / 3.4)))];
  const box = map.getBounds();
  const features = [];
  const line = (coordinates) => features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } });
  const [west, east, south, north] = [box.getWest(), box.getEast(), box.getSouth(), box.getNorth()];
  for (let lon = Math.ceil(west / step) * step; lon <= east && features.length < 200; lon += step) line([[lon, south], [lon, north]]);
  for (let lat = Math.ceil(south / step) * step; lat <= north && features.length < 400; lat += step) line([[west, lat], [east, lat]]);
  map.getSource("grid")?.setData({ type: "FeatureCollection", features });
}

/** The style of the ground. Who made what is drawn always (`attribution` of each source). */
export function groundStyle() {
  const sources = {
    countries: { type: "geojson", data: vendor("base/countries.json"), attribution: "Natural Earth" },
    places: { type: "geojson", data: vendor("base/places.json"), attribution: "GeoNames, CC BY 4.0" },
    grid: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
  };
  const drawn = countryLayers();
  if (settings.basemap) {
    const url = `pmtiles://${new URL(settings.basemap, location.href).href}`;
    sources.protomaps = { type: "vector", url, attribution: "Protomaps, © OpenStreetMap (ODbL)" };
    drawn.push(...basemapLayers());
  } else {
    drawn.push(placeLayer());
  }
  if (settings.town) {
    sources.town = { type: "geojson", data: settings.town, attribution: word("synthetic") };
    drawn.push(...townLayers());
  }
  return { version: 8, "font-faces": fontFaces(), sources, layers: drawn };
}
