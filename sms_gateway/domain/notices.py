"""Automatic messages: what was learned of a dossier, what was made of it, and what staff do."""

import enum
from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import DoorName, DossierId, NoticeId, NumberHash
from sms_gateway.domain.pushes import Push
from sms_gateway.domain.record import Private, Record

RELEASE_ACT = "notices.release"
DROP_ACT = "notices.drop"
CONFIRM_ACT = "notices.confirm"
"""The words of these acts in the audit."""

ANNOUNCEMENT = "announcement"
"""Why the texts about a planned outage cost nothing, and the beginning of their keys."""

OF_DOSSIERS = "dossiers"
"""Under this name they keep for which dossiers their number gets them."""

BLAST = "blast"
BACKWARD = "backward"
"""Why a text is held: its batch is too large to be usual, or the dossier went backwards."""

CHANGES = "changes"
OVERDUE = "overdue"
WARNINGS = "warnings"
WARNED_HOURS = "warned_hours"
"""The marks: how far the feed was read, and up to when appointments were looked at."""


class Fate(enum.StrEnum):
    """What became of a step.

    standing: it has not stood long enough, or waits. queued, held: texts were made of it. silent:
    nobody is told. dropped: staff ended its texts, a newer step did, or a copy was restored.
    """

    STANDING = "standing"
    QUEUED = "queued"
    HELD = "held"
    SILENT = "silent"
    DROPPED = "dropped"


class Step(Record, frozen=True):
    """One change of a dossier, or one appointment that passed, as it waits to be decided.

    Attributes:
        id: ours.
        dossier_id, agency: whose.
        transition: what names it for ever; of an appointment it begins with `overdue`.
        number: its place in the feed; 0 for an appointment.
        before, state: the state before it and its own; before is None for the first one.
        learned_at: when it was learned.
        due_at: when it has stood long enough.
        tells: the table of situations has a text for it.
        let_go: staff released or confirmed it; its texts are made anew.
    """

    id: NoticeId
    dossier_id: DossierId
    agency: str
    transition: str
    number: int
    before: State | None
    state: State
    learned_at: datetime
    due_at: datetime
    tells: bool
    let_go: bool = False

    @property
    def overdue(self) -> bool:
        """Whether it is an appointment that passed."""
        return self.transition.startswith(OVERDUE)


class Mark(Record, frozen=True):
    """How far something was read.

    Attributes:
        upto: the last number of the feed, or milliseconds of an appointment.
        at: when it was written.
    """

    upto: int
    at: datetime


class Learned(Record, frozen=True):
    """What is written in one commit: steps, and how far the feed was read for them."""

    name: str
    upto: int
    at: datetime
    steps: tuple[Step, ...] = ()


class Known(Record, frozen=True):
    """What was decided of a dossier before.

    Attributes:
        ended: the state that it had when it was last decided of, None where it never was.
        knew: what the citizen knew before that.
        told_at: when a text of it was queued last, None for never.
        waiting: texts of the last change wait, and none of them has left yet.
        made_at, made_of: when the last text was made, whether it left or not, and of which state;
            of none where it was an apology.
    """

    ended: State | None = None
    knew: State | None = None
    told_at: datetime | None = None
    waiting: bool = False
    made_at: datetime | None = None
    made_of: State | None = None


class Text(Record, frozen=True):
    """A text to one recipient.

    Attributes:
        push: it.
        numbers: all hashes that the recipient's choices may be kept under.
    """

    push: Push
    numbers: tuple[NumberHash, ...]


class Ends(Record, frozen=True):
    """Earlier texts of a dossier that have not left are not sent any more.

    Attributes:
        dossier_id, at: whose, and when.
        apologies: these neither.
    """

    dossier_id: DossierId
    at: datetime
    apologies: bool = True


class Ruling(Record, frozen=True):
    """What is decided of some steps of one dossier; written whole or not at all.

    Attributes:
        steps: which.
        dossier_id: whose.
        at: when.
        fate, reason: what becomes of them, and why in one word.
        knew, ended: see `Known`; None for an appointment.
        batch_id: of what is held together, or empty.
        texts: what is queued or held.
        ends: which earlier texts are not sent any more.
        waited: it was decided so because texts of a change wait; not written where one left
            meanwhile.
        closed: the dossier is closed: nobody follows it any more.
    """

    steps: tuple[NoticeId, ...]
    dossier_id: DossierId
    at: datetime
    fate: Fate
    reason: str
    knew: State | None = None
    ended: State | None = None
    batch_id: str = ""
    texts: Private[tuple[Text, ...]] = ()
    ends: Ends | None = None
    waited: bool = False
    closed: bool = False


class Postponed(Record, frozen=True):
    """Steps of a dossier wait, and nothing older is sent meanwhile."""

    steps: tuple[NoticeId, ...]
    due_at: datetime
    ends: Ends | None = None


class Ruled(Record, frozen=True):
    """What became of a ruling.

    Attributes:
        fate, reason: as written: where nobody wants a text any more, it is silent. Standing where
            it was not written, because a copy was restored or another node was quicker.
        doors: that have something new to send.
    """

    fate: Fate
    reason: str
    doors: tuple[DoorName, ...] = ()


class Load(Record, frozen=True):
    """How much there is to tell, for the guard.

    Attributes:
        standing: steps with a text that are not decided.
        lately: steps of which texts were queued or held within the last hour.
        usual: how many a usual day has; None while nobody knows.
        batch_id: of the texts that the guard holds now, or empty.
    """

    standing: int
    lately: int
    usual: float | None
    batch_id: str


class Choice(Record, frozen=True):
    """What a number chose about automatic messages.

    Attributes:
        number: its hash.
        dossier_id: of which dossier; empty for all.
        opted_out: it wants none.
        at, by: when, and the id of the text that said so.
    """

    number: Private[NumberHash]
    dossier_id: str
    opted_out: bool
    at: datetime
    by: str


def wants_none(choices: Sequence[Choice], dossier_id: str) -> bool:
    """Whether a number wants no text of a dossier: its newest choice about it, or all, says so."""
    about = [c for c in choices if c.dossier_id in ("", dossier_id)]
    # Ids of texts grow where a clock steps back: what came last counts.
    return bool(about) and max(about, key=lambda c: c.by).opted_out


class Batch(Record, frozen=True):
    """Texts that are held together.

    Attributes:
        id: of the batch.
        reason: see `BLAST`.
        since: when the first one was held.
        texts, dossiers, numbers: how many texts, of how many dossiers, to how many numbers.
        templates: how many texts of each.
        samples: some of its dossiers.
        window: the planned outage that they announce; empty where they tell of dossiers.
        phones: some of the numbers, most digits hidden, and
        words: what one of them is told; of an announcement alone.
    """

    id: str
    reason: str
    since: datetime
    texts: int
    dossiers: int
    templates: tuple[tuple[str, int], ...]
    samples: tuple[DossierId, ...]
    numbers: int = 0
    window: str = ""
    phones: Private[tuple[str, ...]] = ()
    words: Private[str] = ""


class BatchOrder(Record, frozen=True):
    """A person lets a batch go, so that its texts are made anew, or ends it: some at a time.

    What a kill leaves is held as before, under the same id, and can be ordered again.

    Attributes:
        id: of the batch.
        reason: which kind it must be; empty for any.
        act: the word in the audit.
        at, by: when, and who.
        apart_ms: milliseconds between two texts that are of no dossier; others are made anew.
        valid_ms: milliseconds after which one is not worth sending.
        limit: dossiers, and texts of none, in one commit at most.
        upto: the last text that was held when the person said so; empty for the first commit.
        done: texts that earlier commits of this order dealt with.
        window: the planned outage that they announced; empty where they did not.
    """

    id: str
    reason: str
    act: str
    at: datetime
    by: str
    apart_ms: int
    valid_ms: int
    limit: int = 200
    upto: str = ""
    done: int = 0
    window: str = ""


class BatchDone(Record, frozen=True):
    """What became of it.

    Attributes:
        texts: how many, 0 where there is no such batch.
        doors: theirs.
        upto: where the order goes on; empty where it is done.
        window: the planned outage that they announce.
        dossiers: of so many no text was held any more, and their steps were ended.
        over: nothing was let go, for that outage has begun or was called off.
    """

    texts: int
    doors: tuple[DoorName, ...] = ()
    upto: str = ""
    window: str = ""
    dossiers: int = 0
    over: bool = False
