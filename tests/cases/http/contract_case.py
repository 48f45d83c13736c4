"""What the contract of case directories needs to know of a JSON API, with an empty copy."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.test_utils import unused_port

from sms_gateway.cases.breaker import Breaker
from sms_gateway.cases.embedded.rows import Rules
from sms_gateway.cases.remembering import Around, Remembering
from sms_gateway.domain.dossier import Dossier, ReturnVia, canonical_key
from sms_gateway.ports import CaseDirectory
from tests.cases.far_away import KeptCopy
from tests.cases.http.api import BATCH, Api, Handler, always, door, octets
from tests.contracts.case_ground import Ground
from tests.serving import serving
from tests.virtual_time import StandingClock

AGENCY = "000.00.12.H32"
RULES = Rules(
    zone=UTC,
    agency_of=lambda code: AGENCY if code.startswith(AGENCY) else "",
    hash_secret=str.lower,
)
WAYS = {ReturnVia.COUNTER: 0, ReturnVia.POST: 1, ReturnVia.ONLINE: 2}


@asynccontextmanager
async def open_with(_ground: Ground, dossiers: Sequence[Dossier]) -> AsyncIterator[CaseDirectory]:
    async def answer(request: web.Request) -> web.Response:
        wanted = set((await request.json())["codes"])
        keys = [{canonical_key(d.id), canonical_key(d.receipt)} for d in dossiers]
        rows = [_row(d) for d, known in zip(dossiers, keys, strict=True) if known & wanted]
        return web.json_response(rows)

    async with _directory(answer) as directory:
        yield directory


def _row(dossier: Dossier) -> dict[str, object]:
    return {
        "MaHoSo": dossier.id,
        "SoBienNhan": dossier.receipt,
        "TrangThaiHoSo": int(dossier.state),
        "SoDienThoai": "; ".join(phone.value for phone in dossier.phones),
        "NgayTiepNhan": _text(dossier.received_at),
        "NgayHenTra": _text(dossier.due_at),
        "DanhSachHoSoBoSung": [{"NgayHenTraMoi": _text(dossier.new_due_at)}],
        "NgayKetThucXuLy": _text(dossier.finished_at),
        "NgayTra": _text(dossier.returned_at),
        "HinhThucTra": WAYS[dossier.return_via],
        "MaTraCuu": dossier.secret_hash,
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@asynccontextmanager
async def _directory(answer: Handler, port: int = 0) -> AsyncIterator[Remembering]:
    clock = StandingClock()
    async with (
        serving(Api(answer).application()) as url,
        door(f"http://127.0.0.1:{port}" if port else url, BATCH) as remote,
    ):
        breaker = Breaker(5, 10.0, clock.monotonic)
        around = Around(RULES, 5.0, clock, breaker, lambda _rows: None)
        yield Remembering(remote, KeptCopy(), around)


def _failing(
    answer: Handler, *, there: bool = True
) -> Callable[[Ground], AbstractAsyncContextManager[CaseDirectory]]:
    @asynccontextmanager
    async def opened(_ground: Ground) -> AsyncIterator[CaseDirectory]:
        async with _directory(answer, 0 if there else unused_port()) as directory:
            yield directory

    return opened


_UNREADABLE = [{"MaHoSo": code, "TrangThaiHoSo": "4", "NgayTra": "soon"}
               for code in ("000.00.12.H32-170703-0001", "999999")]  # fmt: skip

FAILURES: Mapping[str, Callable[[Ground], AbstractAsyncContextManager[CaseDirectory]]] = {
    "nobody": _failing(always([]), there=False),
    "error": _failing(always([], 500)),
    "page": _failing(octets(b"<h1>Bao tri</h1>", content_type="text/html")),
    "password": _failing(always({}, 401)),
    "no_such_path": _failing(always({}, 404)),
    "unreadable": _failing(always(_UNREADABLE)),
}
