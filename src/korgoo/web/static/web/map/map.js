// The map island: each kind of map is loaded only where a page has one.
const kinds = {
  live: async (container) => (await import("./live.js")).startLiveMap(container),
  day: async (container) => (await import("./day.js")).startDay(container),
  alert: async (container) => (await import("./alert.js")).startAlertMap(container),
};

for (const container of document.querySelectorAll("[data-map]")) kinds[container.dataset.map]?.(container);

async function startPickers(root) {
  for (const container of root.querySelectorAll("[data-map-field]:not([data-started])")) {
    container.dataset.started = "true";
    (await import("./zone.js")).startZonePicker(container);
  }
}
startPickers(document);
document.addEventListener("htmx:afterSwap", ({ target }) => startPickers(target));
