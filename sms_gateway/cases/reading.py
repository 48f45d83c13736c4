"""Records of a remote case database, understood, and matched to the numbers that were asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.embedded.rows import Record, Row, Rules, read_row
from sms_gateway.domain.dossier import Ambiguous, Dossier, Found, canonical_key, may_be_a_code
from sms_gateway.domain.ids import CanonicalKey


@dataclass(frozen=True, slots=True)
class Read:
    """What records hold.

    Attributes:
        rows: dossiers, one for each code; of several records with one code the last.
        unreadable: how many records could not be read.
        lost: numbers of those; None where not even these could be.
        fields: names of the fields that could not.
        codes: numbers of the dossiers that could not be read, where these could be, each as it was
            written.
    """

    rows: Sequence[Row]
    unreadable: int
    lost: Collection[CanonicalKey] | None
    fields: Collection[str]
    codes: Mapping[CanonicalKey, str] = field(default_factory=dict)

    def is_lost(self, key: CanonicalKey) -> bool:
        """Whether a record that could not be read may be the one of a number."""
        return bool(self.unreadable) and (self.lost is None or key in self.lost)


def read_records(records: Sequence[Record], rules: Rules) -> Read:
    """Understand records by the rules of imported files; one that is wrong hinders no other."""
    rows: dict[str, Row] = {}
    bad: list[Record] = []
    fields: set[str] = set()
    for record in records:
        row = read_row(record, rules)
        if isinstance(row, Row):
            rows[row.id] = row
        else:
            bad.append(record)
            fields.update(problem.field for problem in row)
    numbers = [_numbers(record) for record in bad]
    lost = {key for keys in numbers for key in keys} if all(numbers) else None
    written = [record.texts.get(Field.ID, "") for record in bad]
    codes = {canonical_key(code): code for code in written}
    return Read(
        list(rows.values()), len(bad), lost, fields,
        {key: code for key, code in codes.items() if key and may_be_a_code(key)},
    )  # fmt: skip


def found_by(rows: Sequence[Row], at_ms: int) -> Mapping[CanonicalKey, Found | Ambiguous]:
    """What each number of these dossiers leads to.

    Args:
        rows: of distinct dossiers.
        at_ms: when they were learned, milliseconds since the epoch.
    """
    by_key: dict[CanonicalKey, dict[str, Dossier]] = {}
    for row in rows:
        dossier = row.dossier(at_ms)
        for number in filter(None, (row.id, row.receipt)):
            by_key.setdefault(canonical_key(number), {})[row.id] = dossier
    return {
        key: Found(*these.values())
        if len(these) == 1
        else Ambiguous(tuple(these[code] for code in sorted(these)))
        for key, these in by_key.items()
    }


def _numbers(record: Record) -> Collection[CanonicalKey]:
    """Its numbers; none where the one that names it is not there."""
    if not record.texts.get(Field.ID):
        return ()
    texts = (record.texts.get(field, "") for field in (Field.ID, Field.RECEIPT))
    return {canonical_key(text) for text in texts if text}
