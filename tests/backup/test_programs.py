"""What pg_dump is told of a database, and what it says of its troubles."""

import pytest

from sms_gateway.backup.postgres.programs import address_of
from sms_gateway.domain.secret import Secret


@pytest.mark.parametrize(
    "url, told, password",
    [
        ("postgresql://sms@db/sms", "postgresql://sms@db/sms", None),
        ("postgresql://sms:a%40b@db/sms", "postgresql://sms@db/sms", "a@b"),
        ("postgres://sms:x@a:1,b:2/sms?target_session_attrs=read-write",
         "postgres://sms@a:1,b:2/sms?target_session_attrs=read-write", "x"),
        ("postgresql://db/sms?user=sms&password=x%26y&sslmode=require",
         "postgresql://db/sms?user=sms&sslmode=require", "x&y"),
        ("postgresql://sms:x@db/sms?password=y", "postgresql://sms@db/sms", "y"),
        ("postgresql://db/sms?sslpassword=y", "postgresql://db/sms", None),
        ("postgresql://db/sms", "postgresql://db/sms", None),
    ],
)  # fmt: skip
def test_a_password_goes_by_the_environment_alone(
    url: str, told: str, password: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    address = address_of(Secret(url))
    assert address.url == told
    assert address.environment.get("PGPASSWORD") == password


def test_a_password_of_the_environment_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "of the house")
    assert address_of(Secret("postgresql://db/sms")).environment["PGPASSWORD"] == "of the house"
