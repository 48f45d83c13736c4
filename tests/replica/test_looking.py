"""What Litestream says of itself, and what is believed where it says nothing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sms_gateway.replica.litestream import SOCKET
from sms_gateway.replica.looking import last_copied, octets_of_log, runs

EARLIER = datetime(2026, 11, 23, 19, 0, 1, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 19, 0, 5, tzinfo=UTC)


@contextmanager
def saying(folder: Path, body: str) -> Iterator[None]:
    """A Litestream that answers its first call with this."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / SOCKET))
        listening.listen()

        def answer() -> None:
            connection, _address = listening.accept()
            with connection:
                connection.recv(4096)
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
                connection.sendall((head + body).encode())

        thread = threading.Thread(target=answer)
        thread.start()
        yield
        thread.join()
    (folder / SOCKET).unlink()


@pytest.fixture
def databases(tmp_path: Path) -> tuple[Path, Path]:
    both = (tmp_path / "gateway.db", tmp_path / "cases.db")
    for path in both:
        path.write_text("")
    return both


def one(path: Path, at: datetime | None) -> str:
    synced = f',"last_sync_at":"{at.isoformat()}"' if at else ""
    return f'{{"path":"{path}","status":"replicating"{synced}}}'


def test_the_replica_is_as_old_as_the_older_of_its_copies(
    tmp_path: Path, databases: tuple[Path, Path]
) -> None:
    body = f'{{"databases":[{one(databases[0], LATER)},{one(databases[1], EARLIER)}]}}'
    with saying(tmp_path, body):
        assert last_copied(tmp_path, databases) == EARLIER


@pytest.mark.parametrize("body", ['{"databases":[]}', "{}", "no JSON", ""])
def test_what_tells_nothing_is_no_copy(
    tmp_path: Path, databases: tuple[Path, Path], body: str
) -> None:
    with saying(tmp_path, body):
        assert last_copied(tmp_path, databases) is None


def test_a_copy_of_one_database_is_no_copy(tmp_path: Path, databases: tuple[Path, Path]) -> None:
    for second in (one(databases[1], None), one(tmp_path / "other.db", LATER)):
        with saying(tmp_path, f'{{"databases":[{one(databases[0], LATER)},{second}]}}'):
            assert last_copied(tmp_path, databases) is None


def test_where_nobody_listens_there_is_no_copy(
    tmp_path: Path, databases: tuple[Path, Path]
) -> None:
    assert last_copied(tmp_path, databases) is None
    assert not runs(tmp_path)


def test_the_log_of_a_database_is_as_large_as_its_file(tmp_path: Path) -> None:
    database = tmp_path / "gateway.db"
    assert octets_of_log(database) == 0
    (tmp_path / "gateway.db-wal").write_bytes(bytes(4152))
    assert octets_of_log(database) == 4152
