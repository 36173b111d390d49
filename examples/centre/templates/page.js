"use strict";
// Without this file the page works as well: it reloads itself every 15 seconds.

const status = document.getElementById("status");
const stale = document.getElementById("stale");
let isFetching = false;
let isChanged = false;

// Replaces the main part, keeping focus and opened details, and says the count only when it changed.
async function refresh() {
  if (isFetching) { isChanged = true; return; }
  isFetching = true;
  try {
    const reply = await fetch("/", { cache: "no-store" });
    if (!reply.ok) throw new Error(reply.status);
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    const focused = document.activeElement && document.activeElement.id;
    const opened = Array.from(document.querySelectorAll("details[open]"), (element) => element.id);
    const pointed = document.querySelector("article:hover");
    const top = pointed?.getBoundingClientRect().top;
    document.querySelector("main").replaceChildren(...fresh.querySelector("main").childNodes);
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    // What is under the pointer stays there: a new emergency above must not slide another one's button under the click.
    const still = pointed && document.getElementById(pointed.id);
    if (still) scrollBy(0, still.getBoundingClientRect().top - top);
    const count = fresh.getElementById("status").textContent;
    if (status.textContent !== count) status.textContent = count;
    document.title = fresh.title;
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  } finally {
    isFetching = false;
    if (isChanged) { isChanged = false; refresh(); }
  }
}

const news = new EventSource("/news");
news.onmessage = refresh;
news.onopen = refresh;
news.onerror = () => { stale.hidden = false; };
// Ages grow while nothing happens.
setInterval(refresh, 30000);
