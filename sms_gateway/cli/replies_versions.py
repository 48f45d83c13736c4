"""`replies history` and `replies export`: what staff changed of replies at the console."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sms_gateway.cli.group import Fault
from sms_gateway.cli.opened import load_settings, nobodys_hasher, require_store, stored
from sms_gateway.cli.options import as_json, places
from sms_gateway.cli.output import local, print_each, print_table, print_text
from sms_gateway.cli.wordings_now import held, kept_versions
from sms_gateway.domain.wordings import WordingVersion
from sms_gateway.enquiry.replies import Replies
from sms_gateway.enquiry.templates import TEMPLATES
from sms_gateway.enquiry.wordings import tables, wording_of
from sms_gateway.reports.log_json import iso
from sms_gateway.rules import by_staff, load_rules

_FILES = ("vi.toml", "en.toml")


@click.command("history", short_help="List the versions of replies.")
@click.argument("name", required=False)
@as_json
@places
def replies_history(name: str | None, *, as_json: bool) -> None:
    """List the versions proposed at the console, of the reply NAME or of all, newest first.

    Each line: when, which reply, what became of it, from when it holds, the hash of its wording as
    the log keeps it with each answer, who proposed and who decided, why. With --json each is one
    line with its wording too; wording is null for whatever the file says. Works while the gateway
    runs.
    """
    if name is not None and name not in TEMPLATES:
        message = "no reply of that name: sms-gateway replies preview lists them"
        raise click.BadParameter(message, param_hint="'NAME'")
    settings = load_settings()
    require_store(settings)
    zone = ZoneInfo(settings.gateway.timezone)
    found = [one for one in asyncio.run(kept_versions(settings)) if name in (None, one.template)]
    if as_json:
        print_each(_described(one, zone) for one in found)
        return
    holds = {one.id for one in held(settings, found).values()}
    print_table([_listed(one, zone, holds=one.id in holds) for one in found], "nobody changed one")


@click.command("export", short_help="Write what is in force as files.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@places
def replies_export(folder: Path) -> None:
    """Write what replies say now as vi.toml and en.toml into FOLDER.

    Put them into the folder replies/ beside gateway.toml and set edited = "files" under [replies],
    and the files are the source again. Nothing is overwritten, and comments of your files are not
    in them. Works while the gateway runs.
    """
    settings = load_settings()
    versions: Sequence[WordingVersion] = ()
    if stored(settings):
        versions = asyncio.run(kept_versions(settings))
    rules = load_rules(settings, nobodys_hasher())
    replies = by_staff(rules, settings, (), held(settings, versions))[0].replies
    folder.mkdir(parents=True, exist_ok=True)
    for place in (folder / file for file in _FILES):
        if place.exists():
            message = f"{place} is there: name another folder"
            raise Fault(message)
    for place, text in zip((folder / file for file in _FILES), _written(replies), strict=True):
        place.write_text(text, encoding="utf-8")
        print_text(str(place))


def _listed(one: WordingVersion, zone: ZoneInfo, *, holds: bool) -> Sequence[str]:
    state = "in force" if holds else one.state
    since = local(one.holds_from, zone) if one.holds_from else "-"
    said = " / ".join(filter(None, (one.note, one.reason))) or "-"
    what = one.version if one.wording else "(file)"
    return (
        local(one.proposed_at, zone), one.template, state, since, what, one.proposed_by,
        one.decided_by or "-", said,
    )  # fmt: skip


def _described(one: WordingVersion, zone: ZoneInfo) -> dict[str, object]:
    said = one.wording
    return {
        "id": one.id,
        "template": one.template,
        "state": one.state,
        "version": one.version,
        "before": one.before,
        "holds_from": iso(one.holds_from, zone) if one.holds_from else None,
        "proposed_at": iso(one.proposed_at, zone),
        "proposed_by": one.proposed_by,
        "note": one.note,
        "decided_at": iso(one.decided_at, zone) if one.decided_at else None,
        "decided_by": one.decided_by,
        "reason": one.reason,
        "wording": said
        and {"vi": said.vi, "vi_tail": said.vi_tail, "en": said.en, "en_tail": said.en_tail},
    }


def _written(replies: Replies) -> Iterator[str]:
    """Both files: in Vietnamese, in English."""
    both = [tables(wording_of(replies, name)) for name in TEMPLATES]
    for language in range(len(_FILES)):
        parts = []
        for name, one in zip(TEMPLATES, both, strict=True):
            lines = (f"{key} = {_quoted(text)}" for key, text in one[language].items())
            parts.append("\n".join((f"[{name}]", *lines, "")))
        yield "\n".join(parts)


def _quoted(text: str) -> str:
    # A text of TOML in double quotes is escaped as one of JSON is.
    return json.dumps(text, ensure_ascii=False)
