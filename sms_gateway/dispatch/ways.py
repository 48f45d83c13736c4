"""By which of several doors to the same telco a message leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sms_gateway.dispatch.health import HealthRecord
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import Door
from sms_gateway.settings import Settings, SettingsError


@dataclass(slots=True)
class _Telco:
    """Its doors, in order.

    Attributes:
        weights: of each door; empty for the first that works.
        owed: what each door is still to get, by the share it had so far.
    """

    doors: Sequence[DoorName]
    weights: Mapping[DoorName, int]
    any_reply: bool
    owed: dict[DoorName, int] = field(default_factory=dict)

    def next(self, able: Sequence[DoorName]) -> DoorName:
        """Which of these gets the next message.

        Smooth weighted round robin: with 3 and 1 it goes a, a, b, a and begins again.
        """
        if not self.weights:
            return able[0]
        for door in able:
            self.owed[door] = self.owed.get(door, 0) + self.weights[door]
        chosen = max(able, key=lambda door: self.owed[door])
        self.owed[chosen] -= sum(self.weights[door] for door in able)
        return chosen


_OUR_OWN = ""
"""The template of texts that answer none."""


class Ways:
    """Chooses them.

    Args:
        settings: `[telcos]`.
        doors: the configured ones, open.
        records: how they do.

    Raises:
        SettingsError: a telco names a door that is not there, does not send, or is another one's;
            or replies may leave by a door that could not say which text they answer.
    """

    def __init__(
        self,
        settings: Settings,
        doors: Mapping[DoorName, Door],
        records: Mapping[DoorName, HealthRecord],
    ) -> None:
        self._doors = doors
        self._records = records
        self._limits = {n: d.sender.limits for n, d in doors.items() if d.sender is not None}
        # A door whose telco takes nothing but answers has no use for what others should send.
        self._answers_only = {name for name, one in self._limits.items() if one.answers_only}
        # And replies that go back in the telco's call, or as the one answer to it, stay there.
        self._bound = {n for n, d in doors.items() if d.inline or n in self._answers_only}
        self._telcos: dict[DoorName, _Telco] = {}
        for name, said in settings.telcos.items():
            names = [DoorName(door) for door in said.doors]
            weights = dict(zip(names, said.weights, strict=True)) if said.weights else {}
            telco = _Telco(names, weights, said.reply_by == "any")
            for door in names:
                _check(f"telcos.{name}.doors", door, doors, self._telcos)
            if telco.any_reply:
                _check_replies(f"telcos.{name}.reply_by", [doors[door] for door in names])
            self._telcos.update(dict.fromkeys(names, telco))

    def push(self, door: DoorName) -> DoorName:
        """By which door a new message leaves that any door of this one's telco may carry."""
        telco = self._telcos.get(door)
        return self._next(telco, door, _OUR_OWN)

    def reply(self, door: DoorName, template: str) -> DoorName | None:
        """The same of a reply to a text that came in by this one; None where it goes back by it.

        Args:
            door: by which the text came in.
            template: that the reply was made from; by some doors only registered ones go.
        """
        telco = self._telcos.get(door)
        if telco is None or not telco.any_reply or door in self._bound:
            return None
        return self._next(telco, door, template)

    def carriers(self, door: DoorName) -> Sequence[Door]:
        """All doors by which a reply to a text of this one may leave; none where it goes back."""
        telco = self._telcos.get(door)
        if telco is None or not telco.any_reply or door in self._bound:
            return []
        return [self._doors[name] for name in telco.doors if name not in self._answers_only]

    def elsewhere(self, door: DoorName) -> Sequence[Door]:
        """The other doors of the telco that work, and whose day is not full, in order."""
        return [one for one in self.others(door) if not self._records[one.name].back_off.down]

    def others(self, door: DoorName) -> Sequence[Door]:
        """The same, whether they work or not."""
        telco = self._telcos.get(door)
        names = telco.doors if telco else ()
        return [self._doors[name] for name in names if name != door and self._has_room(name)]

    def _next(self, telco: _Telco | None, door: DoorName, template: str) -> DoorName:
        if telco is None:
            return door
        able = [name for name in telco.doors if self._takes(name)]
        able = [name for name in able if self._limits[name].carries(template)]
        return telco.next(able) if able else door

    def _has_room(self, door: DoorName) -> bool:
        return door not in self._answers_only and not self._records[door].full()

    def _takes(self, door: DoorName) -> bool:
        # One that is down and has rested gets one message to try: else it would stay down, for the
        # others would carry everything.
        back_off = self._records[door].back_off
        return self._has_room(door) and (not back_off.down or back_off.room(1) > 0)


def _check(
    at: str, name: DoorName, doors: Mapping[DoorName, Door], taken: Mapping[DoorName, _Telco]
) -> None:
    door = doors.get(name)
    if door is None or door.sender is None:
        able = ", ".join(sorted(n for n, d in doors.items() if d.sender is not None))
        why = "no door has this name" if door is None else "this door does not send"
        message = f"{at}: {name}: {why}; the doors that send are {able or 'none'}"
        raise SettingsError(message)
    if name in taken:
        message = f"{at}: {name}: a door leads to one telco; take it out of the other one"
        raise SettingsError(message)


def _check_replies(at: str, doors: Sequence[Door]) -> None:
    for door in doors:
        if door.sender is not None and door.sender.limits.names_mo:
            # A text that came in by another door has nothing there that this telco knows.
            message = (
                f"{at}: any cannot be used with door {door.name}, whose replies name the text of "
                'its own that they answer (outbound.push_word, or {echo.NAME}); write "same"'
            )
            raise SettingsError(message)
