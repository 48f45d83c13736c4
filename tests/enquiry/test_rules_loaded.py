import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from sms_gateway.domain.outcome import Billing
from sms_gateway.enquiry.decide import Rules
from sms_gateway.rules import load_rules
from sms_gateway.settings import Settings, SettingsError, load
from tests.parts import HASHER, ROOT, rules


def settings_of(config: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    return load(config, None, environ or {}, ROOT)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped settings."""
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config", folder)
    return folder


def loaded(config: Path) -> Rules:
    return load_rules(settings_of(config), HASHER)


def test_the_shipped_files_make_rules() -> None:
    shipped = rules()
    assert shipped.replies.billing_of("S4") is Billing.CHARGE
    assert (shipped.language, shipped.second_secret) == ("vi", False)
    assert str(shipped.zone) == "Asia/Ho_Chi_Minh"


def test_our_short_codes_are_those_with_keywords_of_their_own(config: Path) -> None:
    assert loaded(config).short_codes == {"8083"}
    with (config / "keywords.toml").open("a", encoding="utf-8") as file:
        file.write("\n[short_codes.8183]\n")
    assert loaded(config).short_codes == {"8083", "8183"}


def test_our_short_codes_are_those_of_the_settings_where_they_name_some() -> None:
    assert rules(GATEWAY__SHORT_CODES="8183").short_codes == {"8183"}


def test_without_any_table_no_short_code_is_named(config: Path) -> None:
    path = config / "keywords.toml"
    text = path.read_text("utf-8")
    path.write_text(text.partition("[short_codes.8083]")[0], "utf-8")
    assert loaded(config).short_codes == frozenset()


def test_the_same_files_have_the_same_hash(config: Path) -> None:
    assert loaded(config).hash == loaded(config).hash == rules().hash


@pytest.mark.parametrize(
    "name, value",
    [
        ("BUDGETS__REPLIES_PER_HOUR", "9"),
        ("DISCLOSURE__SECOND_SECRET", "true"),
        ("REPLIES__LANGUAGE", "en"),
        ("GATEWAY__TIMEZONE", "UTC"),
        ("GATEWAY__SHORT_CODES", "8083,8183"),
        ("BILLING__E7", "charge"),
        ("INTAKE__REPEAT_FREE_MINUTES", "11"),
    ],
)
def test_every_setting_that_decides_changes_the_hash(name: str, value: str) -> None:
    assert rules(**{name: value}).hash != rules().hash


@pytest.mark.parametrize(
    "file, old, new",
    [
        ("agencies.toml", "0258 3999999", "0258 1111111"),
        ("keywords.toml", "minimum_token = 5", "minimum_token = 6"),
        ("replies/en.toml", "is being processed", "is being handled"),
    ],
)
def test_every_file_that_decides_changes_the_hash(
    config: Path, file: str, old: str, new: str
) -> None:
    before = loaded(config).hash
    path = config / file
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    assert loaded(config).hash != before


def test_what_does_not_decide_leaves_the_hash_alone() -> None:
    assert rules(LOG__LEVEL="debug", WEB__PORT="9090").hash == rules().hash


def test_wording_of_the_shipped_folder_stands_in_for_what_is_missing(config: Path) -> None:
    shutil.rmtree(config / "replies")
    assert loaded(config).hash == rules().hash


@pytest.mark.parametrize("octets", [b"[S4", b'a = "\xff"', b'S4 = "no table"', b""])
def test_wording_that_cannot_be_read_is_one_line_that_names_the_file(
    config: Path, octets: bytes
) -> None:
    (config / "replies" / "vi.toml").write_bytes(octets)
    with pytest.raises(SettingsError) as raised:
        loaded(config)
    assert len(str(raised.value).splitlines()) == 1


def test_wording_that_is_nowhere_is_asked_for(tmp_path: Path) -> None:
    nowhere = replace(settings_of(), config_dir=tmp_path, shipped_dir=tmp_path)
    with pytest.raises(SettingsError, match=r"replies/vi\.toml"):
        load_rules(nowhere, HASHER)


def test_a_missing_file_of_offices_is_named_with_where_to_copy_it_from(config: Path) -> None:
    (config / "agencies.toml").unlink()
    with pytest.raises(SettingsError) as raised:
        loaded(config)
    assert str(raised.value) == (
        f"{config / 'agencies.toml'}: no such file; copy {ROOT / 'config' / 'agencies.toml'} there "
        "and put in your own hotlines"
    )


def test_an_empty_file_of_offices_lacks_its_hotline(config: Path) -> None:
    (config / "agencies.toml").write_text("")
    with pytest.raises(SettingsError, match=r"agencies\.toml\.default: missing; set it"):
        loaded(config)


def test_keywords_that_contradict_each_other_are_one_line(config: Path) -> None:
    path = config / "keywords.toml"
    text = path.read_text("utf-8").replace("minimum_token = 5", "minimum_token = 500")
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as raised:
        loaded(config)
    assert len(str(raised.value).splitlines()) == 1
