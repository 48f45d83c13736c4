// Keys, and what is new. Every page works without it.
"use strict";
(() => {
  const rows = () => Array.from(document.querySelectorAll("[data-rows] > tr, [data-rows] > li"));
  const writes = (element) => element.closest("input, textarea, select, [contenteditable]");

  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("here"));
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    all.forEach((row) => row.classList.remove("here"));
    next.classList.add("here");
    const link = next.querySelector("a[href]");
    (link || next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && writes(event.target)) { event.target.blur(); return; }
    if (writes(event.target)) return;
    // Whoever speaks to a computer, or leans on keys, switches these off on the page of the account.
    if (document.body.dataset.keys === "off") return;
    const keys = document.getElementById("keys");
    if (event.key === "/") {
      const find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); find.select(); }
    } else if (event.key === "?" && keys) {
      event.preventDefault();
      if (keys.open) keys.close(); else keys.showModal();
    } else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
  });

  // What is new is told above the list and shown when the reader asks: nothing jumps under the eyes.
  const live = document.querySelector("[data-live]");
  const fresh = document.querySelector(".fresh");
  if (live && fresh && window.EventSource) {
    let source = null;
    const open = () => {
      source = new EventSource(live.dataset.live);
      source.addEventListener("new", (event) => {
        const told = fresh.querySelector("button");
        told.textContent = told.dataset.text.replace("{n}", event.data);
        fresh.hidden = false;
      });
      source.addEventListener("end", () => source.close());
    };
    fresh.querySelector("button").addEventListener("click", () => window.location.reload());
    // A page that nobody sees needs no line.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) { if (source) source.close(); source = null; } else if (!source) open();
    });
    open();
  }

  // What is there to be copied is marked at once.
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("input[data-copy]")) event.target.select();
  });

  // A form whose every choice counts at once; without a script its button does. A date is typed
  // piece by piece, and words are: they count by the button or by Enter.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-at-once]");
    if (form && event.target.matches("select")) form.requestSubmit();
  });

  // On a phone the list of pages is a strip: the page that is shown stands in sight.
  const strip = document.querySelector("nav.pages");
  const here = strip && strip.querySelector("[aria-current]");
  if (here && strip.scrollWidth > strip.clientWidth) {
    strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
  }
})();
