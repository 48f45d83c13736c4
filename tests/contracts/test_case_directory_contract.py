"""What holds for every case directory; each kind is taken by itself.

A kind brings `tests/cases/<kind>/contract_case.py` with `open_with(ground, dossiers)`, a directory
that holds these dossiers, and `FAILURES`, ways to open one that cannot answer. Where it keeps
dossiers in several dialects each has such a file, `contract_case_<dialect>.py`; one for PostgreSQL
is given a server.
"""

import asyncio
import functools
import importlib.util
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.domain.dossier import (
    Ambiguous,
    Dossier,
    Found,
    NotFound,
    ReturnVia,
    State,
    Unavailable,
    canonical_key,
)
from sms_gateway.domain.ids import CanonicalKey, DossierId
from sms_gateway.domain.msisdn import Address
from tests.contracts.case_ground import Case, Ground

CASES = Path(__file__).parent.parent / "cases"

FULL = Dossier(
    id=DossierId("000.00.12.H32-170703-0001"),
    receipt="170703-0001",
    agency="000.00.12.H32",
    state=State.FINISHED,
    state_at=datetime(2017, 7, 11, 9, 2, tzinfo=UTC),
    received_at=datetime(2017, 7, 3, 1, 6, tzinfo=UTC),
    due_at=datetime(2017, 7, 12, 10, 0, tzinfo=UTC),
    new_due_at=datetime(2017, 7, 14, 10, 0, tzinfo=UTC),
    finished_at=datetime(2017, 7, 11, 9, 2, tzinfo=UTC),
    returned_at=datetime(2017, 7, 13, 2, 30, tzinfo=UTC),
    return_via=ReturnVia.POST,
    phones=(Address("+84900000001"), Address("+6591234567")),
    secret_hash="0123456789abcdef",
)
BARE = Dossier(id=DossierId("Đ-77/2017"), receipt="", agency="", state=State.REGISTERED)
ALIKE = tuple(
    Dossier(DossierId(f"000.00.{n}.H32-170831-0012"), "170831-0012", "", State.PROCESSING)
    for n in (14, 13)
)
ALL = (FULL, BARE, *ALIKE)


def files() -> Sequence[str]:
    """Each kind's files, as `kind/file`; a kind without one is told."""
    found = []
    folders = (path.name for path in CASES.iterdir() if path.is_dir())
    for kind in sorted(name for name in folders if name != "__pycache__"):
        own = sorted((CASES / kind).glob("contract_case*.py"))
        assert own, f"a case directory of kind {kind} wants {CASES / kind / 'contract_case.py'}"
        found += [f"{kind}/{path.stem}" for path in own]
    return found


@functools.cache
def case_of(file: str) -> Case:
    path = CASES / f"{file}.py"
    spec = importlib.util.spec_from_file_location(f"case_directory_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Case", module)


@pytest.fixture(params=files())
def file(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def case(file: str) -> Case:
    return case_of(file)


@pytest.fixture
def ground(file: str, tmp_path: Path, request: pytest.FixtureRequest) -> Ground:
    wanted = "postgres" in file
    return Ground(tmp_path, request.getfixturevalue("postgres_server") if wanted else None)


def key(code: str) -> CanonicalKey:
    return canonical_key(code)


async def test_a_dossier_is_found_by_either_of_its_numbers(case: Case, ground: Ground) -> None:
    async with case.open_with(ground, ALL) as directory:
        keys = [key(FULL.id), key(FULL.receipt)]
        answers = await directory.find_many(keys)
    for wanted in keys:
        answer = answers[wanted]
        assert isinstance(answer, Found)
        assert answer.dossier.id == FULL.id


async def test_an_answer_holds_all_that_the_source_told(case: Case, ground: Ground) -> None:
    async with case.open_with(ground, ALL) as directory:
        answers = await directory.find_many([key(FULL.id), key(BARE.id)])
    for told in (FULL, BARE):
        answer = answers[key(told.id)]
        assert isinstance(answer, Found)
        for name in Dossier.__struct_fields__:
            if name != "as_of":
                assert getattr(answer.dossier, name) == getattr(told, name), name
        assert answer.dossier.as_of is not None
        assert answer.dossier.as_of.tzinfo is not None


async def test_a_number_that_several_dossiers_share_names_them_all(
    case: Case, ground: Ground
) -> None:
    async with case.open_with(ground, ALL) as directory:
        answers = await directory.find_many([key("170831-0012"), key(ALIKE[0].id)])
    shared = answers[key("170831-0012")]
    assert isinstance(shared, Ambiguous)
    assert [dossier.id for dossier in shared.dossiers] == sorted(d.id for d in ALIKE)
    assert isinstance(answers[key(ALIKE[0].id)], Found)


async def test_every_key_asked_for_is_in_the_answer_however_often_it_is_asked(
    case: Case, ground: Ground
) -> None:
    keys = [key(FULL.id), key("999999"), key(FULL.id), CanonicalKey("")]
    keys += [CanonicalKey(f"X{n}") for n in range(500)]
    async with case.open_with(ground, ALL) as directory:
        answers = await directory.find_many(keys)
        nothing = await directory.find_many([])
    assert set(answers) == set(keys)
    assert isinstance(answers[key("999999")], NotFound)
    assert isinstance(answers[CanonicalKey("")], NotFound)
    assert dict(nothing) == {}


@pytest.mark.parametrize(
    "hostile", ["' OR 1=1 --", '"]', "%", "\0", "\ud800", "170703%", "A" * 100_000, "💥"]
)
async def test_a_hostile_key_finds_nothing(case: Case, ground: Ground, hostile: str) -> None:
    async with case.open_with(ground, ALL) as directory:
        answers = await directory.find_many([CanonicalKey(hostile), key(FULL.id)])
    assert isinstance(answers[CanonicalKey(hostile)], NotFound)
    assert isinstance(answers[key(FULL.id)], Found)


async def test_a_part_of_a_number_finds_nothing(case: Case, ground: Ground) -> None:
    whole = key(FULL.id)
    async with case.open_with(ground, ALL) as directory:
        parts = [CanonicalKey(whole[:n]) for n in range(1, len(whole))]
        answers = await directory.find_many(parts)
    assert all(isinstance(answer, NotFound) for answer in answers.values())


async def test_a_cancelled_lookup_leaves_the_directory_usable(case: Case, ground: Ground) -> None:
    async with case.open_with(ground, ALL) as directory:
        lookup = asyncio.ensure_future(directory.find_many([key(FULL.id)]))
        await asyncio.sleep(0)
        lookup.cancel()
        await asyncio.gather(lookup, return_exceptions=True)
        answers = await directory.find_many([key(FULL.id)])
    assert isinstance(answers[key(FULL.id)], Found)


async def test_lookups_at_the_same_moment_each_get_their_own_answer(
    case: Case, ground: Ground
) -> None:
    asked = [key(FULL.id), key(BARE.id), key("nothing-1"), key("170831-0012")] * 10
    async with case.open_with(ground, ALL) as directory:
        answers = await asyncio.gather(*(directory.find_many([one]) for one in asked))
    kinds = [type(answer[one]) for one, answer in zip(asked, answers, strict=True)]
    assert kinds == [Found, Found, NotFound, Ambiguous] * 10


@pytest.mark.parametrize(
    "file, failure", [(file, name) for file in files() for name in case_of(file).FAILURES]
)
async def test_a_directory_that_cannot_answer_says_so_and_never_raises(
    file: str, failure: str, ground: Ground
) -> None:
    async with case_of(file).FAILURES[failure](ground) as directory:
        answers = await directory.find_many([key(FULL.id), key("999999")])
        again = await directory.find_many([key(FULL.id)])
    assert set(answers) == {key(FULL.id), key("999999")}
    for answer in (*answers.values(), *again.values()):
        assert isinstance(answer, Unavailable)
        assert answer.reason.isascii()
        assert answer.reason.isalpha()


SEPARATORS = st.sampled_from(["", " ", "-", "_", ".", "/", " - ", "–", "\u200b", "\u00a0", "…"])


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """One of the two numbers of `FULL` as somebody may type it."""
    letters = [c for c in draw(st.sampled_from([FULL.id, FULL.receipt])) if c.isalnum()]
    typed = [draw(st.sampled_from([c, c.lower(), chr(ord(c) + 0xFEE0)])) for c in letters]
    gaps = draw(st.lists(SEPARATORS, min_size=len(typed), max_size=len(typed)))
    return "".join(gap + c for gap, c in zip(gaps, typed, strict=True))


def test_any_spelling_of_a_number_finds_its_dossier(case: Case, ground: Ground) -> None:
    typed: list[str] = []

    @settings(max_examples=150, deadline=None)
    @given(spellings())
    def gather(spelling: str) -> None:
        typed.append(spelling)

    async def check() -> None:
        async with case.open_with(ground, ALL) as directory:
            for spelling in typed:
                answers = await directory.find_many([canonical_key(spelling)])
                answer = answers[canonical_key(spelling)]
                assert isinstance(answer, Found), ascii(spelling)
                assert answer.dossier.id == FULL.id

    gather()
    asyncio.run(check())
