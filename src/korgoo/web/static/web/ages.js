// Ages and deadlines in words, ticking between two answers of the server.
// The clock of an old PC may be wrong: the server says what time it is, the browser only counts on.
const loaded = performance.now();

function nowMs(root) {
  const speed = Number(root.dataset.speed || 1);
  const read = Number(root.dataset.readAt || loaded);
  return Number(root.dataset.now) + (performance.now() - read) * speed;
}

function words(ms, root) {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const unit = (value, name) => `${value} ${root.dataset[name]}`;
  const two = (value, name, rest, below) => unit(value, name) + (rest ? ` ${unit(rest, below)}` : "");
  if (seconds < 60) return unit(seconds, "second");
  if (seconds < 600) return two(Math.floor(seconds / 60), "minute", seconds % 60, "second");
  if (seconds < 3600) return unit(Math.floor(seconds / 60), "minute");
  if (seconds < 86400) return two(Math.floor(seconds / 3600), "hour", Math.floor((seconds % 3600) / 60), "minute");
  return two(Math.floor(seconds / 86400), "day", Math.floor((seconds % 86400) / 3600), "hour");
}

export function tickAges() {
  for (const root of document.querySelectorAll("[data-now]")) {
    if (!root.dataset.readAt) root.dataset.readAt = String(performance.now());
    const now = nowMs(root);
    if (root.dataset.offset) {
      const shown = new Date(now + Number(root.dataset.offset) * 1000).toISOString();
      root.textContent = `${shown.slice(8, 10)}.${shown.slice(5, 7)}.${shown.slice(0, 4)} ${shown.slice(11, 19)} (${root.dataset.zone})`;
    }
    for (const item of root.querySelectorAll("[data-age]")) {
      item.textContent = root.dataset.ago.replace("*", words(now - Number(item.dataset.age), root));
    }
    for (const item of root.querySelectorAll("[data-due]")) {
      const left = Number(item.dataset.due) - now;
      item.textContent = (left >= 0 ? root.dataset.left : root.dataset.over).replace("*", words(left, root));
      item.classList.toggle("over", left < 0);
      item.classList.toggle("soon", left >= 0 && left < 30000);
    }
  }
}
