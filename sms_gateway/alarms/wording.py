"""What the people on call read: one SMS, unaccented, without anything of a citizen's."""

import re
from collections.abc import Mapping
from datetime import timedelta, tzinfo
from types import MappingProxyType

from sms_gateway.domain.incidents import Incident, Trouble
from sms_gateway.gsm.plain import plain

LONGEST_NODE = 20
"""Characters of a node's name that are shown."""

_NOT_SHOWN = re.compile(r"[^A-Za-z0-9 ._-]+")
_MINUTE = timedelta(minutes=1)

WHAT: Mapping[Trouble, str] = MappingProxyType({
    Trouble.STORE_DOWN: "khong ghi duoc tin nhan vao kho",
    Trouble.CASES_DOWN: "khong tra duoc kho ho so",
    Trouble.UNANSWERED: "co tin cho tra loi da {figure} phut",
    Trouble.LATE: "{figure} tin cho tra loi qua lau",
    Trouble.UNCERTAIN: "{figure} tin tra loi khong ro da den hay chua",
    Trouble.PARKED: "{figure} tin cho nguoi xu ly",
    Trouble.PAUSED: "cua {door} bi tam giu {figure} phut",
    Trouble.SILENT: "cua {door} khong co tin nao trong {figure} phut",
    Trouble.NO_PROBE: "cua {door} khong nhan duoc tin thu trong {figure} phut",
    Trouble.DISK: "dia sap day, con {figure} MiB",
    Trouble.FAILING: "cua {door} gui {figure} lan lien tiep khong duoc",
    Trouble.BACKUP: "khong co ban sao luu moi trong {figure} gio",
    Trouble.CERTIFICATE: "chung chi cua duong vao con {figure} ngay",
    Trouble.UNKNOWN_STATE: "{figure} trang thai ho so chua ro nghia",
    Trouble.CHANGES_DOWN: "khong doc duoc thay doi cua kho ho so",
    Trouble.UNANNOUNCED: "con {figure} ngay lam viec la tam ngung, chua thong bao cho dan",
    Trouble.HELD: "{figure} tin tu dong bi giu lai, cho nguoi xem",
})  # fmt: skip

_LOOK: Mapping[Trouble, str] = MappingProxyType({Trouble.HELD: "sms-gateway notices held"})
"""Where more is to be seen than in the list of incidents."""

TEST = "THU CANH BAO {node}: day la tin thu, khong can lam gi."


def begun(incident: Incident, node: str, zone: tzinfo) -> str:
    """That it began."""
    at = incident.opened_at.astimezone(zone)
    look = _LOOK.get(incident.trouble, "sms-gateway alarms")
    return f"CANH BAO {_shown(node)}: {_what(incident)}. Luc {at:%H:%M %d/%m}. {look}"


def over(incident: Incident, node: str, zone: tzinfo) -> str:
    """That it is over, and how long it was."""
    closed_at = incident.closed_at or incident.opened_at
    minutes = max(1, -((incident.opened_at - closed_at) // _MINUTE))
    at = incident.opened_at.astimezone(zone)
    what = _what(incident)
    return f"HET CANH BAO {_shown(node)}: {what}. Tu {at:%H:%M %d/%m}, keo dai {minutes} phut."


def test(node: str) -> str:
    """That texts to the people on call arrive."""
    return TEST.format(node=_shown(node))


def _what(incident: Incident) -> str:
    return WHAT[incident.trouble].format(door=incident.door, figure=incident.figure)


def _shown(node: str) -> str:
    words = _NOT_SHOWN.sub(" ", plain(node)).split()
    return " ".join(words)[:LONGEST_NODE].strip()
