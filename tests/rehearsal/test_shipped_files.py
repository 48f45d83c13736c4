"""What is shipped for other programs is taken by those programs."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.rehearsal.proxies import CERTIFICATE, changed
from tests.structure.tree import ROOT

PRODUCTION = ROOT / "config" / "examples" / "production"
MONITORING = ROOT / "config" / "examples" / "monitoring"
UNITS = sorted((PRODUCTION / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]


def done(*line: str | Path, cwd: Path = ROOT) -> str:
    """All that a program says; it must succeed."""
    ended = subprocess.run(  # noqa: S603  # programs named here
        line, cwd=cwd, capture_output=True, text=True, timeout=110, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


@pytest.mark.rehearsal("promtool")
def test_prometheus_takes_the_rules_and_they_do_as_they_are_meant_to() -> None:
    assert "SUCCESS" in done("promtool", "check", "rules", "alerts.yml", cwd=MONITORING)
    tests = sorted(path.name for path in MONITORING.glob("*.test.yml"))
    assert len(tests) == 2
    assert "SUCCESS" in done("promtool", "test", "rules", *tests, cwd=MONITORING)
    done("promtool", "check", "config", "--syntax-only", "prometheus.yml", cwd=MONITORING)


@pytest.mark.rehearsal("promtool")
def test_prometheus_takes_every_question_of_the_dashboard(tmp_path: Path) -> None:
    dashboard = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = [
        {"record": f"panel:question:{number}", "expr": question.replace("$job", "sms-gateway")}
        for number, question in enumerate(asked)
    ]
    # JSON is YAML as well.
    file = tmp_path / "questions.yml"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    assert f"{len(asked)} rules found" in done("promtool", "check", "rules", file)


def installed(folder: Path) -> list[Path]:
    """The units in a folder, as if the program were installed; all else is as shipped."""
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        text = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text)
        (folder / unit.name).write_text(text, encoding="utf-8")
    return [folder / unit.name for unit in UNITS]


@pytest.mark.rehearsal("systemd-analyze")
def test_systemd_takes_the_units_and_their_timers(tmp_path: Path) -> None:
    assert {unit.suffix for unit in UNITS} == {".service", ".timer"}
    assert done("systemd-analyze", "verify", *installed(tmp_path)) == ""


@pytest.mark.rehearsal("systemd-analyze")
@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.stem)
def test_systemd_finds_each_service_little_exposed(service: Path, tmp_path: Path) -> None:
    installed(tmp_path)
    told = done("systemd-analyze", "security", "--offline=true", tmp_path / service.name)
    found = re.search(r"Overall exposure level for \S+: (\d+\.\d+)", told)
    assert found
    assert float(found[1]) < 2.0


@pytest.mark.rehearsal("haproxy")
def test_haproxy_takes_its_settings(tmp_path: Path) -> None:
    example = (PRODUCTION / "haproxy" / "haproxy.cfg").read_text(encoding="utf-8")
    file = tmp_path / "haproxy.cfg"
    there = "/etc/ssl/sms.example.vn/both.pem"
    file.write_text(changed(example, (there, str(CERTIFICATE))), encoding="utf-8")
    assert done("haproxy", "-c", "-f", file).splitlines() == ["Configuration file is valid"]


@pytest.mark.rehearsal("hadolint")
def test_the_containerfile_is_clean() -> None:
    assert done("hadolint", "Containerfile") == ""
