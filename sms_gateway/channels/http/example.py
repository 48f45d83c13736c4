"""A call such as the telco's, as a line for a shell: to try a door by hand."""

import json
import shlex
from collections.abc import Callable, Mapping
from urllib.parse import quote_plus, urlencode

from sms_gateway.channels.http import settings as s

_VALUES = {"sender": "84900000001", "short_code": "8083", "text": "MCKH 170703-0001"}
_OPTIONAL = "test"
_SECRET = "SECRET"  # noqa: S105  # a placeholder


def example_of(settings: s.HttpDoor, path: str) -> Callable[[str], str]:
    """Makes the line of the address that the gateway is reached by.

    Secrets are placeholders. A call that is signed, in XML, or with a list of texts is no line for
    a shell: of such a door the line says so instead.

    Args:
        settings: of the door.
        path: that the telco calls.
    """
    inbound = settings.inbound
    assert inbound is not None  # noqa: S101  # only such doors have a call to show
    fields = _fields(settings, inbound)
    if beyond := _beyond_curl(settings, inbound, fields):
        return lambda _: f"not with curl, for {beyond}: text its number and wait with --receive"
    words = ["curl", "-X", inbound.methods[0]]
    for user in settings.access.basic.values():
        words += ["-u", f"{user.user}:{_SECRET}"]
    for name, value in _of("header", fields).items():
        words += ["-H", f"{name}: {value}"]
    query = urlencode(_of("query", fields), quote_via=quote_plus)
    if form := _of("form", fields):
        for name, value in form.items():
            words += ["--data-urlencode", f"{name}={value}"]
    elif body := _of("json", fields):
        words += ["-H", "Content-Type: application/json", "-d", json.dumps(_nested(body))]
    tail = path.replace("{secret}", _SECRET) + (f"?{query}" if query else "")
    return lambda base: shlex.join([*words, f"{base}{tail}"])


def _fields(settings: s.HttpDoor, inbound: s.Inbound) -> Mapping[str, str]:
    fields: dict[str, str] = {}
    for name in inbound.fields.__struct_fields__:
        reference = getattr(inbound.fields, name)
        if isinstance(reference, str) and reference:
            fields[reference] = _VALUES.get(name, _OPTIONAL)
    return fields | {field.field: _SECRET for field in settings.access.fields.values()}


def _beyond_curl(settings: s.HttpDoor, inbound: s.Inbound, fields: Mapping[str, str]) -> str:
    """Why a call cannot be written as one line; empty where it can."""
    if settings.access.signatures:
        return "its calls are signed"
    if inbound.items:
        return "its calls carry a list of texts"
    return "its calls are XML" if _of("xml", fields) else ""


def _of(kind: str, fields: Mapping[str, str]) -> dict[str, str]:
    prefix = f"{kind}:"
    return {
        reference.removeprefix(prefix): value
        for reference, value in fields.items()
        if reference.startswith(prefix)
    }


def _nested(flat: Mapping[str, str]) -> dict[str, object]:
    whole: dict[str, object] = {}
    for path, value in flat.items():
        *above, last = path.split(".")
        here = whole
        for part in above:
            inside = here.setdefault(part, {})
            here = inside if isinstance(inside, dict) else {}
        here[last] = value
    return whole
