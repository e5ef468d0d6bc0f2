"""The shape of the code: modules that can be read at a sitting, and doors that are locked."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.line import Line

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "console", "core", "ivr", "scheduler", "sms", "telephony", "tests")
LONGEST_MODULE = 400  # lines
# What may be asked for by anybody. It names no person and obeys nothing; the addresses of sounds
# cannot be guessed, being made with the secret key.
PUBLIC = {
    *("/", "/alive", "/health", "/metrics", "/ivr/audio/<name>.wav"),
    # the door of the console itself, and its styles
    *("/staff/sign-in", "/staff/language", "/staff/static/<path:name>"),
    # the form of residents; the address of progress cannot be guessed
    *("/f/<code>", "/f/progress/<link>"),
}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_longer_than_400_lines(package: str) -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / package).rglob("*.py")
    }
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def unlocked(app: Flask, *locks: str) -> set[str]:
    """Return the rules whose view has none of the locks."""
    views = app.view_functions
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if not any(getattr(views[rule.endpoint], lock, False) for lock in locks)
    }


def test_every_route_is_signed_or_public(line: Line) -> None:
    assert unlocked(line.app, "is_signed", "is_desk", "needs") == PUBLIC


def test_the_desk_is_there_with_the_desk_provider_on_loopback_only(line: Line) -> None:
    assert unlocked(line.app, "is_signed", "needs") > PUBLIC
    for changed in ({"provider": "twilio"}, {"host": "0.0.0.0"}):
        assert unlocked(line.app_with(**changed), "is_signed", "needs") == PUBLIC
