// Shows what others change while a page is open. Everything works without this file, too.
"use strict";
(() => {
  const page = document.querySelector("[data-case]");
  const url = "/console/live" + (page ? "?case=" + encodeURIComponent(page.dataset.case) : "");
  const AWAY_MS = 5 * 60 * 1000;
  let source = null, wait = 5000, away = 0;

  const said = (text) => {
    const box = document.getElementById("live-said");
    const again = document.createElement("a");
    again.href = location.pathname + location.search;
    again.textContent = "Load it again";
    box.replaceChildren(text + " ", again);
    box.hidden = false;
  };
  const fresh = async (part) => {
    const answer = await fetch(part.dataset.part, { headers: { "X-Part": "1" } });
    if (!answer.ok || answer.redirected) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    part.replaceChildren(...parsed.body.childNodes);
  };
  const heard = {
    queue: (told) => {
      for (const spot of document.querySelectorAll("[data-live=queue]")) {
        spot.textContent = told.open;
        spot.hidden = false;
      }
    },
    case: (told) => {
      if (page && String(told.version) !== page.dataset.version) said(told.said);
    },
    release: () => document.querySelectorAll("[data-part]").forEach(fresh),
  };
  const open = () => {
    if (source || !window.EventSource) return;
    source = new EventSource(url);
    for (const [topic, take] of Object.entries(heard)) {
      source.addEventListener(topic, (event) => { wait = 5000; take(JSON.parse(event.data)); });
    }
    source.addEventListener("error", () => {
      // The browser comes back by itself after a cut; after a refusal it does not.
      if (source && source.readyState === EventSource.CLOSED) {
        close();
        setTimeout(open, wait);
        wait = Math.min(wait * 2, 300000);
      }
    });
  };
  const close = () => { if (source) source.close(); source = null; };

  // A page that nobody looks at asks for nothing.
  document.addEventListener("visibilitychange", () => {
    clearTimeout(away);
    if (document.hidden) away = setTimeout(close, AWAY_MS);
    else open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
})();
