// The alert list: sound on a new urgent alert, keys, and focus that survives the list's renewal.
const list = () => document.getElementById("alert-list");
const soundButton = document.getElementById("sound");
const title = document.title;
const REPEAT_MS = 15000; // while a life threat waits
let audio = null;
let known = new Set(loud());
let lastSound = 0;

function loud() {
  return (list()?.dataset.loud || "").split(" ").filter(Boolean);
}

function play() {
  if (!audio) return;
  lastSound = performance.now();
  audio.currentTime = 0;
  audio.play().catch(() => setSound(false));
}

function setSound(on) {
  soundButton.setAttribute("aria-pressed", String(on));
  soundButton.textContent = on ? soundButton.dataset.on : soundButton.dataset.off;
  if (!on) audio = null;
}

soundButton.addEventListener("click", () => {
  if (audio) {
    setSound(false);
    return;
  }
  audio = new Audio(soundButton.dataset.src);
  setSound(true);
  play(); // also proves that the loudspeaker works
});

function noticeNews() {
  const now = loud();
  const fresh = now.filter((key) => !known.has(key));
  known = new Set(now);
  const waiting = Number(list()?.dataset.waiting || 0);
  document.title = waiting ? `(${waiting}!) ${title}` : title;
  if (fresh.length) {
    play();
    const announcer = document.getElementById("announcer");
    announcer.textContent = `${announcer.dataset.text}: ${fresh.length}`;
  }
}

setInterval(() => {
  const life = loud().some((key) => key.endsWith(":1"));
  if (life && performance.now() - lastSound > REPEAT_MS) play();
}, 1000);

// Focus: the list is replaced as a whole; the row that had the frame keeps it.
let held = "";
document.addEventListener("htmx:beforeSwap", () => {
  const row = document.activeElement?.closest?.(".alert");
  held = row ? row.id : "";
});
document.addEventListener("htmx:afterSettle", () => {
  noticeNews();
  if (!held || document.activeElement?.closest?.("#alert-list")) return;
  const row = document.getElementById(held) || document.querySelector(".alert");
  row?.querySelector(".what")?.focus();
});

function move(step) {
  const links = [...document.querySelectorAll(".alert .what")];
  if (!links.length) return;
  const row = document.activeElement?.closest?.(".alert");
  const at = row ? links.indexOf(row.querySelector(".what")) : -1;
  const next = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step));
  links[next].focus();
  links[next].closest(".alert").scrollIntoView({ block: "nearest" });
}

function take() {
  const row = document.activeElement?.closest?.(".alert");
  row?.querySelector(".act form")?.requestSubmit();
}

// By the place of the key, so that they also work under the Russian layout.
const KEYS = {
  KeyJ: () => move(1), ArrowDown: () => move(1), KeyK: () => move(-1), ArrowUp: () => move(-1), KeyA: take,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !document.getElementById("keys-on").checked) return;
  if (event.target.closest("input, select, textarea, summary")) return;
  const act = KEYS[event.code];
  if (!act) return;
  event.preventDefault();
  act();
});

noticeNews();
document.querySelector(".alert .what")?.focus({ preventScroll: true });
