"""Where settings come from, which source wins, and what is refused."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sms_gateway.channels.http.settings import HttpDoor
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Billing
from sms_gateway.domain.secret import Secret
from sms_gateway.settings import SettingsError, decode, load
from tests.settings.conftest import settings


def complaint(home: Path, environ: Mapping[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        settings(home, environ)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_without_a_word_the_defaults_hold(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gateway.toml").write_text("")

    found = settings(tmp_path)

    assert (found.web.port, found.replies.language) == (8080, Language.VI)
    assert found.doors == {}
    assert set(found.origins.values()) == {"default"}


def test_env_file_beats_toml_and_environment_beats_env_file(home: Path) -> None:
    toml = settings(home)
    (home / ".env").write_text("SMS_GATEWAY_WEB__PORT=1002\nOTHER=1\n")
    dotenv = settings(home)
    environment = settings(home, {"SMS_GATEWAY_WEB__PORT": "1003"})

    assert (toml.web.port, toml.origins["web.port"]) == (1001, "config/gateway.toml")
    assert (dotenv.web.port, dotenv.origins["web.port"]) == (1002, ".env SMS_GATEWAY_WEB__PORT")
    assert environment.web.port == 1003
    assert environment.origins["web.port"] == "environment SMS_GATEWAY_WEB__PORT"


def test_a_secrets_file_beats_the_environment(home: Path) -> None:
    (home / "token").write_text("from-file\n")
    name = "SMS_GATEWAY_DOORS__VT_8083__OUTBOUND__BEARER"
    (home / ".env").write_text(f"{name}_FILE={home / 'token'}\n")

    found = settings(home, {name: "from-environment"})
    door = decode(found.doors["vt-8083"], HttpDoor, "doors.vt-8083")

    assert door.outbound
    assert door.outbound.bearer == Secret("from-file")
    assert found.origins["doors.vt-8083.outbound.bearer"] == f"file named by .env {name}_FILE"


def test_the_environment_reaches_deep_into_a_door_whatever_its_capitals(home: Path) -> None:
    found = settings(
        home,
        {
            "SMS_GATEWAY_DOORS__LOCAL__ANSWER_WITHIN_S": "2.5",
            "SMS_GATEWAY_DOORS__VT_8083__OUTBOUND__HEADERS__X_NOTE": "new",
            "SMS_GATEWAY_DOORS__NEW_ONE__KIND": "http",
        },
    )

    local = decode(found.doors["local"], HttpDoor, "doors.local")
    remote = decode(found.doors["vt-8083"], HttpDoor, "doors.vt-8083")

    assert local.answer_within_s == 2.5
    assert remote.outbound
    assert remote.outbound.headers["X-Note"] == "new"
    assert set(found.doors) == {"local", "vt-8083", "new-one"}


def test_lists_and_tables_of_replies_come_from_the_environment_too(home: Path) -> None:
    found = settings(
        home,
        {
            "SMS_GATEWAY_WEB__TRUSTED_PROXIES": "10.0.0.0/8, ::1/128",
            "SMS_GATEWAY_DISPATCH__RETRY_DELAYS_S": "[1, 2.5]",
            "SMS_GATEWAY_BILLING__E7": "free",
        },
    )

    assert found.web.trusted_proxies == ("10.0.0.0/8", "::1/128")
    assert found.dispatch.retry_delays_s == (1.0, 2.5)
    assert found.billing == {"E7": Billing.FREE}


def test_an_item_of_a_list_of_tables_is_named_by_its_position(home: Path) -> None:
    (home / "config" / "gateway.toml").write_text(
        '[doors.x]\nkind = "http"\n[[doors.x.many]]\na = 1\nb = 2\n'
    )
    name = "SMS_GATEWAY_DOORS__X__MANY"

    found = settings(home, {f"{name}__0__A": "3"})

    assert found.doors["x"]["many"] == [{"a": "3", "b": 2}]
    assert found.origins["doors.x.many.0.a"] == f"environment {name}__0__A"
    assert found.origins["doors.x.many.0.b"] == "config/gateway.toml"
    assert complaint(home, {f"{name}__1__A": "3"}) == (
        f"environment {name}__1__A: no such setting; there is no item 1 in that list"
    )
    assert complaint(home, {f"{name}__0__A__DEEP": "3"}) == (
        f"environment {name}__0__A__DEEP: no such setting; not a table"
    )


@pytest.mark.parametrize(
    "name, hint",
    [
        ("SMS_GATEWAY_STORE__ULR", "did you mean SMS_GATEWAY_STORE__URL?"),
        ("SMS_GATEWAY_STOER__URL", "did you mean SMS_GATEWAY_STORE__URL?"),
        ("SMS_GATEWAY_WEB_PORT", "did you mean SMS_GATEWAY_WEB__PORT?"),
        ("SMS_GATEWAY_CONFG", "did you mean SMS_GATEWAY_CONFIG?"),
        ("SMS_GATEWAY_CONFIG_FILE", "did you mean SMS_GATEWAY_CONFIG?"),
        ("SMS_GATEWAY_WEB__PORT__DEEP", "did you mean SMS_GATEWAY_WEB__PORT?"),
        ("SMS_GATEWAY_DOOR__LOCAL__KIND", "did you mean SMS_GATEWAY_DOORS__LOCAL__KIND?"),
        ("SMS_GATEWAY_DOORS__LOCAL", "write SMS_GATEWAY_DOORS__<NAME>__<KEY>"),
        ("SMS_GATEWAY_QQQQQQQQQQQQQ", "write SMS_GATEWAY_<SECTION>__<KEY>"),
    ],
)
def test_a_variable_that_fits_nothing_names_the_nearest(home: Path, name: str, hint: str) -> None:
    assert complaint(home, {name: "1"}) == f"environment {name}: no such setting; {hint}"


@pytest.mark.parametrize(
    "text, said",
    [
        ("[wbe]\nport = 1", "wbe (config/gateway.toml): no such setting; did you mean web?"),
        ("[web]\nprot = 1", "web.prot (config/gateway.toml): no such setting; did you mean port?"),
        (
            '[web]\nport = "1"',
            "web.port (config/gateway.toml): expected a whole number, got text in quotes",
        ),
        ("[web]\nport = 70000", "web.port (config/gateway.toml): expected a whole number <= 65535"),
        (
            '[door.phone]\nkind = "simulator"',
            "door (config/gateway.toml): no such setting; did you mean [doors.phone]?",
        ),
        (
            '[Doors.phone]\nkind = "simulator"',
            "Doors (config/gateway.toml): no such setting; did you mean [doors.phone]?",
        ),
        (
            '[phone]\nkind = "simulator"',
            "phone (config/gateway.toml): no such setting; did you mean [doors.phone]?",
        ),
        ("dors = 1", "dors (config/gateway.toml): no such setting; did you mean doors?"),
        (
            '[doors]\nkind = "simulator"',
            "doors.kind (config/gateway.toml): is no door; write it under [doors.NAME]",
        ),
        ("web = 1", "web (config/gateway.toml): expected a table, got a whole number"),
        ("doors = 1", "doors: must be tables; write [doors.NAME]"),
        ("[doors.x]\npath = 1", "doors.x (config/gateway.toml): has no kind; set it"),
        (
            '[doors.X]\nkind = "http"',
            "doors.X: name a door with a-z, 0-9 and hyphens, 32 characters at most",
        ),
        (
            '[gateway]\ntimezone = "Asia/Nowhere"',
            (
                "gateway.timezone (config/gateway.toml): no such zone; "
                "write an IANA name such as Asia/Ho_Chi_Minh"
            ),
        ),
        (
            '[web]\ntrusted_proxies = ["10.0.0.0/8", "x"]',
            "web.trusted_proxies.1 (config/gateway.toml): no network; write it as 10.0.0.0/8",
        ),
        (
            '[store]\nurl = "mysql://u:hunter2@db/x"',
            (
                "store.url (config/gateway.toml): write sqlite:///FOLDER/FILE.db, or "
                "postgresql://USER@HOST/DATABASE for several nodes"
            ),
        ),
        (
            '[store]\nurl = "sqlite:///:memory:"',
            (
                "store.url (config/gateway.toml): write sqlite:///FOLDER/FILE.db, or "
                "postgresql://USER@HOST/DATABASE for several nodes"
            ),
        ),
    ],
)
def test_a_wrong_file_is_refused_with_key_place_and_advice(
    home: Path, text: str, said: str
) -> None:
    (home / "config" / "gateway.toml").write_text(text)

    assert complaint(home) == said


def test_a_misspelled_door_in_the_environment_names_the_nearest_door(home: Path) -> None:
    name = "SMS_GATEWAY_DOORS__LOCLA__ANSWER_WITHIN_S"

    assert complaint(home, {name: "1"}) == (
        f"doors.locla (environment {name}): has no kind; set it, or did you mean doors.local?"
    )


def test_a_file_that_is_no_toml_names_its_line(home: Path) -> None:
    (home / "config" / "gateway.toml").write_text("[web]\nport = \n")

    assert complaint(home).startswith("config/gateway.toml: not valid TOML: ")
    assert "line 2" in complaint(home)


def test_an_unknown_file_in_the_folder_names_the_nearest(home: Path) -> None:
    (home / "config" / "agencys.toml").write_text("")

    assert complaint(home) == (
        "config/agencys.toml: no such settings file; did you mean agencies.toml?"
    )


@pytest.mark.parametrize(
    "line, said",
    [
        ("not a setting", ".env line 2: not NAME=value; correct it, or put # before it"),
        (
            "SMS_GATEWAY_WEB__PORT",
            ".env line 2: SMS_GATEWAY_WEB__PORT has no value; write SMS_GATEWAY_WEB__PORT=value",
        ),
        (
            "SMS_GATEWAY_WEB__PROT=1",
            ".env SMS_GATEWAY_WEB__PROT: no such setting; did you mean SMS_GATEWAY_WEB__PORT?",
        ),
    ],
)
def test_a_line_of_the_env_file_that_means_nothing_is_refused(
    home: Path, line: str, said: str
) -> None:
    (home / ".env").write_text(f"# ours\n{line}\n")

    assert complaint(home) == said


def test_a_dollar_in_the_env_file_stays_a_dollar(home: Path) -> None:
    (home / ".env").write_text("SMS_GATEWAY_GATEWAY__NODE='a$HOME${PATH}'\n")

    assert settings(home).gateway.node == "a$HOME${PATH}"


@pytest.mark.parametrize(
    "content, said",
    [
        (None, "cannot be read: No such file or directory; check its path and permissions"),
        (b" \n", "is empty; write the secret into it"),
        (b"x" * 65_537, "is larger than 64 KiB; is it the right file?"),
        (b"\xff\xfehunter2", "is not UTF-8 text; save it as UTF-8"),
    ],
)
def test_a_secrets_file_that_cannot_serve_is_refused(
    home: Path, content: bytes | None, said: str
) -> None:
    path = home / "secret"
    if content is not None:
        path.write_bytes(content)
    name = "SMS_GATEWAY_DOORS__VT_8083__OUTBOUND__BEARER_FILE"

    assert complaint(home, {name: str(path)}) == f"environment {name}: the file it names {said}"


@pytest.mark.parametrize("written", ["+8083", "848083", "80", "8x83", "8083,", "8083;8183"])
def test_a_short_code_of_ours_is_written_as_doors_read_it(home: Path, written: str) -> None:
    said = complaint(home, {"SMS_GATEWAY_GATEWAY__SHORT_CODES": f"8183,{written}"})

    assert "short_codes" in said
    assert said.endswith("write 3 to 15 digits without + and 84, for example 8083")


def test_several_short_codes_may_be_ours(home: Path) -> None:
    found = settings(home, {"SMS_GATEWAY_GATEWAY__SHORT_CODES": "8083,84123,0900000001"})

    assert found.gateway.short_codes == ("8083", "84123", "0900000001")


def test_a_file_is_only_for_secrets(home: Path) -> None:
    (home / "port").write_text("1")

    said = complaint(home, {"SMS_GATEWAY_WEB__PORT_FILE": str(home / "port")})

    assert "web.port (file named by environment SMS_GATEWAY_WEB__PORT_FILE): only a secret" in said


def test_folders_are_named_by_flag_then_environment_then_file(home: Path) -> None:
    other = home / "other"
    other.mkdir()
    (other / "gateway.toml").write_text('[gateway]\ndata = "from-toml"')
    environ = {"SMS_GATEWAY_CONFIG": "other"}
    data = {"SMS_GATEWAY_DATA": "from-env"}

    assert settings(home, environ).data_path == home / "from-toml"
    assert settings(home, environ | data).data_path == home / "from-env"
    flagged = load(other / "gateway.toml", home / "flag", data, home)
    assert (flagged.data_path, flagged.origins["gateway.data"]) == (home / "flag", "--data")
    assert load(Path("config"), None, environ, home).web.port == 1001


def test_database_files_lie_in_the_data_folder_unless_a_url_says_otherwise(home: Path) -> None:
    found = settings(home)
    placed = settings(
        home,
        {
            "SMS_GATEWAY_STORE__URL": "sqlite:///elsewhere/g.db",
            "SMS_GATEWAY_CASES__URL": "sqlite:////srv/c.db",
        },
    )

    assert (found.store_at, found.cases_at) == (home / "var/gateway.db", home / "var/cases.db")
    assert (placed.store_at, placed.cases_at) == (home / "elsewhere/g.db", Path("/srv/c.db"))


@pytest.mark.parametrize("name", ["SMS_GATEWAY_CONFIG", "SMS_GATEWAY_DATA"])
def test_an_empty_folder_is_refused(home: Path, name: str) -> None:
    assert complaint(home, {name: ""}) == f"environment {name}: empty; name a folder, or remove it"


def test_a_config_folder_without_settings_is_refused(home: Path) -> None:
    said = complaint(home, {"SMS_GATEWAY_CONFIG": "nowhere"})

    assert said == "nowhere: no such file; name a folder that holds gateway.toml"


def test_settings_that_are_nowhere_are_named_as_a_person_knows_them(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config/gateway.toml").unlink()
    monkeypatch.setattr("sms_gateway.settings.loading._shipped", lambda: home / "none")

    said = complaint(home, {})

    assert said == "config/gateway.toml: no such file; restore it, or name its folder with --config"
