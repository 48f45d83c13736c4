"""`states.toml`: what each word means, and what is refused."""

import tomllib

import pytest

from sms_gateway.domain.dossier import State
from sms_gateway.domain.states import StateTables, UnknownState
from sms_gateway.settings import SettingsError, load_states
from sms_gateway.settings.states import SOURCES
from tests.cases.embedded.exports import NOW
from tests.parts import ROOT


@pytest.fixture(scope="module")
def shipped() -> StateTables:
    content = (ROOT / "config" / "states.toml").read_text(encoding="utf-8")
    return load_states(tomllib.loads(content))


NATIONAL = {
    "Mới đăng ký": 1, "Được tiếp nhận": 2, "Không được tiếp nhận": 3, "Đang xử lý": 4,
    "Yêu cầu bổ sung giấy tờ": 5, "Yêu cầu thực hiện nghĩa vụ tài chính": 6,
    "Công dân yêu cầu rút hồ sơ": 7, "Dừng xử lý": 8, "Đã xử lý xong": 9, "Đã trả kết quả": 10,
    "ĐANG  XỬ LÝ": 4, "dang xu ly": 4, "đang xử lý": 4, "04": 4,
    **{str(n): n for n in range(1, 11)},
}  # fmt: skip
OPENCPS = {
    "new": 1, "receiving": 2, "denied": 3, "processing": 4, "interoperating": 4, "correcting": 4,
    "releasing": 9, "waiting": 5, "paying": 6, "cancelling": 7, "cancelled": 7, "pausing": 8,
    "unresolved": 8, "posting": 9, "done": 10,
}  # fmt: skip


@pytest.mark.parametrize("word, number", NATIONAL.items(), ids=ascii)
def test_every_source_knows_the_national_numbers_and_names(
    shipped: StateTables, word: str, number: int
) -> None:
    for source in SOURCES:
        assert shipped.of(source).of(word) == State(number)


@pytest.mark.parametrize("word, number", OPENCPS.items())
def test_the_words_of_opencps_are_known_by_whatever_way_they_come(
    shipped: StateTables, word: str, number: int
) -> None:
    for source in SOURCES:
        assert shipped.of(source).of(word) == State(number)


@pytest.mark.parametrize("word", ["11", "0", "-", "", "²", "duyệt lần 2", "4 5"])
def test_what_nobody_wrote_down_is_unknown(shipped: StateTables, word: str) -> None:
    assert shipped.of("import").of(word) is None


def test_a_source_means_by_a_word_what_its_own_table_says() -> None:
    tables = load_states({"default": {"4": ["x"]}, "sources": {"sql": {"9": ["X", 4, "xong"]}}})
    assert [tables.of("sql").of(word) for word in ("x", "4", "xong", "9")] == [State.FINISHED] * 4
    assert tables.of("push").of("x") is State.PROCESSING
    assert tables.of("sql").of("5") is State.PAPERS_NEEDED


def test_a_source_that_numbers_its_states_otherwise_knows_nothing_else() -> None:
    tables = load_states({"sources": {"sql": {"only": True, "2": [1], "9": ["2"]}}})
    known = [tables.of("sql").of(word) for word in ("1", "2", "3", "Đang xử lý")]
    assert known == [State.ACCEPTED, State.FINISHED, None, None]


def test_without_the_file_the_numbers_are_known() -> None:
    assert load_states({}).of("import").of("10") is State.RETURNED


def test_only_what_is_not_written_down_to_this_day_is_unknown_yet() -> None:
    came = [UnknownState(source, "Trình ký", NOW) for source in ("import", "sql")]
    tables = load_states({"sources": {"sql": {"4": ["trình ký"]}}})
    assert tables.unknown_among(came) == came[:1]


@pytest.mark.parametrize(
    "raw, told",
    [
        ({"default": {"11": ["x"]}}, "states.toml default.11: is no national state; write 1 to 10"),
        ({"default": {"x": [4]}}, "default.x: is no national state"),
        ({"default": {"4": ["..."]}}, "default.4: '...' has neither a letter nor a digit"),
        ({"default": {"4": ["x"], "9": ["X"]}}, "states.toml default: 'X' stands for two states"),
        ({"sources": {"sql": {}}}, "states.toml sources.sql: knows no word"),
        ({"sources": {"sql": {"only": True, "4": []}}}, "states.toml sources.sql: knows no word"),
        ({"sources": {"sql": {"only": ["x"], "4": ["x"]}}}, "sources.sql.only: must be true or"),
        ({"sources": {"sql": {"4": True}}}, "sources.sql.4: is no national state"),
        (
            {"sources": {"imprt": {"4": ["x"]}}},
            "sources.imprt: no such source; did you mean import",
        ),
        ({"defaults": {}}, "defaults"),
        ({"default": {"4": "x"}}, "states.toml.default.*: expected a list"),
    ],
)
def test_a_table_that_cannot_be_meant_stops_the_start(raw: dict[str, object], told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_states(raw)
    assert told in str(refused.value)
