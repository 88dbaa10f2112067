// What the page's template told the island, and small words made of it.
export const settings = JSON.parse(document.getElementById("map-config").textContent);

/** Return a word of the page's language; `{name}` is replaced by `values.name`. */
export function word(name, values = {}) {
  const text = settings.words[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

const loadedAt = performance.now();

/** The installation's time in ms: the server said it once, the browser only counts on (at a demonstration's speed). */
export function nowMs() {
  return settings.now_ms + (performance.now() - loadedAt) * settings.speed;
}

/** Return how long ago in words. */
export function age(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return word("second_ago", { n: seconds });
  if (seconds < 3600) return word("minute_ago", { n: Math.floor(seconds / 60) });
  if (seconds < 86400) return word("hour_ago", { n: Math.floor(seconds / 3600) });
  return word("day_ago", { n: Math.floor(seconds / 86400) });
}

const clock = new Intl.DateTimeFormat("ru", { timeZone: settings.time_zone, timeStyle: "medium" });

/** Return the local time of day of an instant, such as 22:04:05. */
export function timeOfDay(ms) {
  return clock.format(new Date(ms));
}

/** Make an element with a class and text; children may follow. */
export function element(tag, { text = "", ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

/** Fetch JSON of our own server; a refusal is an error. */
export async function fetchJson(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}
