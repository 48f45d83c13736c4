import io
import json

import pytest

from sms_gateway.intake.accept import QueueFullError, Taken
from sms_gateway.ports import MAX_BATCH, MAX_REQUEST, Purpose, Stored, StoreDownError
from sms_gateway.web.peers import UNKNOWN
from tests.web.web_desk import FETCHED, MT, REFUSAL, REPLY, WebDesk, request, served

PRIVATE = "MCKH of 0900000001"


async def test_the_door_hears_the_call_as_it_came(desk: WebDesk) -> None:
    status, _, body = await desk.post(b"\x00\xff", "/mo?a=%31&b=", "X-Token: One", "x-token: Two")
    assert (status, body) == (200, b"OK")
    (call,) = desk.side.calls
    assert (call.method, call.path, call.query) == ("POST", "/mo", "a=%31&b=")
    assert (call.body, call.peer, call.purpose) == (b"\x00\xff", "127.0.0.1", Purpose.MESSAGES)
    assert call.headers["x-token"] == "Two"


async def test_each_route_says_what_it_is_for(desk: WebDesk) -> None:
    await desk.post(path="/dlr")
    assert [call.purpose for call in desk.side.calls] == [Purpose.REPORTS]


async def test_what_is_written_down_is_the_request_without_its_secrets(desk: WebDesk) -> None:
    await desk.post(b"body")
    assert [call.raw for call in desk.rooms.seen] == [b"kept body"]


async def test_a_reply_that_was_written_is_accepted(desk: WebDesk) -> None:
    desk.rooms.taken = REPLY
    assert (await desk.post())[2] == b"OK\nDang xu ly"
    settled = await desk.rooms.settled.get()
    assert (settled.id, settled.attempt, settled.state) == (MT, 1, "accepted")
    assert (settled.result, settled.reason) == ("accepted", "in_response")
    assert desk.counted('sms_mt_attempts_total{door="telco",result="accepted"} 1.0')
    assert desk.counted('sms_mo_to_accepted_seconds_count{door="telco"} 1.0')


async def test_a_reply_that_a_repeated_call_carried_is_fetched(desk: WebDesk) -> None:
    desk.rooms.taken = FETCHED
    await desk.post()
    assert await desk.rooms.fetched_ids.get() == MT
    assert desk.rooms.settled.empty()


@pytest.mark.parametrize(
    "error, reason",
    [
        (StoreDownError("SQLITE_FULL"), "store_down"),
        (QueueFullError(), "queue_full"),
        (RuntimeError(PRIVATE), "internal_error"),
    ],
)
async def test_what_is_not_written_down_is_answered_by_503_and_never_by_ok(
    desk: WebDesk, error: Exception, reason: str
) -> None:
    desk.rooms.taken = error
    status, headers, body = await desk.post()
    assert (status, headers["retry-after"]) == (503, "5")
    assert body == b'{"error": "%s"}' % reason.encode()


@pytest.mark.parametrize("error", [StoreDownError("SQLITE_FULL"), QueueFullError()])
async def test_what_is_not_written_down_is_counted(desk: WebDesk, error: Exception) -> None:
    desk.rooms.taken = error
    await desk.post()
    reason = "queue_full" if isinstance(error, QueueFullError) else "store_down"
    assert desk.counted(f'sms_refused_total{{door="telco",reason="{reason}"}} 1.0')


@pytest.mark.parametrize("where", ["read", "reply"])
async def test_a_bug_costs_one_call_and_shows_nothing_of_it(
    desk: WebDesk, where: str, captured_logs: io.StringIO
) -> None:
    desk.side.broken[where] = RuntimeError(PRIVATE)
    status, headers, body = await desk.post(PRIVATE.encode())
    assert (status, headers["retry-after"]) == (503, "5")
    assert b"MCKH" not in body
    assert "request.broke" in captured_logs.getvalue()
    assert PRIVATE not in captured_logs.getvalue()
    desk.side.broken.clear()
    assert (await desk.post())[0] == 200


async def test_a_reply_that_the_door_could_not_word_is_uncertain(desk: WebDesk) -> None:
    desk.rooms.taken = REPLY
    desk.side.broken["reply"] = RuntimeError(PRIVATE)
    assert (await desk.post())[0] == 503
    assert (await desk.rooms.settled.get()).state == "uncertain"


@pytest.mark.parametrize("size", [MAX_REQUEST + 1, MAX_REQUEST * 20])
async def test_a_body_over_the_limit_is_cut_so_that_the_door_sees_it_is_too_long(
    desk: WebDesk, size: int
) -> None:
    await desk.post(b"x" * size)
    assert [len(call.body) for call in desk.side.calls] == [MAX_REQUEST + 1]


async def test_a_body_of_exactly_the_limit_is_whole(desk: WebDesk) -> None:
    await desk.post(b"x" * MAX_REQUEST)
    assert [len(call.body) for call in desk.side.calls] == [MAX_REQUEST]


async def test_a_route_may_take_larger_bodies_than_others(desk: WebDesk) -> None:
    for size in (MAX_REQUEST + 1, MAX_BATCH, MAX_BATCH + 1, MAX_BATCH * 2):
        await desk.post(b"x" * size, path="/dlr")
    whole = [MAX_REQUEST + 1, MAX_BATCH, MAX_BATCH + 1, MAX_BATCH + 1]
    assert [len(call.body) for call in desk.side.calls] == whole
    assert {call.purpose for call in desk.side.calls} == {Purpose.REPORTS}


async def test_a_body_without_a_length_is_read_within_the_limit(desk: WebDesk) -> None:
    head = b"POST /mo HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"1000\r\n" + b"x" * 0x1000 + b"\r\n"
    status, *_ = await desk.heard(head + chunk * 5 + b"0\r\n\r\n")
    assert status == 200
    assert [len(call.body) for call in desk.side.calls] == [MAX_REQUEST + 1]


async def test_a_body_that_is_not_what_its_headers_say_is_the_callers_fault(desk: WebDesk) -> None:
    head = b"POST /mo HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n"
    status, *_ = await desk.heard(head + b"zz\r\nxx\r\n0\r\n\r\n")
    assert status == 400
    assert desk.side.calls == []


async def test_a_packed_body_is_refused_and_never_unpacked(desk: WebDesk) -> None:
    status, *_ = await desk.post(b"no gzip", "/mo", "Content-Encoding: gzip")
    assert status == 415
    assert desk.side.calls == []
    assert desk.counted('sms_refused_total{door="telco",reason="encoded"} 1.0')


async def test_a_call_that_expects_what_nobody_knows_is_taken_all_the_same() -> None:
    async with served() as desk:
        status, _, body = await desk.post(b"{}", "/mo", "Expect: 200-ok")
        assert (status, body) == (200, b"OK")
        assert len(desk.side.calls) == 1


async def test_a_caller_that_waits_to_be_told_to_send_its_body_is_told() -> None:
    async with served() as desk:
        head = request("POST", "/mo", b"", "Expect: 100-Continue")
        reader, writer = await desk.raw(head.replace(b"Length: 0", b"Length: 2"))
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"{}")
        assert (await reader.readuntil(b"\r\n\r\nOK")).startswith(b"HTTP/1.1 200")
        writer.transport.abort()
        assert [call.body for call in desk.side.calls] == [b"{}"]


async def test_a_caller_that_hangs_up_before_its_body_is_there_is_counted_and_no_error(
    captured_logs: io.StringIO,
) -> None:
    async with served() as desk:
        head = request("POST", "/mo", b"{}", "Expect: 100-continue")[:-2]
        reader, writer = await desk.raw(head)
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()
        await desk.left.wait()
        await desk.runner.cleanup()
        assert desk.counted('sms_refused_total{door="telco",reason="cut_off"} 1.0')
        assert not desk.side.calls
    assert '"level":"error"' not in captured_logs.getvalue()


async def test_a_caller_that_sends_too_slowly_is_told_so() -> None:
    async with served(read_seconds=0.05) as desk:
        status, *_ = await desk.heard(b"POST /mo HTTP/1.1\r\nHost: g\r\nContent-Length: 9\r\n\r\n1")
        assert status == 408
        assert desk.side.calls == []
        assert desk.counted('sms_refused_total{door="telco",reason="slow"} 1.0')


async def test_a_caller_that_hangs_up_in_the_middle_of_its_body_is_no_bug(
    desk: WebDesk, captured_logs: io.StringIO
) -> None:
    _, writer = await desk.raw(b"POST /mo HTTP/1.1\r\nHost: g\r\nContent-Length: 9\r\n\r\n1")
    await desk.met.wait()
    writer.transport.abort()
    await desk.left.wait()
    assert (await desk.post())[0] == 200
    assert "request.broke" not in captured_logs.getvalue()


async def test_what_the_door_refuses_is_refused_in_its_own_words_and_kept(desk: WebDesk) -> None:
    desk.side.refusal = REFUSAL
    status, _, body = await desk.post(b"x", "/mo?a=1")
    assert (status, body) == (422, b"no text")
    (kept,) = desk.rooms.kept
    assert (kept.door, kept.reason, kept.raw) == ("telco", "field text: missing", b"kept x")
    assert kept.trace_id == "trace"
    assert desk.counted('sms_refused_total{door="telco",reason="unreadable"} 1.0')


async def test_the_log_says_by_what_trace_a_refused_call_is_kept(
    desk: WebDesk, captured_logs: io.StringIO
) -> None:
    desk.side.refusal = REFUSAL
    await desk.post()
    (line,) = [json.loads(said) for said in captured_logs.getvalue().splitlines()]
    assert (line["event"], line["trace_id"]) == ("call.refused", desk.rooms.kept[0].trace_id)


async def test_calls_that_were_not_even_read_leave_one_line_and_a_figure(
    desk: WebDesk, captured_logs: io.StringIO
) -> None:
    for _ in range(3):
        await desk.post(b"no gzip", "/mo", "Content-Encoding: gzip")
    (line,) = [json.loads(said) for said in captured_logs.getvalue().splitlines()]
    assert (line["event"], line["reason"], line["count"]) == ("call.refused", "encoded", 1)
    assert desk.counted('sms_refused_total{door="telco",reason="encoded"} 3.0')


async def test_texts_of_a_call_that_could_not_be_read_are_counted_and_told(
    desk: WebDesk, captured_logs: io.StringIO
) -> None:
    desk.rooms.taken = Taken([Stored(MT)], [], unreadable=2)
    assert (await desk.post())[0] == 200
    assert desk.counted('sms_refused_total{door="telco",reason="unreadable"} 2.0')
    (line,) = [json.loads(said) for said in captured_logs.getvalue().splitlines()]
    assert (line["event"], line["count"], line["trace_id"]) == ("item.refused", 2, "trace")


async def test_the_same_content_is_kept_under_the_same_hash(desk: WebDesk) -> None:
    desk.side.refusal = REFUSAL
    for body, query in ((b"x", "a=1"), (b"x", "a=1"), (b"y", "a=1"), (b"x", "a=2")):
        await desk.post(body, f"/mo?{query}")
    same, again, *others = [kept.body_hash for kept in desk.rooms.kept]
    assert same == again
    assert len({same, *others}) == 3


async def test_a_query_of_any_octets_is_refused_like_every_other(desk: WebDesk) -> None:
    desk.side.refusal = REFUSAL
    status, *_ = await desk.heard(b"GET /mo?a=\xff\xfe HTTP/1.1\r\nHost: g\r\n\r\n")
    assert status in (400, 422)


async def test_a_stranger_leaves_nothing_behind(desk: WebDesk) -> None:
    desk.side.refusal = REFUSAL.__class__(
        "unauthorised", "path", authenticated=False, reply=REFUSAL.reply
    )
    assert (await desk.post())[0] == 422
    assert desk.rooms.kept == []


async def test_a_refusal_that_could_not_be_kept_is_still_a_refusal(desk: WebDesk) -> None:
    desk.side.refusal, desk.rooms.store_down = REFUSAL, True
    assert (await desk.post())[0] == 422


async def test_a_door_that_says_ok_for_what_is_kept_does_not_say_so_for_what_is_not() -> None:
    async with served(keeps_refused_ok=True) as desk:
        desk.side.refusal, desk.rooms.store_down = REFUSAL, True
        assert (await desk.post())[0] == 503


async def test_a_caller_behind_our_proxy_is_known_by_what_the_proxy_wrote() -> None:
    async with served(["127.0.0.0/8"]) as desk:
        await desk.post(b"", "/mo", "X-Forwarded-For: 203.0.113.7")
        await desk.post(b"", "/mo", "X-Forwarded-For: 127.0.0.1, 203.0.113.7")
        await desk.post(b"", "/mo", "X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: 203.0.113.7")
        assert [call.peer for call in desk.side.calls] == ["203.0.113.7"] * 3


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For: 203.0.113.7", "x-forwarded-for: 127.0.0.1", "Forwarded: for=127.0.0.1"],
)
async def test_behind_a_proxy_that_nobody_named_stands_nobody_we_know(
    desk: WebDesk, header: str
) -> None:
    await desk.post(b"", "/mo", header)
    assert [call.peer for call in desk.side.calls] == [UNKNOWN]


async def test_a_proxy_that_nobody_named_is_told_once_with_the_setting_that_names_it(
    desk: WebDesk, captured_logs: io.StringIO
) -> None:
    for _ in range(3):
        await desk.post(b"", "/mo", "X-Forwarded-For: 203.0.113.7")
    (line,) = [line for line in told(captured_logs) if line["event"] == "caller.unknown"]
    assert (line["level"], line["reason"]) == ("warning", "proxy_not_trusted")
    assert (line["setting"], line["address"]) == ("web.trusted_proxies", "127.0.0.1")


async def test_a_proxy_of_ours_that_names_no_caller_is_told_too(
    captured_logs: io.StringIO,
) -> None:
    async with served(["127.0.0.0/8"]) as desk:
        await desk.post(b"", "/mo", "Forwarded: for=203.0.113.7")
        assert [call.peer for call in desk.side.calls] == [UNKNOWN]
    (line,) = [line for line in told(captured_logs) if line["event"] == "caller.unknown"]
    assert line["reason"] == "no_address"


def told(log: io.StringIO) -> list[dict[str, object]]:
    """The lines of a log."""
    return [json.loads(line) for line in log.getvalue().splitlines()]
