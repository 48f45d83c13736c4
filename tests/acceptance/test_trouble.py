"""With a full disk, a full queue or a case database that hangs, nothing promised is lost."""

import asyncio
from pathlib import Path

import pytest

from tests.acceptance.house import open_house, reply_of
from tests.acceptance.telco import Heard, citizen, mo

pytestmark = [pytest.mark.acceptance, pytest.mark.asyncio(loop_scope="session")]

ASKED = "MCKH_170703-0001"
COUNT = "SELECT count(*) FROM inbox WHERE telco_id = ?"


async def test_with_a_full_disk_the_telco_hears_503_and_later_everything_goes_on(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        texts = [(door, mo(citizen(), ASKED)) for door in ("local", "ack", "ackresend")]
        with house.full_disk():
            for door, text in texts:
                heard = await house.telco.call(f"/mo/{door}", text)
                assert (heard.status, b"OK" in heard.body) == (503, False)
                assert int(heard.headers["Retry-After"]) > 0
                assert house.rows(COUNT, text["id"]) == [(0,)]
                refused = await house.figure("sms_refused_total", door=door, reason="store_down")
                assert refused == 1
        for door, text in texts:
            heard = await house.telco.deliver(door, text)
            assert heard.status == 200
            await house.mt_is(text, "accepted")
        await house.until_ready()
        assert await house.stop() == 0


async def test_a_full_disk_shows_in_ready_and_goes_away_by_itself(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        with house.full_disk():
            await house.until_not_ready()
            assert (await house.ready())[1]["wrong"].keys() == {"store"}
        await house.until_ready()


async def test_with_its_data_folder_moved_away_the_gateway_says_ok_to_nobody(
    tmp_path: Path, samples: Path
) -> None:
    """A folder that somebody tidies away stays open, and what is written to it would be gone."""
    async with open_house(tmp_path, samples) as house:
        text, aside = mo(citizen(), ASKED), house.data.with_name("aside")
        house.data.rename(aside)
        heard = await house.telco.call("/mo/ack", text)
        assert (heard.status, b"OK" in heard.body) == (503, False)
        await house.until_not_ready()
        aside.rename(house.data)
        assert (await house.telco.deliver("ack", text)).status == 200
        await house.mt_is(text, "accepted")
        assert await house.stop() == 0


async def test_reports_and_refused_calls_are_not_acknowledged_with_a_full_disk(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        with house.full_disk():
            assert (await house.telco.report("ack", "T1")).status == 503
            assert (await house.telco.call("/mo/ack", {"id": "1"})).status >= 400
        assert (await house.telco.report("ack", "T1")).status == 200


async def test_an_mt_that_was_being_sent_when_the_disk_filled_is_settled_later(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        text = mo(citizen(), ASKED)
        house.telco.on_event = lambda _what: house.fill_disk()
        await house.telco.deliver("ack", text)
        await house.telco.received(str(text["from"]))
        house.telco.on_event = lambda _what: None
        assert (await house.telco.call("/mo/ack", mo(citizen(), ASKED))).status == 503
        house.free_disk()
        await house.mt_is(text, "accepted")
        assert len(house.telco.to(str(text["from"]))) == 1


async def test_a_gateway_that_is_stopped_with_a_full_disk_ends_and_loses_nothing(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        text = mo(citizen(), ASKED)
        house.telco.on_event = lambda _what: house.fill_disk()
        await house.telco.deliver("ack", text)
        await house.telco.received(str(text["from"]))
        house.telco.on_event = lambda _what: None
        await house.stop()
        await house.start()
        await house.mt_is(text, "uncertain")
        assert len(house.telco.to(str(text["from"]))) == 1


async def test_a_reply_that_could_not_be_written_in_time_is_parked_and_can_be_fetched(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        text = mo(citizen(), ASKED)
        with house.stuck_directory():
            call = asyncio.create_task(house.telco.call("/mo/local", text))
            await house.until((1,), COUNT, text["id"])
            house.fill_disk()
        assert reply_of((await call).body)["status"] == "late"
        house.free_disk()
        await house.mo_is(text, "parked", "no_way_back")
        fetched = await house.telco.deliver("local", text)
        assert reply_of(fetched.body)["reply"]
        await house.mo_is(text, "answered", "fetched")


async def test_a_full_queue_is_answered_with_503_and_what_was_taken_is_answered(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples, max_unanswered=5) as house:
        heard: list[tuple[dict[str, object], Heard]] = []
        with house.stuck_directory():
            while not heard or heard[-1][1].status == 200:
                assert len(heard) < 50
                text = mo(citizen(), ASKED)
                heard.append((text, await house.telco.call("/mo/ack", text)))
            refused, answer = heard.pop()
            assert answer.status == 503
            assert int(answer.headers["Retry-After"]) > 0
            assert house.rows(COUNT, refused["id"]) == [(0,)]
            assert await house.figure("sms_refused_total", door="ack", reason="queue_full") == 1
        for text in [*(text for text, _ in heard), refused]:
            if text is refused:
                await house.telco.deliver("ack", text)
            await house.mt_is(text, "accepted")
            assert len(house.telco.to(str(text["from"]))) == 1


async def test_a_case_database_that_hangs_is_answered_in_time_and_free_of_charge(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        loop = asyncio.get_running_loop()
        with house.stuck_directory():
            began = loop.time()
            heard = await house.telco.deliver("local", mo("0900000001", ASKED))
            assert loop.time() - began < 2.5
        reply = reply_of(heard.body)
        assert reply["reply"].startswith("He thong dang gian doan")
        assert reply["billing"] != "charge"
        later = await house.telco.deliver("local", mo("0900000001", ASKED))
        assert reply_of(later.body)["reply"].startswith("Ho so 170703-0001 da co ket qua ngay")


async def test_a_case_database_that_hangs_is_seen_by_those_who_watch_without_any_text(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        assert await house.ready() == (200, {"status": "ok", "wrong": {}})
        with house.stuck_directory():
            await asyncio.to_thread(house.process.wait_for_line, '"cases.failing"')
            status, said = await house.ready()
            assert (status, said["status"], set(said["wrong"])) == (200, "degraded", {"cases"})
            await house.telco.deliver("local", mo("0900000001", ASKED))
            assert await house.figure("sms_lookups_total", result="unavailable") > 0
        await asyncio.to_thread(house.process.wait_for_line, '"cases.working"')
        assert await house.ready() == (200, {"status": "ok", "wrong": {}})
        assert sum('"cases.failing"' in line for line in house.process.err) == 1


async def test_a_case_database_that_hangs_for_a_moment_costs_no_reply(
    tmp_path: Path, samples: Path
) -> None:
    async with open_house(tmp_path, samples) as house:
        text = mo("0900000001", ASKED)
        with house.stuck_directory():
            await house.telco.deliver("ack", text)
            assert (await house.telco.deliver("ack", text)).body == b"OK"
        (mt,) = await house.telco.received("0900000001")
        assert mt.text.startswith("Ho so 170703-0001 da co ket qua ngay")
