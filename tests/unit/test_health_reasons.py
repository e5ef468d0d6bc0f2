"""What turns /health red or yellow, and that people read why in either language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.health import State
from core.wording.catalogue import LANGUAGES, templates

WELL = State(
    heartbeat_age_seconds=1.0,
    outbox_waiting=0,
    outbox_age_seconds=0.0,
    unacknowledged_p0=0,
    open_cases=3,
    overdue_cases=0,
    open_tasks=2,
    calendar_until=date(2026, 12, 31),
    calendar_days=200,
    not_delivered=0,
)
WRONG: tuple[tuple[str, str, State], ...] = (
    ("red", "an emergency is not acknowledged", replace(WELL, unacknowledged_p0=1)),
    ("red", "restored from a backup", replace(WELL, is_held=True)),
    ("red", "no scheduler is at work", replace(WELL, heartbeat_age_seconds=None)),
    ("red", "no scheduler is at work", replace(WELL, heartbeat_age_seconds=61.0)),
    ("red", "the provider takes nothing", replace(WELL, provider_fails=True)),
    ("yellow", "the provider takes no texts or calls now", replace(WELL, provider_down_seconds=9)),
    ("red", "the provider takes no texts or calls", replace(WELL, provider_down_seconds=301)),
    ("yellow", "texts or calls wait in files", replace(WELL, spool_waiting=1)),
    ("red", "something set aside cannot be taken in", replace(WELL, spool_stuck=1)),
    ("yellow", "texts or calls wait", replace(WELL, outbox_age_seconds=121)),
    ("yellow", "cases are overdue", replace(WELL, overdue_cases=1)),
    ("red", "the disk is full", replace(WELL, disk_free_megabytes=299)),
    ("yellow", "the disk is nearly full", replace(WELL, disk_free_megabytes=300)),
    ("yellow", "the official calendar ends soon", replace(WELL, calendar_days=20)),
    ("yellow", "a voice cannot be used", replace(WELL, voice_problems=("no model",))),
)


def test_a_service_that_is_well_gives_no_reason() -> None:
    assert WELL.reasons() == {"red": [], "yellow": []}


@pytest.mark.parametrize(("colour", "reason", "state"), WRONG)
def test_each_has_its_colour_and_its_words(colour: str, reason: str, state: State) -> None:
    found = state.reasons()
    assert [said.partition(":")[0] for said in found[colour]] == [reason]
    assert found["red"] == [] or colour == "red"
    for language in LANGUAGES:
        assert templates(language)[f"console.reason.{reason.replace(' ', '_')}"]


def test_a_channel_that_is_shut_tells_since_when_and_is_told_of_once() -> None:
    shut = replace(WELL, provider_fails=True, provider_down_seconds=9)
    assert shut.reasons() == {"red": [], "yellow": ["the provider takes no texts or calls now"]}
