"""Each line of the audit as people read it: nothing of the machine's words is left."""

import ast
import importlib
import re
from collections.abc import Iterator

import pytest

from sms_gateway.console.audit_forms import FORMS, PIECES, PLAIN
from sms_gateway.console.audit_words import ACTS
from sms_gateway.domain.citizens import NumberAct
from sms_gateway.domain.retention import PurgeCounts
from sms_gateway.domain.rights import EraseRest
from sms_gateway.domain.staff import Role
from tests.console.console_desk import Browser, ConsoleHouse
from tests.console.test_audit_page import AUDIT, noted
from tests.structure.tree import PACKAGE

_KEY = re.compile(r"([a-z_]+)=$")
_ID = "01912f80-0000-7000-8000-0000000000aa"
_HASH = "0123456789abcdef" * 2

WRITTEN = {
    "api.read_unmasked": "messages=12",
    "api_token.add": "portal scopes=messages:read,messages:send agencies=all "
    "until=2026-12-01T00:00:00+00:00",
    "api_token.revoke": "portal",
    "audit.export": "by=staff:an act=door.pause subject=x from=2026-11-01 to=2026-11-02",
    "calendar.set": "holiday Tết",
    "cases.import": "rows=40 replace=no",
    "citizen.block": "spam",
    "citizen.erase": "theo đơn",
    "citizen.erased": "texts=1 messages=2 held=0 open=0 "
    "preferences=1 subscriptions=0 surveys=0 parts=0",
    "citizen.opt_in": "gọi điện",
    "citizen.opt_out": "gọi điện",
    "citizen.reset": "gọi điện",
    "citizen.unblock": "gọi điện",
    "complaint.open": f"portal due=2026-12-01T10:00:00+00:00 about={_ID}",
    "door.drain": "to=vina,mobi",
    "hold.add": "đơn kiện",
    "key.rotate": "k1 to k2",
    "message.answer": "vina",
    "message.evidence": "0a1b2c",
    "message.handle": "đã gọi",
    "message.send": "vina",
    "message.unmask": "gọi lại; the whole call was shown",
    "messages.generate": "100 messages, seed 7",
    "notices.confirm": "texts=3",
    "notices.drop": "texts=3",
    "notices.release": "texts=3",
    "reply.settle": "as=accepted was=held:blast",
    "report.export": "begins, csv, outcome=unhandled sender to=2026-11-02, full numbers: kiểm tra",
    "report.reconcile": "4 rows, page, bill=vina 2026-11-01-2026-11-30",
    "restore.hold": "queued=1 sending=0 parked=2",
    "restore.release": "queued=1 expired=0 uncertain=2",
    "retention.purged": "texts=3 messages=0 reports=0 refused=0 audit=0 left=1 notices=0 "
    "subscriptions=0 surveys=0 dossiers=0 complaints=0 whole=yes",
    "staff.add": "role=clerk agencies=none",
    "staff.change": "role=administrator agencies=all",
    "staff.link": "issuer=https://sso.example.vn",
    "staff.oidc_refused": "why=linked_elsewhere from=10.0.0.7",
    "staff.revoke": "sessions=2",
    "staff.sign_in": "from=10.0.0.7 by=oidc",
    "staff.sign_in_failed": "from=10.0.0.7 until=2026-11-24T17:05:00+00:00",
    "store.copy": "rows=9",
    "synonym.add": "trcuu = TRACUU gõ nhầm",
    "template.approve": "S4 1a2b -> 3c4d from=2026-11-24T17:05+00:00",
    "template.propose": "S4 1a2b -> 3c4d",
    "template.reject": "S4 1a2b -> 3c4d",
    "template.withdraw": "S4 1a2b -> 3c4d",
    "test_case.add": "opt_out",
    "webhook.add": "portal events=message.answered,message.parked agencies=all number=0 text=1",
    "webhook.off": "portal",
    "webhook.on": "portal",
    "webhook.remove": "portal",
    "webhook.replay": "portal n=4 since=2026-11-24T17:05:00+00:00",
    "webhook.secret": "portal",
    "windows.add": "planned from=2026-11-24T17:05:00+00:00 to=open mất điện (12/CV)",
    "windows.announce": "loa phường",
    "windows.cause": f"{_ID} mất điện",
    "windows.end": "to=2026-11-24T17:05:00+00:00",
}  # fmt: skip
"""A detail of each act, as the code writes it."""

MACHINE = re.compile(r"\w=|T\d\d:\d\d|[+]00:00|[0-9a-f]{8}-[0-9a-f]{4}|\b[a-z]+_[a-z]+\b")
"""What no page shows: keys, machine's times, ids, words with an underscore."""


def test_each_act_of_ours_says_its_details_in_words_or_has_none() -> None:
    assert FORMS.keys() | PLAIN == ACTS.keys()
    assert FORMS.keys() & PLAIN == set()
    assert WRITTEN.keys() == FORMS.keys()
    assert set(NumberAct) <= FORMS.keys()
    pieces = {name for form in FORMS.values() for name in form.groupindex}
    assert pieces - {"asked"} == PIECES.keys()


@pytest.mark.parametrize("act", WRITTEN)
def test_a_detail_as_it_is_written_is_understood(act: str) -> None:
    assert FORMS[act].fullmatch(WRITTEN[act]) is not None


def test_every_key_that_the_code_writes_has_words() -> None:
    found = list(keys_written())
    assert len(found) > 40
    assert [
        (where, key) for where, acts, key in found if not any(key_of(act, key) for act in acts)
    ] == []
    counts = (*PurgeCounts.__struct_fields__, "whole")
    assert [key for key in counts if not key_of("retention.purged", key)] == []
    rest = EraseRest.__struct_fields__
    assert [key for key in rest if not key_of("citizen.erased", key)] == []


def key_of(act: str, key: str) -> bool:
    return act in FORMS and f"{key}=" in FORMS[act].pattern


def keys_written() -> Iterator[tuple[str, list[str], str]]:
    """Where an f-string writes `key=` for the audit, of which acts, and the key."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        names = {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and (node.id.endswith("_ACT") or node.id == "ACT")
        }
        module = importlib.import_module(
            ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        ) if names and path.name != "__main__.py" else None  # fmt: skip
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            acts = sorted({
                getattr(module, node.id)
                for node in ast.walk(function)
                if isinstance(node, ast.Name) and node.id in names
            })  # fmt: skip
            for piece in ast.walk(function):
                if isinstance(piece, ast.JoinedStr) and acts:
                    yield from ((path.name, acts, key) for key in keys_of(piece))


def keys_of(text: ast.JoinedStr) -> Iterator[str]:
    for piece, following in zip(text.values, text.values[1:], strict=False):
        if isinstance(piece, ast.Constant) and isinstance(following, ast.FormattedValue):
            found = _KEY.search(str(piece.value))
            if found is not None:
                yield found[1]


async def shown(browser: Browser) -> dict[str, str]:
    """What stands in the last two columns of all its pages, by the act."""
    told, place = dict[str, str](), f"{AUDIT}?by=os:duc"
    while place:
        page = await browser.get(place.replace("&amp;", "&"))
        lines = re.findall(r'<td title="([^"]+)">[^<]*</td>(.*?)</tr>', page.text, re.DOTALL)
        told |= {act: " ".join(re.sub(r"<[^>]*>", "", rest).split()) for act, rest in lines}
        place = "".join(re.findall(r'href="([^"]+)" rel="next"', page.text))
    return told


SUBJECTS = {
    **dict.fromkeys(("api_token", "complaint", "hold", "message", "notices", "reply"), _ID),
    **dict.fromkeys(("template", "test_case", "webhook", "windows"), _ID),
    "citizen": f"number {_HASH}",
    "calendar": "2026-12-01",
    "restore": "everything",
    "retention": "before 2026-11-24T17:05:00+00:00",
}


async def test_no_word_of_the_machine_is_on_the_page(house: ConsoleHouse) -> None:
    for act, detail in WRITTEN.items():
        subject = "H32.01-2611-0001" if act == "windows.cause" else SUBJECTS.get(act.split(".")[0])
        await noted(house, act, subject=subject or "an", detail=detail)
    said = await shown(await house.signed_in(Role.ADMINISTRATOR))
    assert said.keys() == WRITTEN.keys()
    assert {act: cells for act, cells in said.items() if MACHINE.search(cells)} == {}
    assert "message." not in said["webhook.add"]
    assert said["retention.purged"].endswith("số tin: 3; đến hạn xóa nhưng còn giữ: 1; đã xong")


async def test_ids_lead_to_what_they_are_of(house: ConsoleHouse) -> None:
    await noted(house, "message.look", subject=_ID)
    await noted(house, "message.look", subject=_HASH)
    await noted(house, "windows.cause", subject="H32.01-2611-0001", detail=f"{_ID} lũ")
    await noted(house, "windows.cause", subject="0912345678", detail="mất điện")
    await noted(house, "template.propose", subject=_ID, detail="S4 1a -> 2b")
    page = (await (await house.signed_in(Role.SUPERVISOR)).get(AUDIT)).text
    assert f'href="/console/messages/{_ID}">tin nhắn lúc 08/08/2024 08:00:03<' in page
    assert f'href="/console/citizens/{_HASH}"' in page
    assert 'href="/console/dossiers/H32.01-2611-0001"' in page
    assert f'href="/console/windows/{_ID}"' in page
    assert f'href="/console/templates/S4/versions/{_ID}"' in page
    assert "dossiers/0912345678" not in page


async def test_what_people_typed_is_escaped_and_its_numbers_are_masked(house: ConsoleHouse) -> None:
    await noted(house, "message.handle", subject=_ID, detail="<b>gọi 0912345678</b> role=clerk")
    await noted(house, "staff.add", subject="an/../x", detail="role=<i> agencies=all what=ever")
    await noted(house, "report.export", detail="3 rows, csv, kind=messages what=ever &lt;, masked")
    page = (await (await house.signed_in(Role.ADMINISTRATOR)).get(f"{AUDIT}?by=os:duc")).text
    assert "&lt;b&gt;gọi xxx678&lt;/b&gt; role=clerk" in page
    assert "0912345678" not in page
    assert "<i>" not in page
    assert 'href="/console/staff/an%2F..%2Fx"' in page
