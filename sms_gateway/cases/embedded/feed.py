"""What happened to dossiers, in the order in which it was learned, and which of them are due."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from sms_gateway.cases.embedded.rows import moment_of
from sms_gateway.cases.embedded.tables import Columns, Statements
from sms_gateway.domain.changes import Case, CaseChange, CaseFacts
from sms_gateway.domain.dossier import Dossier, ReturnVia, State
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.msisdn import Address

_HANDED_OUT = "feed"  # no door is called so, nor begins with it

_ANSWER = msgspec.json.Decoder(Dossier)


async def changes(tables: Statements, after: int, limit: int) -> Sequence[CaseChange]:
    """The entries behind a number; those of a dossier that is removed meanwhile are left out."""
    entries = await tables.rows("changes", after=after, most=limit)
    known = await cases(tables, list(dict.fromkeys(DossierId(entry[1]) for entry in entries)))
    return [
        CaseChange(
            number=number,
            case=known[dossier],
            ordinal=ordinal,
            state=State(state),
            before=None if before is None else State(before),
            source=source,
            source_time=None if source_time is None else moment_of(source_time),
            learned_at=moment_of(learned_at),
        )
        for number, dossier, state, source, source_time, learned_at, ordinal, before in entries
        if dossier in known
    ]


async def head(tables: Statements) -> int:
    """The number of the newest entry, 0 where there is none."""
    (number,) = await tables.row("head") or (None,)
    return int(number or 0)


async def cases(tables: Statements, ids: Sequence[DossierId]) -> Mapping[DossierId, Case]:
    """Dossiers as they stand; unknown ones are absent."""
    found = [_case(row) for row in await tables.rows("cases", ids=ids)]
    return {case.dossier.id: case for case in found}


async def due(
    tables: Statements, after: datetime, upto: datetime, past: str, limit: int
) -> Sequence[Case]:
    """See `ports.CaseFeed`."""
    span = {"after": _milliseconds(after), "upto": _milliseconds(upto)}
    rows = await tables.rows("due", **span, past=past, most=limit)
    return [_case(row) for row in rows]


async def in_work(tables: Statements, past: str, limit: int) -> Sequence[Case]:
    """See `ports.CaseFeed`."""
    return [_case(row) for row in await tables.rows("in_work", past=past, most=limit)]


async def cursor(tables: Statements, name: str) -> str:
    """How far something was read; empty where it never was."""
    (told,) = await tables.row("cursor", feed=name) or ("",)
    return str(told)


async def handed_out(tables: Statements, reader: str) -> int | None:
    """How far the feed was handed out to somebody, None where it never was."""
    told = await cursor(tables, _of(reader))
    return int(told) if told else None


async def hand_out(tables: Statements, reader: str, upto: int, at: int) -> None:
    """Write down how far the feed was handed out; with it, all before it is on the disk."""
    async with tables.transaction(lasting=True):
        # It never goes back: that would mean that older dossiers were put in place.
        if (await handed_out(tables, reader) or 0) < upto:
            await tables.change("move_cursor", feed=_of(reader), cursor=str(upto), at=at)


def _of(reader: str) -> str:
    return f"{_HANDED_OUT} {reader}".rstrip()


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _case(row: Columns) -> Case:
    answer, submitted_via, sms_allowed, *texts, phones = row
    procedure_code, procedure_name, field_code, field_name, room, officer = texts
    dossier = _ANSWER.decode(answer)
    roles = json.loads(phones)
    return Case(
        dossier,
        CaseFacts(
            submitted_via=ReturnVia(submitted_via) if submitted_via else None,
            sms_allowed=bool(sms_allowed),
            procedure_code=procedure_code,
            procedure_name=procedure_name,
            field_code=field_code,
            field_name=field_name,
            room=room,
            officer=officer,
            owners=_with_role("owner", roles, dossier),
            authorised=_with_role("authorised", roles, dossier),
        ),
    )


def _with_role(role: str, roles: Sequence[Sequence[str]], dossier: Dossier) -> tuple[Address, ...]:
    """Its phones in the order in which they were told, which only the answer keeps."""
    own = {address for other, address in roles if other == role}
    return tuple(phone for phone in dossier.phones if phone.value in own)
