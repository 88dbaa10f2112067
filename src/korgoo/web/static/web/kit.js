// What every page needs of script: answers of htmx that are not 2xx, and words for passing time.
import { tickAges } from "./ages.js";

document.addEventListener("htmx:beforeSwap", (event) => {
  // A refused step (409, 422) still brings the part of the page that says why.
  if ([409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

const offline = document.createElement("p");
offline.className = "message error offline";
offline.setAttribute("role", "alert");
offline.hidden = true;
document.body.prepend(offline);

const fails = () => {
  const text = document.querySelector("[data-offline]")?.dataset.offline;
  if (text) {
    offline.textContent = text;
    offline.hidden = false;
  }
};
document.addEventListener("htmx:sendError", fails);
document.addEventListener("htmx:responseError", fails);
document.addEventListener("htmx:timeout", fails);
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) offline.hidden = true;
});

tickAges();
document.addEventListener("htmx:afterSwap", tickAges);
setInterval(tickAges, 1000);
