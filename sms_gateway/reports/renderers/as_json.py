"""A document for programs: every number with the dossiers it counts."""

import json
from collections.abc import Mapping
from decimal import Decimal

from sms_gateway.reports.document import Cell, Document, Number, Table


def render(document: Document) -> bytes:
    """One object of JSON, with English keys."""
    noted = document.noted
    described = {
        "report": document.name,
        **dict(document.facts),
        "tables": {table.name: _table(table) for table in document.tables},
        "notes": list(document.notes),
        **({"noted": {one.name: _cell(one.number) for one in noted}} if noted else {}),
    }
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def _table(table: Table) -> Mapping[str, object]:
    rows = [_row(table, row) for row in table.rows]
    return {"rows": rows, **({"total": _row(table, table.total)} if table.total else {})}


def _row(table: Table, cells: tuple[Cell, ...]) -> Mapping[str, object]:
    return {c.key: _cell(cell) for c, cell in zip(table.columns, cells, strict=True)}


def _cell(cell: Cell) -> object:
    if isinstance(cell, Decimal):
        return float(cell)
    if not isinstance(cell, Number):
        return cell
    told: dict[str, object] = {"count": cell.count}
    if cell.share is not None:
        told["share"] = float(cell.share)
    if cell.ids is not None:
        told["ids"] = list(cell.ids)
    return told
