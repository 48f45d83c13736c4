"""What may stand in a log line, and what never does."""

import asyncio
import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway import logs

ID = "019aa8c4-7c1e-7000-8000-123456789012"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    access = logging.getLogger("aiohttp.access")
    state = access.disabled, access.propagate
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    access.disabled, access.propagate = state
    structlog.reset_defaults()


def started(*, strict: bool = False, level: logs.Level = "info") -> io.StringIO:
    stream = io.StringIO()
    logs.configure(level, "json", stream, strict=strict)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_fact_is_one_line_of_json_with_time_level_and_event() -> None:
    stream = started(strict=True)

    structlog.get_logger().info(
        "mo.stored", message_id=ID, door="local", attempt=1, duration_ms=1.25
    )

    (line,) = lines(stream)
    assert str(line.pop("time")).endswith("+00:00")
    assert line == {
        "level": "info",
        "event": "mo.stored",
        "message_id": ID,
        "door": "local",
        "attempt": 1,
        "duration_ms": 1.25,
    }


@pytest.mark.parametrize("value", ["MCKH 170703-0001", 1707, 17.07, True, None, ["1707"]])
def test_a_field_that_is_not_listed_is_dropped(value: object) -> None:
    stream = started()

    structlog.get_logger().info("mo.stored", text=value, door="local")

    assert "text" not in lines(stream)[0]
    assert lines(stream)[0]["door"] == "local"


def test_what_is_dropped_is_not_remembered_either() -> None:
    remembered = logs._may_show_text.cache_info  # noqa: SLF001  # nothing else shows it
    stream = started()
    structlog.get_logger().info("mo.stored", door="local")
    before = remembered().currsize

    structlog.get_logger().info("mo.stored", door="local", text="where is my dossier")

    assert len(lines(stream)) == 2
    assert remembered().currsize == before


def test_in_tests_a_field_that_is_not_listed_is_a_fault() -> None:
    started(strict=True)

    with pytest.raises(logs.UnlistedFieldError, match="sender"):
        structlog.get_logger().info("mo.stored", sender="x")


@pytest.mark.parametrize("event", ["MO from 0900000001 stored", "MO stored", 1707, None])
def test_an_event_is_a_name_never_a_sentence(event: object) -> None:
    stream = started()
    structlog.get_logger().info(event)
    assert lines(stream)[0]["event"] == logs.WITHHELD

    started(strict=True)
    with pytest.raises(logs.UnlistedFieldError, match="event name"):
        structlog.get_logger().info(event)


def test_what_a_logger_is_bound_to_stands_in_each_of_its_lines() -> None:
    stream = started(strict=True)

    bound = structlog.get_logger().bind(door="local")
    bound.info("mo.stored", attempt=1)
    bound.info("mo.stored", door="other")

    told = [(line["door"], line.get("attempt")) for line in lines(stream)]
    assert told == [("local", 1), ("other", None)]


@pytest.mark.parametrize(
    "value",
    [
        "0900000001",
        "+84900000001",
        "84 900 000 001",
        "(090) 000-0001",
        "from 0900.000.001 to 8083",
        "x0900000001x",
        "a" * 201,
        84900000001,
        -84900000001,
        84900000001.0,
        ["0900000001"],
        {"a": 1},
        b"0900000001",
        "\u0660\u0669\u0660\u0660\u0660\u0660\u0660\u0660\u0661",
    ],
)
@pytest.mark.parametrize("field", ["reason", "error", "message_id", "trace_id", "address"])
def test_a_number_or_anything_long_is_withheld(field: str, value: object) -> None:
    stream = started()

    structlog.get_logger().info("mo.stored", **{field: value})

    assert lines(stream)[0][field] == logs.WITHHELD
    assert "9000" not in stream.getvalue()


@pytest.mark.parametrize(
    "field, value",
    [
        ("address", "192.168.100.200"),
        ("address", "127.0.0.1"),
        ("setting", "web.port"),
        ("attempt", 3),
        ("outcome", None),
        ("state", True),
        ("trace_id", ID),
        ("count", 200_000),
    ],
)
def test_what_operators_need_is_shown(field: str, value: object) -> None:
    stream = started()

    structlog.get_logger().info("mo.stored", **{field: value})

    assert lines(stream)[0][field] == value


@given(
    digits=st.text("0123456789", min_size=8, max_size=15),
    gap=st.sampled_from(["", " ", ".", "-", "_"]),
    around=st.tuples(st.text("ab: /", max_size=5), st.text("ab: /", max_size=5)),
    field=st.sampled_from(sorted(logs.FIELDS - {"event", "level", "time", "address"})),
)
def test_no_spelling_of_a_number_passes(
    digits: str, gap: str, around: tuple[str, str], field: str
) -> None:
    stream = started()

    structlog.get_logger().info("mo.stored", **{field: gap.join(digits).join(around)})

    assert lines(stream)[0][field] == logs.WITHHELD


def test_an_exception_is_its_type_and_place_without_its_message() -> None:
    stream = started(strict=True)
    try:
        int("hush 0900000001")
    except ValueError:
        structlog.get_logger().exception("answer.failed")

    (line,) = lines(stream)
    assert line["error"] == "ValueError"
    where = str(line["where"])
    assert where.startswith("test_logs.py:")
    assert where.endswith("test_an_exception_is_its_type_and_place_without_its_message")
    assert "hush" not in stream.getvalue()
    assert "exc_info" not in line


def test_the_time_of_a_line_is_now_in_utc_to_the_millisecond() -> None:
    stream = started(strict=True)

    before = datetime.now(UTC)
    structlog.get_logger().info("mo.stored")
    after = datetime.now(UTC)

    (line,) = lines(stream)
    time = datetime.fromisoformat(str(line["time"]))
    assert before - timedelta(milliseconds=1) <= time <= after
    assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}\.[0-9]{3}\+00:00", str(line["time"]))


def test_a_level_below_the_set_one_is_not_written() -> None:
    stream = started(level="warning")

    structlog.get_logger().info("mo.stored")
    structlog.get_logger().warning("store.slow")

    assert [line["event"] for line in lines(stream)] == ["store.slow"]


def test_a_library_is_heard_from_warnings_on_without_its_words() -> None:
    stream = started(strict=True)
    library = logging.getLogger("aiohttp.server")

    library.info("nothing")
    library.warning("query was %s", "password=hush")
    try:
        int("hush")
    except ValueError:
        library.exception("failed with hush")

    first, second = lines(stream)
    assert (first["event"], first["logger"], first["level"]) == (
        "library.spoke",
        "aiohttp.server",
        "warning",
    )
    assert (second["level"], second["error"]) == ("error", "ValueError")
    assert "hush" not in stream.getvalue()


def test_a_task_that_dies_unheard_is_logged_without_its_words() -> None:
    stream = started(strict=True)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"message": "hush", "exception": ValueError("hush")})

    asyncio.run(main())

    assert [line["error"] for line in lines(stream)] == ["ValueError"]
    assert "hush" not in stream.getvalue()


def test_addresses_that_were_called_are_never_logged_by_the_server() -> None:
    stream = started()

    logging.getLogger("aiohttp.access").error("GET /mo/x?text=hush")

    assert stream.getvalue() == ""


def test_configuring_again_does_not_write_twice() -> None:
    started()
    stream = started()

    logging.getLogger("asyncio").warning("slow")

    assert len(lines(stream)) == 1


def test_a_log_that_cannot_be_written_stops_nobody() -> None:
    stream = started()
    stream.close()

    structlog.get_logger().info("mo.stored")


def test_a_stream_that_takes_only_ascii_loses_nothing() -> None:
    octets = io.BytesIO()
    logs.configure("info", "json", io.TextIOWrapper(octets, encoding="ascii"))

    structlog.get_logger().info("mo.stored", reason="Sở Ngoại vụ")

    assert json.loads(octets.getvalue())["reason"] == "Sở Ngoại vụ"


def test_time_and_level_are_ours_to_say() -> None:
    stream = started()

    structlog.get_logger().info("mo.stored", time="0900000001", level="0900000001")

    assert lines(stream)[0]["level"] == "info"
    assert "0900000001" not in stream.getvalue()


def test_for_people_a_line_is_readable_and_as_discreet() -> None:
    stream = io.StringIO()
    logs.configure("info", "console", stream)

    structlog.get_logger().info("mo.stored", door="local", reason="0900000001")

    assert "mo.stored" in stream.getvalue()
    assert "door=local" in stream.getvalue()
    assert "0900000001" not in stream.getvalue()
