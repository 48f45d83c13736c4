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

  // Who works by keys goes on where they were, and nothing moves under the eyes of the others.
  const put = (element) => {
    if (!element || document.activeElement !== document.body) return;
    if (!element.matches("a, button, input, select, textarea")) element.tabIndex = -1;
    element.focus({ preventScroll: true });
  };
  const STAY = "stay";
  // Where the focus goes once the page is there anew, as a selector.
  const stay = (selector) => window.sessionStorage.setItem(STAY, selector);
  const stays = window.sessionStorage.getItem(STAY);
  window.sessionStorage.removeItem(STAY);
  const place = stays && document.querySelector(stays);
  if (!window.location.hash) put(place || document.querySelector("main .wrong[role=alert], main > .note"));

  // A piece of a page that takes another's place takes its focus too.
  let held = false;
  document.addEventListener("htmx:beforeSwap", ({ detail }) => { held = detail.target.contains(document.activeElement); });
  document.addEventListener("htmx:afterSwap", ({ detail }) => { if (held) put(detail.elt); });

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
    fresh.querySelector("button").addEventListener("click", () => {
      stay("[data-rows] a[href]");
      window.location.reload();
    });
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
    if (!form || !event.target.matches("select")) return;
    stay(`form[data-at-once] select[name="${event.target.name}"]`);
    form.requestSubmit();
  });

  // On a phone the list of pages is a strip: the page that is shown stands in sight.
  const strip = document.querySelector("nav.pages");
  const here = strip && strip.querySelector("[aria-current]");
  if (here && strip.scrollWidth > strip.clientWidth) {
    strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
  }

  // A chart that is wider than its place shows its newest figures.
  document.querySelectorAll("svg.chart").forEach((chart) => {
    const newest = Array.from(chart.querySelectorAll(".bar")).filter((bar) => bar.height.baseVal.value > 0).pop();
    const box = chart.closest(".scroll");
    if (!newest || !box) return;
    const beyond = newest.getBoundingClientRect().right - box.getBoundingClientRect().right;
    if (beyond > 0) box.scrollLeft += beyond + box.clientWidth / 4;
  });
})();
