"""The books of the campaign tell of a damaged database, they do not end with it."""

import sqlite3
from pathlib import Path

import pytest

from tests.torture.books import SqliteBooks

PAGE = 4096


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A file of several pages."""
    path = tmp_path / "gateway.db"
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA page_size = {PAGE}")
        db.execute("CREATE TABLE mo (id INTEGER PRIMARY KEY, text TEXT)")
        db.executemany("INSERT INTO mo (text) VALUES (?)", [("x" * 500,)] * 100)
    db.close()
    return path


async def test_a_file_as_it_should_be_has_no_flaws(database: Path) -> None:
    assert not await SqliteBooks(database).flaws()


@pytest.mark.parametrize("page", [0, 1, 5])
async def test_a_file_with_a_damaged_page_has_flaws(database: Path, page: int) -> None:
    with database.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(b"\xff" * PAGE)
    assert await SqliteBooks(database).flaws()
