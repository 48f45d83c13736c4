"""The national field names (domain 4.3), and how a header is matched to them."""

import difflib
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from sms_gateway.domain.dossier import canonical_key


class Field(enum.StrEnum):
    """What is read of a dossier, by its national name; the last seven are ours and optional."""

    ID = "MaHoSo"
    RECEIPT = "SoBienNhan"
    PROCEDURE_CODE = "MaTTHC"
    PROCEDURE_NAME = "TenTTHC"
    FIELD_CODE = "MaLinhVuc"
    FIELD_NAME = "TenLinhVuc"
    PHONES = "SoDienThoai"
    RECEIVED = "NgayTiepNhan"
    DUE = "NgayHenTra"
    FINISHED = "NgayKetThucXuLy"
    RETURNED = "NgayTra"
    STATE = "TrangThaiHoSo"
    WAY = "HinhThuc"
    ROOM = "PhongBanXuLy"
    UNIT = "DonViXuLy"
    OFFICER = "NguoiXuLy"
    SUPPLEMENTS = "DanhSachHoSoBoSung"
    NEW_DUE = "NgayHenTraMoi"
    SECRET = "MaTraCuu"  # noqa: S105 - the name of a column, not a secret
    SUBMITTED_VIA = "HinhThucNop"
    RETURN_VIA = "HinhThucTra"
    SMS_ALLOWED = "ThongBaoSMS"
    AUTHORISED_PHONES = "SoDienThoaiUyQuyen"
    STATE_TIME = "ThoiDiemTrangThai"


REQUIRED = (Field.ID, Field.STATE)
"""Without these columns a file holds no dossiers."""

AUTHORISED = "UyQuyen"
"""The authorised person: an object with a SoDienThoai in JSON, a name (not kept) in CSV."""

# National names that are read over in silence: no reply needs them, so they are not kept.
_NOT_KEPT = (
    "ChuHoSo", "LoaiDoiTuong", "MaDoiTuong", "Email", "Fax", "DiaChi", "TrichYeuHoSo",
    "ThongTinTra", "GhiChu", "TaiLieuNop", "DanhSachLePhi", "DanhSachGiayToKetQua",
    "ThongBaoZalo", "ThongBaoEmail", "STT", AUTHORISED,
)  # fmt: skip

_BY_KEY: Mapping[str, Field] = MappingProxyType({canonical_key(f.value): f for f in Field})
_NOT_KEPT_KEYS = frozenset(canonical_key(name) for name in _NOT_KEPT)

_SHOWN_NAME = 40


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns of a file mean.

    Attributes:
        columns: the field of each column, None where it is not read.
        missing: required fields without a column, each with the nearest column's place from 1.
        twice: fields that two columns claim.
        notes: one sentence per unknown column.
    """

    columns: tuple[Field | None, ...]
    missing: tuple[tuple[Field, int | None], ...]
    twice: tuple[Field, ...]
    notes: tuple[str, ...]


@lru_cache(maxsize=512)
def field_named(name: str) -> Field | None:
    """The field that a column's name means; case, spaces, accents and signs do not matter."""
    return _BY_KEY.get(canonical_key(name))


def match_header(names: Sequence[str]) -> Header:
    """Match the names of columns to fields.

    The names of unknown columns are shown only when the required ones are there: otherwise the
    first line may be a dossier, and nothing of a dossier is shown.
    """
    columns = tuple(field_named(name) for name in names)
    missing = tuple((f, _nearest_place(f, names)) for f in REQUIRED if f not in columns)
    twice = tuple(f for f in Field if columns.count(f) > 1)
    notes = () if missing else tuple(unknown_notes(names))
    return Header(columns, missing, twice, notes)


def unknown_notes(names: Sequence[str]) -> Sequence[str]:
    """One sentence per name that is neither read nor known, with the nearest known name."""
    unknown = {name: canonical_key(name) for name in names if field_named(name) is None}
    return [
        f'column "{name.strip()[:_SHOWN_NAME]}" is not known and was ignored{_hint(key)}'
        for name, key in unknown.items()
        if key and key not in _NOT_KEPT_KEYS
    ]


def _hint(key: str) -> str:
    near = difflib.get_close_matches(key, _BY_KEY, n=1)
    return f"; did you mean {_BY_KEY[near[0]].value}?" if near else ""


def _nearest_place(field: Field, names: Sequence[str]) -> int | None:
    keys: list[str] = [canonical_key(name) for name in names]
    near = difflib.get_close_matches(canonical_key(field.value), keys, n=1)
    return keys.index(near[0]) + 1 if near else None
