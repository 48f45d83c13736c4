"""Somebody who has no mouse: what they reach and do at a page by keys alone."""

import re
from asyncio import gather
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.async_api import Download, ElementHandle, FilePayload, Page, Response

STEPS = 120
"""Tabs after which what is sought is not in reach."""

BY_WORDS = 12
"""Longer texts are put in as a whole, as methods of input do that know the marks of Vietnamese."""

_FORM = """([path, names, button]) => [...document.querySelectorAll("form")].find((form) =>
  form.method === "post"
  && names.every((name) => form.elements.namedItem(name))
  && [...form.querySelectorAll(button)].slice(0, 1).some((one) =>
    new RegExp(`^${path}$`).test(
      new URL(one.hasAttribute("formaction") ? one.formAction : form.action).pathname)))"""

_SUMMARY = """(one) => {
  let shut = null;
  for (let at = one.parentElement; at; at = at.parentElement)
    if (at.tagName === "DETAILS" && !at.open && !at.querySelector("summary").contains(one))
      shut = at;
  return shut && shut.querySelector("summary");
}"""

_HAS = "(one) => one === document.activeElement"

_AHEAD = """(wanted) => {
  const at = document.activeElement;
  if (wanted === at) return 0;
  const kinds = ["a[href]", "button", "input:not([type=hidden], [type=radio])", "select",
    "textarea", "summary"];
  const stops = [...document.querySelectorAll(kinds)].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) && !one.matches(":disabled, [tabindex='-1']")
    && at.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING
    && one.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_FOLLOWING);
  return stops.length + 1;
}"""
"""How many Tabs it takes at least; a date takes several."""

_KIND = """(one) => one.tagName === "SELECT" ? "select" : one.tagName === "TEXTAREA" ? "text"
  : ["radio", "checkbox", "date", "datetime-local", "file"].includes(one.type) ? one.type
  : "text\""""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a form.

    Attributes:
        status: of the answer to it.
        then: of the page that it leads to, or the same.
        file: that it gave, if it gave one.
    """

    status: int
    then: int
    file: Download | None


class Keyboard:
    """Keys at one page.

    Args:
        page: at which they are pressed.
    """

    def __init__(self, page: Page) -> None:
        self._page = page

    async def skip(self) -> None:
        """Past the head of the page by its first link; some pages begin past it."""
        if await self._page.evaluate("document.activeElement.closest('main') !== null"):
            return
        await self._page.keyboard.press("Tab")
        assert await self._page.evaluate("document.activeElement.matches('a.skip')")
        await self._page.keyboard.press("Enter")
        assert await self._page.evaluate("document.activeElement.id") == "main"

    async def reach(self, wanted: ElementHandle) -> None:
        """Tab until it has the focus; what lies in a fold is folded out."""
        while fold := (await wanted.evaluate_handle(_SUMMARY)).as_element():
            await self._to(fold)
            await self._page.keyboard.press("Enter")
        await self._to(wanted)

    async def tab(self, times: int) -> None:
        """Tab so many times; who presses a key does not wait for what the last one did."""
        await gather(*(self._page.keyboard.press("Tab") for _ in range(times)))

    async def _to(self, wanted: ElementHandle) -> None:
        pressed = 0
        while pressed < STEPS:
            ahead = await wanted.evaluate(_AHEAD)
            if not ahead:
                return
            await self.tab(ahead)
            pressed += ahead
        message = f"no key leads to {await wanted.evaluate('(one) => one.outerHTML')}"
        raise AssertionError(message)

    async def form(self, path: str, names: list[str], button: str) -> ElementHandle:
        """The form with these fields, and a button like this that posts to such a path."""
        found = await self._page.evaluate_handle(_FORM, [path, names, button])
        form = found.as_element()
        assert form is not None, f"the page has no form to {path} with {names}"
        return form

    async def submit(
        self, path: str, fields: Mapping[str, str], button: str, *, file: bool = False
    ) -> Sent:
        """Fill in the form to such a path and press its button."""
        form = await self.form(path, list(fields), button)
        if await form.evaluate("(one) => one.closest('main') !== null"):
            await self.skip()
        for name, value in fields.items():
            await self._fill(form, name, value)
        pressed = await form.query_selector(button)
        assert pressed is not None
        await self.reach(pressed)
        if file:
            return await self._file(path)
        async with self._page.expect_navigation() as moved:
            await self._page.keyboard.press("Enter")
        shown = await moved.value
        sent = shown.request
        while sent.redirected_from is not None:
            sent = sent.redirected_from
        answer = await sent.response()
        assert answer is not None
        assert _answers(answer, path), answer.url
        return Sent(answer.status, shown.status, None)

    async def _file(self, path: str) -> Sent:
        """Press the button that has the focus, and take what it gives."""
        async with (
            self._page.expect_response(lambda one: _answers(one, path)) as answer,
            self._page.expect_download() as kept,
        ):
            await self._page.keyboard.press("Enter")
        status = (await answer.value).status
        return Sent(status, status, await kept.value)

    async def typed(self, path: str, form: str, fields: Mapping[str, str]) -> Sent:
        """Type into a field that asks by itself; who types stays in it."""
        ((name, value),) = fields.items()
        field = await (await self.form(form, [name], "button")).query_selector(f'[name="{name}"]')
        assert field is not None
        await self.reach(field)
        async with self._page.expect_response(lambda one: _answers(one, path)) as answer:
            await self._page.keyboard.type(value)
        response = await answer.value
        assert await field.evaluate(_HAS)
        return Sent(response.status, response.status, None)

    async def _fill(self, form: ElementHandle, name: str, value: str) -> None:
        fields = await form.query_selector_all(f'[name="{name}"]')
        field = fields[0]
        kind = await field.evaluate(_KIND)
        if kind == "radio":
            # The keys go from the one that is chosen to the others.
            field = await form.query_selector(f'[name="{name}"]:checked') or field
        await self.reach(field)
        await self._put(kind, value)

    async def _put(self, kind: str, value: str) -> None:
        keys = self._page.keyboard
        match kind:
            case "select" | "radio":
                if kind == "select":
                    await keys.press("Home")
                for _ in range(STEPS):
                    if await self._page.evaluate("document.activeElement.value") == value:
                        return
                    await keys.press("ArrowDown")
                raise AssertionError(value)
            case "checkbox":
                await keys.press("Space")
            case "date" | "datetime-local":
                await self._date(value)
            case "file":
                await self._choose(value)
            case _:
                await keys.press("Control+a")
                await keys.insert_text(value) if len(value) > BY_WORDS else await keys.type(value)

    async def _choose(self, text: str) -> None:
        """Open the window in which a file is chosen, and choose one that says this."""
        async with self._page.expect_file_chooser() as opened:
            # Only once the browser has answered does it hand the window to us.
            await self._page.evaluate("0")
            await self._page.keyboard.press("Enter")
        file: FilePayload = {"name": "bill.csv", "mimeType": "text/csv", "buffer": text.encode()}
        await (await opened.value).set_files(file)

    async def _date(self, value: str) -> None:
        """A moment as a form has it, `2026-11-24T08:30`, piece by piece."""
        year, month, day, *time = re.split("[-T:]", value)
        keys = self._page.keyboard
        await keys.type(f"{month}{day}{year}")
        if time:
            await keys.press("Tab")
            hour = int(time[0])
            await keys.type(f"{hour % 12 or 12:02}{time[1]}{'PM' if hour >= 12 else 'AM'}")
        assert await self._page.evaluate("document.activeElement.value") == value


def _answers(response: Response, path: str) -> bool:
    request = response.request
    address = request.url.partition("?")[0].split("/", 3)
    return request.method == "POST" and bool(re.fullmatch(path, f"/{address[-1]}"))
