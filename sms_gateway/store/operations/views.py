"""Questions that people saved."""

from collections.abc import Sequence

from sms_gateway.domain.views import (
    LONGEST_NAME,
    LONGEST_QUERY,
    MOST_VIEWS,
    SavedView,
    ViewBack,
    ViewSaved,
)
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Statements


async def views_of(db: Statements, owner: str) -> Sequence[SavedView]:
    """What a person saved, by name."""
    return [
        SavedView(view_id, whose, name, query, moment(at))
        for view_id, whose, name, query, at in await db.rows("views_of", {"owner": owner})
    ]


async def save_views(db: Statements, views: Sequence[SavedView]) -> Sequence[ViewSaved]:
    """Save some, in this order."""
    return [await _save(db, view) for view in views]


async def _save(db: Statements, view: SavedView) -> ViewSaved:
    if not 0 < len(view.name) <= LONGEST_NAME:
        return ViewSaved.UNNAMED
    if len(view.query) > LONGEST_QUERY:
        return ViewSaved.TOO_LONG
    ((others,),) = await db.rows("view_count", {"owner": view.owner, "name": view.name})
    if others >= MOST_VIEWS:
        return ViewSaved.TOO_MANY
    values = {
        "id": view.id,
        "owner": view.owner,
        "name": view.name,
        "query": view.query,
        "at": ms(view.at),
    }
    await db.change("view_save", values)
    return ViewSaved.SAVED


async def delete_views(db: Statements, views: Sequence[ViewBack]) -> Sequence[bool]:
    """Take some away; whether each was there, and its owner's."""
    return [
        await db.change("view_delete", {"id": view.id, "owner": view.owner}) > 0 for view in views
    ]
