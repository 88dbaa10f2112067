// Marks for people: level by colour and by shape, so that neither is needed alone. Drawn once on a canvas.
import { isDark } from "./ground.js";

const SIZE = 48; // drawn at twice its size on the screen
export const STATES = ["p1", "p2", "p3", "p4", "fresh", "old"];
const COLOURS = isDark
  ? { p1: "#ff8a95", p2: "#ffb668", p3: "#86c5f4", p4: "#b3bdc9", fresh: "#86d79b", old: "#b3bdc9", edge: "#12161b" }
  : { p1: "#b00020", p2: "#9a4b00", p3: "#0b5a8f", p4: "#4a5462", fresh: "#14632b", old: "#4a5462", edge: "#ffffff" };

const PATHS = { // as in kit.css; the legend beside the map names them
  p1: [[16, 3], [32, 3], [45, 16], [45, 32], [32, 45], [16, 45], [3, 32], [3, 16]], // octagon
  p2: [[24, 4], [45, 43], [3, 43]], // triangle
  p3: [[24, 3], [45, 24], [24, 45], [3, 24]], // diamond
};

function trace(context, state) {
  context.beginPath();
  if (PATHS[state]) {
    PATHS[state].forEach(([x, y], index) => context[index ? "lineTo" : "moveTo"](x, y));
    context.closePath();
  } else {
    context.arc(24, 24, state === "p4" ? 17 : 12, 0, 2 * Math.PI);
  }
}

function drawRing(context, colour) {
  context.beginPath();
  context.arc(24, 24, 16, 0, 2 * Math.PI);
  context.fillStyle = COLOURS.edge;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 8;
  context.stroke();
}

/** Draw one mark. */
export function drawMark(context, state, kind) {
  if (kind === "protected" && (state === "fresh" || state === "old")) {
    drawRing(context, COLOURS[state]); // as the map draws the many without an alert
    return;
  }
  const hollow = state === "old";
  context.lineJoin = "round";
  trace(context, state);
  context.strokeStyle = COLOURS.edge;
  context.lineWidth = 8;
  context.stroke();
  if (!hollow) {
    context.fillStyle = COLOURS[state];
    context.fill();
  } else {
    context.fillStyle = COLOURS.edge;
    context.fill();
  }
  context.strokeStyle = COLOURS[state];
  context.lineWidth = hollow ? 5 : 2;
  context.stroke();
  if (state === "p1") {
    context.fillStyle = COLOURS.edge;
    context.fillRect(21.5, 12, 5, 15);
    context.fillRect(21.5, 31, 5, 5);
  }
  if (kind === "protected") {
    context.beginPath();
    context.arc(24, 24, 21, 0, 2 * Math.PI);
    context.lineWidth = 4;
    context.stroke(); // a ring around: a protected person
  }
}

/** Return a canvas with one mark. */
export function markCanvas(state, kind) {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE;
  canvas.height = SIZE;
  drawMark(canvas.getContext("2d"), state, kind);
  return canvas;
}

/** Give the map every mark as `state.kind`. */
export function addMarks(map) {
  for (const state of STATES) {
    for (const kind of ["participant", "protected"]) {
      const data = markCanvas(state, kind).getContext("2d").getImageData(0, 0, SIZE, SIZE);
      map.addImage(`${state}.${kind}`, data, { pixelRatio: 2 });
    }
  }
}

/** Return the colour of a state. */
export function colourOf(state) {
  return COLOURS[state];
}
