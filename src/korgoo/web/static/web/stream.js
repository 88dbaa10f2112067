// One stream of events a page. What it hears becomes events of the document, so that any part of the page may
// listen: `korgoo:alerts` on the body (htmx: hx-trigger="korgoo:alerts from:body"), and `korgoo:stream`
// with {topic, data} for scripts. A ticket opens one stream; a new one is fetched for every new stream.
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;

let lastId = "";
let waitMs = FIRST_WAIT_MS;
let source = null;

function tell(topic, data) {
  document.dispatchEvent(new CustomEvent("korgoo:stream", { detail: { topic, data } }));
  if (topic === "alert" || topic === "finding" || topic === "reset") {
    document.body.dispatchEvent(new CustomEvent("korgoo:alerts", { detail: data }));
  }
}

function reopen() {
  source?.close();
  source = null;
  open();
}

function again() {
  source?.close();
  source = null;
  tell("lost", null);
  setTimeout(open, waitMs * (0.5 + Math.random())); // not all pages at once after a restart
  waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
}

function hear(topic) {
  source.addEventListener(topic, (event) => {
    if (event.lastEventId) lastId = event.lastEventId;
    if (topic === "hello") waitMs = FIRST_WAIT_MS;
    if (topic === "closing") reopen();
    else tell(topic, JSON.parse(event.data));
  });
}

async function open() {
  try {
    const answer = await fetch(document.body.dataset.liveTicket, { headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 403) {
      tell("signed-out", null);
      return;
    }
    const { url, ticket } = await answer.json();
    const address = new URL(url, location.href);
    address.searchParams.set("ticket", ticket);
    if (lastId) address.searchParams.set("last", lastId);
    source = new EventSource(address);
    source.onerror = again; // the browser's own retry would show an old ticket
    for (const topic of ["hello", "reset", "closing", "alert", "finding", "picture"]) hear(topic);
  } catch {
    again();
  }
}

if (document.body.dataset.liveTicket) open();
addEventListener("pagehide", () => source?.close());
