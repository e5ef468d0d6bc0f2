"""The contracts of the architecture hold, and each of them can fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = PYPROJECT["tool"]["importlinter"]["contracts"]
PACKAGES = PYPROJECT["tool"]["importlinter"]["root_packages"]

# contract, module, the line that breaks it
BREACHES = (
    ("rooms", "core/cases/rules.py", "import telephony.ports"),
    ("rooms", "telephony/ports.py", "import sms"),
    ("rooms", "sms/broken.py", "import ivr"),
    ("rooms", "ivr/broken.py", "import scheduler"),
    ("rooms", "scheduler/broken.py", "import app"),
    ("core-is-clean", "core/broken.py", "import flask"),
    ("core-is-clean", "core/cases/broken.py", "import os"),
    ("core-is-clean", "core/outbox/broken.py", "from urllib import request"),
    ("pure", "core/cases/rules.py", "import sqlalchemy"),
    ("pure", "core/sla/workdays.py", "import core.db"),  # which imports sqlalchemy
    ("pure", "sms/keywords.py", "import twilio"),
    ("pure", "ivr/menus.py", "import flask"),
    ("twilio-at-home", "sms/broken.py", "import twilio"),
    ("twilio-at-home", "app/broken.py", "from twilio import twiml"),
    ("core-subjects", "core/outbox/broken.py", "import core.cases.tables"),
    ("core-subjects", "core/phones.py", "import core.residents.tables"),
)


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the packages in ``folder``."""
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source, in which contracts may be broken."""
    folder = tmp_path_factory.mktemp("copied")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_contract_holds() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(("contract", "module", "line"), BREACHES)
def test_a_contract_that_is_broken_fails(
    copied: Path, contract: str, module: str, line: str
) -> None:
    path = copied / module
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text((before or "") + f"\n{line}\n", encoding="utf-8")
    try:
        found = lint(copied, "--contract", contract)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")
    assert found.returncode == 1
    assert "BROKEN" in found.stdout


def test_every_contract_was_tried_by_breaking_it() -> None:
    assert {contract for contract, _, _ in BREACHES} == {entry["id"] for entry in CONTRACTS}


def test_every_module_of_rules_is_under_the_contract_of_purity() -> None:
    pure = next(entry for entry in CONTRACTS if entry["id"] == "pure")["source_modules"]
    rules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "core").glob("*/rules.py")
    }
    assert sorted(rules - set(pure)) == []


@pytest.mark.parametrize(
    ("module", "statement"),
    [
        ("core/broken.py", "import datetime\nprint(datetime.datetime.now(datetime.UTC))\n"),
        ("scheduler/broken.py", "import datetime\nprint(datetime.date.today())\n"),
        ("sms/broken.py", "import os\nprint(os.environ)\n"),
        ("telephony/broken.py", "import os\nprint(os.getenv('HOME'))\n"),
    ],
)
def test_clock_and_environment_are_read_in_one_module_each(module: str, statement: str) -> None:
    ruff = Path(sys.executable).parent / "ruff"
    found = subprocess.run(
        [ruff, "check", "--select", "TID251", "--no-cache", "--stdin-filename", module, "-"],
        cwd=ROOT,
        input=statement,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    assert "TID251" in found.stdout
