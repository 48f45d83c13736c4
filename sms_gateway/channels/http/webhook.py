"""The telco's HTTP side: guard, read, answer, keep."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.access import Guard, check_path
from sms_gateway.channels.http.answers import Answers, Fault
from sms_gateway.channels.http.call import Call
from sms_gateway.channels.http.fields import Ref, Source, UnreadableError
from sms_gateway.channels.http.inbound import (
    BadItem,
    MoReader,
    NothingReadableError,
    ReportReader,
    keys_of,
)
from sms_gateway.channels.http.kept import Keeper, SecretNames
from sms_gateway.channels.http.own import Divider
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.message import Item, MobileOriginated
from sms_gateway.ports import (
    MAX_BATCH,
    MAX_REQUEST,
    AnswerStyle,
    Purpose,
    Refused,
    Route,
    Unreadable,
    WebhookReply,
    WebhookRequest,
    WebhookResult,
)
from sms_gateway.reading import MoRow
from sms_gateway.settings import SettingsError

# Of an enum's members Python 3.11 finds the value by a call; these are asked of each request.
_MESSAGES, _REPORTS = Purpose.MESSAGES, Purpose.REPORTS


class _Entrance:
    """One path: who may call it, and how its calls are looked into."""

    def __init__(
        self, route: Route, guard: Guard, readers: Sequence[MoReader | ReportReader]
    ) -> None:
        self.route = route
        self.guard = guard
        self.refs: Sequence[Ref] = [
            *guard.refs,
            *(ref for reader in readers for ref in reader.refs),
        ]
        self.batches = _batches(readers)
        self._charset = readers[0].charset
        self._keys = keys_of(self.refs)

    def call(self, request: WebhookRequest) -> Call:
        return Call(request, self._charset, self._keys)


class HttpWebhook:
    """A `Webhook` that is described by settings; pure functions of a request."""

    def __init__(self, name: DoorName, door: s.HttpDoor, region: str, zone: tzinfo) -> None:
        """Read the settings; at least one of inbound and reports is set.

        Args:
            name: of the door.
            door: its settings.
            region: ISO 3166 region of numbers without a country code.
            zone: of times without one.

        Raises:
            SettingsError: they cannot be used.
        """
        at = f"doors.{name}"
        self._style = door.answer.style
        self._zone = zone
        self._mos = MoReader(door.inbound, region, zone, f"{at}.inbound") if door.inbound else None
        self._dlrs = ReportReader(door.reports, zone, f"{at}.reports") if door.reports else None
        self._answers = Answers(
            door.answer,
            tuple(door.inbound.echo) if door.inbound else (),
            batches=self._mos is not None and self._mos.batches,
            at=f"{at}.answer",
        )
        self._report_reply = _report_reply(door.reports) if door.reports else None
        self._routes: list[Route] = []
        self._entrances: dict[Purpose, _Entrance] = {}
        self._open_messages(name, door, at)
        self._open_reports(name, door, at)
        self._keeper = _keeper(door, list(self._entrances.values()))

    def _open_messages(self, name: DoorName, door: s.HttpDoor, at: str) -> None:
        if door.inbound is None or self._mos is None:
            return
        path = check_path(door.inbound.path or f"/mo/{name}", f"{at}.inbound.path")
        readers: list[MoReader | ReportReader] = [self._mos]
        if self._dlrs is not None and door.reports and door.reports.path == path:
            readers.append(self._dlrs)
        guard = Guard(door.access, path, self._zone, f"{at}.access")
        self._add(door.inbound.methods, path, _MESSAGES, guard, readers, at)

    def _open_reports(self, name: DoorName, door: s.HttpDoor, at: str) -> None:
        if door.reports is None or self._dlrs is None:
            return
        path = check_path(door.reports.path or f"/dlr/{name}", f"{at}.reports.path")
        messages = self._entrances.get(_MESSAGES)
        if messages is not None and path == messages.route.path:
            if not door.reports.when or door.reports.access:
                msg = (
                    f"{at}.reports: on the path of MOs it wants `when`, which tells DLRs from MOs, "
                    "and takes the door's own access"
                )
                raise SettingsError(msg)
            return
        if door.reports.when:
            msg = f"{at}.reports.when: only wanted where path is that of MOs; remove it"
            raise SettingsError(msg)
        access, where = door.access, f"{at}.access"
        if door.reports.access:
            access, where = door.reports.access, f"{at}.reports.access"
        guard = Guard(access, path, self._zone, where)
        self._add(door.reports.methods, path, _REPORTS, guard, [self._dlrs], at)

    def _add(
        self,
        methods: Sequence[str],
        path: str,
        purpose: Purpose,
        guard: Guard,
        readers: Sequence[MoReader | ReportReader],
        at: str,
    ) -> None:
        largest = MAX_BATCH if _batches(readers) else MAX_REQUEST
        routes = [Route(method, path, purpose, largest) for method in dict.fromkeys(methods)]
        if not routes:
            msg = f"{at}: methods is empty; write GET, POST or both"
            raise SettingsError(msg)
        self._routes += routes
        self._entrances[purpose] = _Entrance(routes[0], guard, readers)

    @property
    def routes(self) -> Sequence[Route]:
        """The addresses the telco calls; a path may hold `{secret}`, any one segment."""
        return self._routes

    @property
    def style(self) -> AnswerStyle:
        """When the telco wants the reply."""
        return self._style

    @property
    def this_machine_only(self) -> bool:
        """Whether one of its addresses asks for nothing but a call from this machine."""
        return any(entrance.guard.this_machine_only for entrance in self._entrances.values())

    def read(
        self,
        request: WebhookRequest,
        now: datetime,
    ) -> Sequence[Item | Unreadable] | Refused:
        """What the call says. Never raises, whatever the octets."""
        entrance = self._entrance(request)
        guard, call = entrance.guard, entrance.call(request)
        if len(request.body) > entrance.route.largest or len(request.query) > MAX_REQUEST:
            return self._too_large(entrance, call, now)
        try:
            denied = guard.outside(request) or guard.inside(call, now)
            if denied is not None:
                fault = Fault("unauthorised", denied.check, wants_basic=guard.wants_basic)
                return self._refusal(fault, request)
            return [
                self._kept_apart(one) if isinstance(one, BadItem) else one
                for one in self._items(request, call)
            ]
        except UnreadableError as error:
            several = entrance.batches and not isinstance(error, NothingReadableError)
            fault = Fault(
                "unreadable",
                error.problem,
                error.field,
                guard.proven(call, now),
                may_hold_good=several,
            )
            return self._refusal(fault, request)

    def reply(self, results: Sequence[WebhookResult], request: WebhookRequest) -> WebhookReply:
        """The response, one result per item that was read, in their order."""
        if self._report_reply is not None and self._is_report(request):
            return self._report_reply
        return self._answers.reply(results, lambda: self._origin(request))

    def redacted(self, request: WebhookRequest) -> bytes:
        """The request as it may be kept: query and body without what the door names as secret."""
        return self._keeper.keep(request, self._entrance(request).route.path)

    def own_request(self, kept: bytes, mo: MoRow) -> bytes | None:
        """See `ports.Door`."""
        if self._mos is None:
            return None
        return Divider(self._mos, self._entrances[_MESSAGES].call, self._keeper).own(kept, mo)

    def _entrance(self, request: WebhookRequest) -> _Entrance:
        found = self._entrances.get(request.purpose)
        return found if found is not None else next(iter(self._entrances.values()))

    def _kept_apart(self, one: BadItem) -> Unreadable:
        fault = Fault("unreadable", one.error.problem, one.error.field)
        return Unreadable(fault.detail, self._keeper.keep_item(one.item))

    def _items(self, request: WebhookRequest, call: Call) -> Sequence[Item | BadItem]:
        if self._mos is None or request.purpose is _REPORTS:
            return self._dlrs.read(call) if self._dlrs is not None else ()
        if self._dlrs is not None and self._dlrs.recognises(call):
            return self._dlrs.read(call)
        return self._mos.read(call)

    def _is_report(self, request: WebhookRequest) -> bool:
        if self._mos is None or request.purpose is _REPORTS:
            return True
        try:
            return self._dlrs is not None and self._dlrs.recognises(
                self._entrance(request).call(request)
            )
        except UnreadableError:
            return False

    def _origin(self, request: WebhookRequest) -> MobileOriginated | None:
        if self._mos is None:
            return None
        try:
            found = self._mos.read(self._entrance(request).call(request))
        except UnreadableError:
            return None
        return next((mo for mo in found if isinstance(mo, MobileOriginated)), None)

    def _refusal(self, fault: Fault, request: WebhookRequest) -> Refused:
        report = request.purpose is _REPORTS or self._mos is None
        return self._answers.refusal(fault, self._report_reply if report else None)

    def _too_large(self, entrance: _Entrance, call: Call, now: datetime) -> Refused:
        # Its body is not looked into: a secret that stands there proves nothing.
        guard = entrance.guard
        denied = guard.without_body(call, now)
        if denied is not None:
            fault = Fault("unauthorised", denied.check, wants_basic=guard.wants_basic)
        else:
            of_body = len(call.request.body) > entrance.route.largest
            fault = Fault(
                "too_large",
                f"is over {entrance.route.largest if of_body else MAX_REQUEST} octets",
                field="body" if of_body else "query",
                authenticated=guard.proven_without_body(call, now),
                may_hold_good=entrance.batches,
            )
        return self._refusal(fault, call.request)


def _batches(readers: Sequence[MoReader | ReportReader]) -> bool:
    return any(reader.batches for reader in readers)


def _report_reply(reports: s.Reports) -> WebhookReply:
    return WebhookReply(reports.status_code, reports.content_type, reports.body.encode())


def _keeper(door: s.HttpDoor, entrances: Sequence[_Entrance]) -> Keeper:
    secret = [ref for entrance in entrances for ref in entrance.guard.secret_refs]
    always = {name.lower() for name in door.secret_fields}

    def names(source: Source) -> set[str]:
        return always | {ref.leaf.lower() for ref in secret if ref.source is source}

    headers = {
        ref.name for entrance in entrances for ref in entrance.refs if ref.source is Source.HEADER
    }
    return Keeper(
        SecretNames(
            names(Source.QUERY),
            names(Source.FORM),
            names(Source.JSON),
            names(Source.XML),
            names(Source.HEADER),
        ),
        headers,
    )
