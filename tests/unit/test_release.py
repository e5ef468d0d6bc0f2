"""What an office installs: locked with hashes, fitting what is asked for, and looked after."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.audit import KEPT, LOCK, ROOT, Asked, locked, look_up, read_answer, verdict

OFFICE = ("", "postgres", "sealed", "print")


def test_the_lock_holds_everything_that_is_asked_for_with_hashes_and_from_nowhere() -> None:
    text = LOCK.read_text("utf-8")
    versions = locked(text)
    for line in requires("linli") or ():
        needed = Requirement(line)
        if needed.marker and not any(
            needed.marker.evaluate({"extra": extra, "python_version": "3.11"}) for extra in OFFICE
        ):
            continue
        version = versions.get(canonicalize_name(needed.name))
        assert version is not None, needed.name
        assert needed.specifier.contains(version), (needed.name, version)
    pins = re.split(r"\n(?=[a-z0-9])", text.partition("\naiohappyeyeballs")[2])
    assert [pin[:40] for pin in pins if "--hash=sha256:" not in pin] == []
    assert "://" not in text  # it says what, not from where
    assert len(versions) > 50


def test_a_package_that_the_service_did_not_answer_for_is_looked_up_in_the_kept_list() -> None:
    versions = {"flask": Version("3.1.0"), "jinja2": Version("3.1.6"), "idna": Version("3.6")}
    kept = {
        "kept_on": date(2026, 11, 23),
        "flask": {"CVE-1": "3.1.1"},
        "jinja2": {"CVE-2": "3.1.6"},
        "idna": {"CVE-3": "3.7"},
    }
    answer = {
        "dependencies": [
            {"name": "idna", "version": "3.6", "vulns": [{"id": "CVE-3", "fix_versions": ["3.7"]}]},
            {"name": "Flask", "skip_reason": "not found"},
            {"name": "jinja2", "version": "3.1.6", "vulns": []},
        ]
    }
    asked = read_answer(json.dumps(answer))
    assert asked.known == {"idna", "jinja2"}

    said, found = verdict(versions, asked, kept)
    assert "2 of 3 packages: the service was asked." in said
    assert "1 could not be asked about" in said[1]
    assert found == ["idna 3.6: CVE-3, mended in 3.7", "flask 3.1.0: CVE-1, mended in 3.1.1"]

    said, found = verdict(versions, Asked(frozenset(), (), why_not="no network"), kept)
    assert "3 could not be asked about (no network): the kept list of 2026-11-23" in said[1]
    assert len(found) == 2


def test_nothing_that_is_locked_is_on_the_kept_list() -> None:
    kept = tomllib.loads(KEPT.read_text("utf-8"))
    versions = locked(LOCK.read_text("utf-8"))
    assert look_up(kept, versions) == []
    for name in kept:
        assert name == "kept_on" or name in versions, name  # a slip of writing would hide it


@pytest.mark.parametrize("target", ["lock", "audit", "sbom"])
def test_each_is_made_by_a_target_that_is_named(target: str) -> None:
    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
