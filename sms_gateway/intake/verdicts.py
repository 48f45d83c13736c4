"""From a verdict to the rows that end an MO."""

from datetime import datetime

import msgspec

from sms_gateway.domain.dossier import Dossier
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.message import MobileTerminated, MtKind
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.domain.pushes import AT_ONCE
from sms_gateway.domain.record import Record
from sms_gateway.domain.records import Answer, NewMt, PendingMo, Settlement, StoredAnswer
from sms_gateway.enquiry.decide import Probed, Question, Verdict
from sms_gateway.enquiry.intents import PROBE
from sms_gateway.enquiry.replies import Composed

NO_WAY_BACK = "no_way_back"
_REPLY_PRIORITY = 0
_encode = msgspec.json.Encoder(order="deterministic").encode


def too_late(question: Question) -> Verdict:
    """An MO that outlived its validity before it could be answered waits for a person.

    What would not have been answered in time either, as a probe, does not: nobody waits for it.
    """
    if question.incoming.probed is not Probed.NO:
        return Verdict(Outcome.SUPPRESSED, PROBE, PROBE)
    if question.verdict is not None and question.verdict.outcome is Outcome.SUPPRESSED:
        return question.verdict
    return Verdict(Outcome.PARKED, "too_late", question.intent.name)


def snapshot(dossier: Dossier) -> bytes:
    """The dossier as an answer was made from it: its facts without phones and secrets."""
    facts = {
        "id": dossier.id,
        "receipt": dossier.receipt,
        "agency": dossier.agency,
        "state": dossier.state,
        "state_at": dossier.state_at,
        "received_at": dossier.received_at,
        "due_at": dossier.due_at,
        "new_due_at": dossier.new_due_at,
        "finished_at": dossier.finished_at,
        "returned_at": dossier.returned_at,
        "return_via": dossier.return_via,
    }
    return _encode(facts)


class Way(Record, frozen=True):
    """How a reply goes to the citizen.

    Attributes:
        state: sending, queued for a push, or held for want of a way.
        at: from when on.
        until: not worth sending after this moment.
        at_once: sending as a push, in a slot that is kept for it; else into the open response.
        door: by which it leaves, see `NewMt`.
    """

    state: MtState
    at: datetime
    until: datetime
    at_once: bool = False
    door: DoorName | None = None


def answer_of(
    mo: PendingMo, verdict: Verdict, way: Way, mt_id: MessageId, rules_hash: str
) -> Answer:
    """The one commit that ends an MO.

    Args:
        mo: what is answered.
        verdict: how.
        way: how the reply goes, if there is one.
        mt_id: for the reply.
        rules_hash: of the rules that decided.
    """
    dossier, reply = verdict.dossier, verdict.reply
    held = reply is not None and way.state is MtState.HELD
    return Answer(
        mo=mo,
        at=way.at,
        outcome=Outcome.PARKED if held else verdict.outcome,
        reason=NO_WAY_BACK if held else verdict.reason,
        intent=verdict.intent,
        key=verdict.key,
        dossier_id=dossier.id if dossier else None,
        agency=dossier.agency if dossier else "",
        snapshot=snapshot(dossier) if dossier else None,
        rules_hash=rules_hash,
        mt=_reply(mo, verdict, reply, way, mt_id) if reply else None,
        usage=verdict.usage,
        preference=verdict.preference,
        opt_out=verdict.opt_out,
        wrong_secret=verdict.wrong_secret,
        opinion=verdict.opinion,
    )


def stored_answer(answer: Answer) -> StoredAnswer:
    """What the calls that wait for an answer are told of it."""
    mt = answer.mt
    if mt is None:
        return StoredAnswer(outcome=answer.outcome)
    sending = mt.state is MtState.SENDING and not mt.at_once
    return StoredAnswer(
        outcome=answer.outcome,
        mt_id=mt.id,
        attempt=int(sending),
        text=mt.text,
        billing=mt.billing,
        state=mt.state,
        # A call that came while a reply without a way back was written is the way back.
        inline=sending or mt.state is MtState.HELD,
    )


def leased_mt(answer: Answer, mt: NewMt) -> MobileTerminated:
    """A reply that was leased as it was written, as its door sends it: the first attempt."""
    mo = answer.mo
    return MobileTerminated(
        id=mt.id,
        door=mo.door,
        recipient=mo.sender,
        short_code=mo.short_code,
        text=mt.text,
        alphabet=mt.alphabet,
        segments=mt.segments,
        billing=mt.billing,
        valid_until=mt.valid_until,
        attempt=1,
        template=mt.template,
        params=mt.params,
        language=mt.language,
        reply_to=mo.telco_id,
        operator=mo.operator,
        door_data=mo.door_data,
        mo_received_at=mo.received_at,
        trace_id=mo.trace_id,
        intent=answer.intent,
    )


def nobody_waited(answer: StoredAnswer, at: datetime) -> Settlement | None:
    """What becomes of a reply for a response whose call ended during a slow commit.

    None where the reply goes another way. A retry of the telco may still fetch it.
    """
    if answer.mt_id is None or answer.state is not MtState.SENDING or not answer.inline:
        return None
    return Settlement(
        answer.mt_id, answer.attempt, at, MtState.UNCERTAIN, "uncertain", "call_ended"
    )


def _reply(mo: PendingMo, verdict: Verdict, reply: Composed, way: Way, mt_id: MessageId) -> NewMt:
    return NewMt(
        id=mt_id,
        kind=MtKind.REPLY,
        state=way.state,
        hold_reason=NO_WAY_BACK if way.state is MtState.HELD else "",
        template=reply.template,
        template_version=reply.version,
        params=reply.params,
        language=reply.language,
        text=reply.text,
        alphabet=reply.alphabet,
        segments=reply.segments,
        billing=verdict.billing,
        billing_reason=verdict.billing_reason,
        priority=_REPLY_PRIORITY,
        not_before=AT_ONCE,
        valid_until=way.until,
        dedupe_key=f"reply:{mo.id}",
        at_once=way.at_once,
        door=way.door,
    )
