"""A walk by Tab through a page: what it passes by, and what one does not see on the way."""

from collections.abc import Sequence
from itertools import pairwise

from tests.browser.console_browser import Seen
from tests.browser.keyboard import Keyboard

SPARE = 3
"""Tabs beyond what a page has stops."""

STRIDE = 15
"""Tabs after which it is asked whether the page began again."""

_STOPS = """() => {
  const shadow = (one) => getComputedStyle(one).boxShadow;
  const marked = (one) => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
      || (shadow(one) !== "none" && shadow(one) !== before.get(one));
  };
  const kinds = "a, button, input, select, textarea, summary, [tabindex]";
  const all = [...document.querySelectorAll(kinds)];
  const before = new Map(all.map((one) => [one, shadow(one)]));
  window.stops = [];
  window.been = new Set();
  document.addEventListener("focusin", ({ target }) => {
    window.been.add(target);
    const box = target.getBoundingClientRect();
    const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    window.stops.push([all.indexOf(target), seen && marked(target),
      target.outerHTML.slice(0, 120)]);
  });
  return all.length;
}"""
"""Notes each stop from now on: which it is, whether one sees it, and what it is."""

_PASSED_BY = """() => {
  const radios = [...window.been].filter((one) => one.type === "radio");
  const kinds = ["a[href]", "button", "input", "select", "textarea", "summary", "[tabindex='0']"];
  return [...document.querySelectorAll(kinds.map((kind) => `main ${kind}`))].filter((one) =>
    one.checkVisibility({ visibilityProperty: true })
    && !one.matches(":disabled, [aria-hidden='true']")
    && !window.been.has(one)
    && !radios.some((other) => other.name === one.name && other.form === one.form))
    .map((one) => one.outerHTML.slice(0, 120));
}"""
"""What one sees in the content and could use, and was no stop; of choices of which one is made, one
stop is enough."""

_BEGAN_AGAIN = "window.stops.some(([at]) => at === 0)"


async def walked(seen: Seen) -> Sequence[str]:
    """What is wrong with a walk by Tab from the content of a page to where it begins again."""
    page, keys = seen.page, Keyboard(seen.page)
    await keys.skip()
    # Some pages begin in the midst of their content.
    await page.evaluate("document.getElementById('main').focus()")
    many = await page.evaluate(_STOPS)
    for _ in range(0, many + SPARE, STRIDE):
        await keys.tab(STRIDE)
        if await page.evaluate(_BEGAN_AGAIN):
            break
    stops = await page.evaluate("window.stops")
    order = [at for at, _seen, _html in stops]
    wrong = [f"passes by {html}" for html in await page.evaluate(_PASSED_BY)]
    if order[0] == 0:
        # No key leads to anything in the content.
        return wrong
    end = next((n for n, (one, next_) in enumerate(pairwise(order), 1) if next_ < one), None)
    wrong += [f"hides the focus of {html}" for _at, shown, html in stops[:end] if not shown]
    # Behind the last stop comes the first one, the link that leads past the head.
    if end is None or order[end] != 0:
        wrong.append(f"has stops that are in no order, or hold one fast: {order}")
    return wrong
