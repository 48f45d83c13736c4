"""Each preset has its section, made from what the preset says of itself, and settings that work."""

import tomllib
from collections.abc import Iterator

import pytest

from sms_gateway.channels.presets import KINDS, preset_of
from sms_gateway.channels.presets.laying import variants_of
from tests.channels.presets.limits import limits_of
from tests.docs.pages import DOCS, first_cells, made, section
from tests.docs.settings_of import gateway_blocks

PAGE = DOCS / "telcos.md"


def told(kind: str) -> str:
    """What the handbook repeats of a preset."""
    preset = preset_of(kind)
    rows = [f"| `{key}` | {meaning} |" for key, meaning in preset.needs.items()]
    parts = ["\n".join(["| must be set | what it is |", "|---|---|", *rows])]
    variants = [f"| `{name}` | {told_of_variant(kind, name)} |" for name in variants_of(kind)]
    if variants:
        parts.append("\n".join(["| variant | what differs |", "|---|---|", *variants]))
    parts += ["\n".join(f"- {note}" for note in preset.notes)] * bool(preset.notes)
    parts.append(f"Tried against: {'; '.join(preset.tried)}.")
    parts.append(f"To test it: {', '.join(ways_to_test(kind))}.")
    return "\n\n".join(parts)


def ways_to_test(kind: str) -> Iterator[str]:
    """The commands that try a door of a preset, each with what it does."""
    door = preset_of(kind).door
    connects = " and connects to the telco" * ("outbound" in door)
    yield f"`sms-gateway door test DOOR` looks at the settings{connects}"
    if "inbound" in door:
        yield "with `--receive` it waits for a text and tells how it was read"
    if "outbound" in door:
        why = limits_of(kind).no_text_of_ours
        told = "says why no text of yours goes by it" if why else "sends a text to your own phone"
        yield f"with `--send NUMBER` it {told}"


def told_of_variant(kind: str, name: str) -> str:
    base, preset = preset_of(kind), preset_of(kind, name)
    needs = [f"`{key}` must be set" for key in preset.needs if key not in base.needs]
    notes = preset.notes[len(base.notes) :]
    return "; ".join([preset.title, *needs, *notes])


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_handbook_says_of_a_preset_is_what_it_says_of_itself(kind: str) -> None:
    stands, wanted = made(PAGE, kind, told(kind))
    assert stands == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_a_preset_has_a_section_with_settings_to_begin_with(kind: str) -> None:
    text = section(PAGE, f"`{kind}`: {preset_of(kind).title}")
    shown = [block for block in gateway_blocks(PAGE) if block.text in text]
    doors = [door for block in shown for door in tomllib.loads(block.text)["doors"].values()]
    assert [door["kind"] for door in doors] == [kind]


def test_the_list_of_presets_is_whole() -> None:
    here = section(PAGE, "Which kinds there are")
    assert first_cells(here) == sorted([*KINDS, "http", "simulator", "smpp"])
