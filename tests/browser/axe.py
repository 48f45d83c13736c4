"""What axe-core finds wrong with a page; the colours of what is made alike are looked at once.

Most of axe's time goes into the contrast of colours, text by text. All other rules look at all of
each page. Colours come from the style sheets: what has the same tags, classes and attributes
from the root down, in a window as wide, was painted the same when it was found to be in order.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parent / "axe-core" / "axe-4.14.1.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
"""The rules of WCAG 2.1, levels A and AA."""

CONTRAST = "color-contrast"
# What passes is not gathered, and no style sheet is loaded anew: half of the time.
_QUICK = {"resultTypes": ["violations"], "preload": False}
_REST = {
    **_QUICK,
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {CONTRAST: {"enabled": False}},
}
_LAID_OUT = {**_QUICK, "runOnly": ["scrollable-region-focusable", "link-in-text-block"]}
_COLOURS = {**_QUICK, "runOnly": [CONTRAST]}

_PATHS = """(part) => {
  const said = (one) => [...one.attributes].map(({ name, value }) =>
    ["class", "id", "style", "type", "role"].includes(name) ? `${name}=${value}` : name)
    .sort().join();
  const paths = window.paths = new Map();
  const sheets = [...document.styleSheets].map((one) => one.href).join();
  const hashed = (text) => {
    let hash = 0;
    for (let at = 0; at < text.length; at += 1) hash = (hash * 31 + text.charCodeAt(at)) | 0;
    return hash;
  };
  for (const one of document.querySelectorAll("*")) {
    const above = paths.get(one.parentElement) ?? sheets;
    paths.set(one, `${one.tagName} ${said(one)} ${hashed(above)}`);
  }
  window.part = document.querySelector(part) ?? document.documentElement;
  return [!("axe" in window), [...new Set([...paths].filter(([one]) => window.part.contains(one))
    .map(([one, path]) => path))]];
}"""
"""Whether axe is still to be brought, and how each element is made, from the root down."""

_LOOK = """async ([rest, laidOut, colours, fresh]) => {
  // In another window the same elements, of which the same are seen, differ in how they lie.
  const shown = [...document.querySelectorAll("*")].map((one) => +one.checkVisibility()).join("");
  const state = `${shown} ${document.documentElement.outerHTML}`;
  const found = [await axe.run(window.part, window.looked === state ? laidOut : rest)];
  window.looked = state;
  const unseen = new Set(fresh);
  const include = [...window.paths].filter(([one, path]) => unseen.has(path)
    && window.part.contains(one) && !unseen.has(window.paths.get(one.parentElement)))
    .map(([one]) => one);
  if (include.length) found.push(await axe.run({ include }, colours));
  return found.flatMap(({ violations }) => violations);
}"""

_IN_ORDER: Mapping[int, set[str]] = defaultdict(set)
"""Width of a window to how an element is made whose colours were in order there."""


async def violations(page: Page, part: str = "html") -> Sequence[str]:
    """What is wrong with the page as it stands, or a part, by rule and place."""
    assert page.viewport_size
    known = _IN_ORDER[page.viewport_size["width"]]
    bare, paths = await page.evaluate(_PATHS, part)
    if bare:
        await page.evaluate(AXE.read_text("utf-8"))
    fresh = [path for path in paths if path not in known]
    found: Sequence[Mapping[str, Any]] = await page.evaluate(
        _LOOK, [_REST, _LAID_OUT, _COLOURS, fresh]
    )
    if CONTRAST not in {rule["id"] for rule in found}:
        known.update(fresh)
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for rule in found
        for node in rule["nodes"]
    ]
