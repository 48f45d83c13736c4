from collections import Counter
from dataclasses import replace

import pytest

from sms_gateway.domain.dossier import State, canonical_key
from sms_gateway.domain.msisdn import read_address
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.enquiry.templates import TEMPLATES
from sms_gateway.made_up.dossiers import dossiers_of, phone, receipt
from sms_gateway.made_up.kinds import KINDS, reply_of
from sms_gateway.made_up.messages import Plan, log_rows
from sms_gateway.made_up.rows import COLUMNS, LogRows
from tests.made_up.plans import HASHER, PLAN


def whole(plan: Plan, piece: int = 1_000) -> LogRows:
    log = LogRows()
    for rows in log_rows(plan, piece):
        for table in COLUMNS:
            getattr(log, table).extend(getattr(rows, table))
    return log


@pytest.fixture(scope="module")
def log() -> LogRows:
    return whole(PLAN)


def test_the_same_seed_makes_the_same_rows_however_they_are_cut(log: LogRows) -> None:
    assert whole(PLAN, piece=7) == log


def test_another_seed_makes_other_texts_with_other_ids(log: LogRows) -> None:
    other = whole(replace(PLAN, seed=8))
    assert not {row.id for row in other.inbox} & {row.id for row in log.inbox}
    assert not {row.hash for row in other.mo_key} & {row.hash for row in log.mo_key}


def test_there_are_as_many_texts_as_asked_for_and_their_ids_grow_with_time(log: LogRows) -> None:
    assert len(log.inbox) == PLAN.messages
    for ids in (
        [row.id for row in log.inbox],
        [row.id for row in log.outbox],
        [row.id for row in log.receipt],
    ):
        assert ids == sorted(set(ids))


def test_every_text_has_ended_and_waits_for_nobody_for_long(log: LogRows) -> None:
    assert {row.outcome for row in log.inbox} == set(Outcome)
    assert {row.state for row in log.outbox} == {MtState.ACCEPTED, MtState.FAILED}
    waiting = [r for r in log.inbox if r.outcome is Outcome.PARKED and r.handled_at is None]
    end = PLAN.span.until.timestamp() * 1000
    assert all(row.received_at > end - 86_400_000 for row in waiting)


def test_what_belongs_together_names_each_other(log: LogRows) -> None:
    texts = {row.id: row for row in log.inbox}
    replies = {row.id: row for row in log.outbox}
    sent = Counter(row.outbox_id for row in log.attempt)
    for reply in replies.values():
        text = texts[reply.inbox_id]
        assert (reply.recipient_hash, reply.door) == (text.sender_hash, text.door)
        assert (reply.code_key, reply.dossier_id) == (text.code_key, text.dossier_id)
        assert sent[reply.id] == reply.attempt
    assert {row.id for row in log.case_snapshot} == {r.id for r in log.inbox if r.snapshot_id}
    assert {r.owner_id for r in log.raw_exchange} == {*texts, *(r.id for r in log.receipt)}
    for report in log.receipt:
        if report.outbox_id:
            assert replies[report.outbox_id].delivery == report.delivery
    assert any(report.outbox_id is None for report in log.receipt)


def test_a_number_is_found_by_its_hash_and_a_dossier_by_its_key(log: LogRows) -> None:
    for row in log.inbox:
        address = read_address(row.sender)
        assert address is not None
        assert row.sender_hash == HASHER.number(address)
        if row.dossier_id:
            assert row.code_key == canonical_key(row.dossier_id.rpartition("H32-")[2])


def test_only_deliveries_of_the_last_week_are_still_known_by_their_keys(log: LogRows) -> None:
    end = PLAN.span.until.timestamp() * 1000
    recent = {row.id for row in log.inbox if row.received_at > end - 7 * 86_400_000}
    assert {row.inbox_id for row in log.mo_key} == recent
    assert all(row.expires_at > end for row in log.mo_key)


def test_each_number_has_one_last_choice(log: LogRows) -> None:
    numbers = [row.sender_hash for row in log.opt_out]
    assert numbers
    assert len(numbers) == len(set(numbers))


def test_whoever_sees_a_text_or_a_reply_sees_that_it_is_made_up(log: LogRows) -> None:
    assert all("thu" in row.text for row in log.inbox)
    assert all(row.text.startswith("Tin thu: ") for row in log.outbox)


def test_the_mix_is_a_thousand_and_knows_only_replies_that_exist() -> None:
    assert sum(kind.share for kind in KINDS) == 1_000
    for kind in KINDS:
        names = {reply_of(kind, number) for number in range(20)} if kind.reply else set()
        assert names <= set(TEMPLATES)


def test_dossiers_have_a_number_a_phone_and_a_state_each() -> None:
    rows = dossiers_of(range(2_000), "000.00.12.H32")
    assert len({row.id for row in rows}) == len({row.phones for row in rows}) == 2_000
    assert {row.state for row in rows} == set(State)
    assert receipt(1_999) == rows[-1].receipt == "260001-0999"
    assert rows[-1].phones == (("owner", phone(1_999).value),)
    assert read_address("0900001999") == phone(1_999)
