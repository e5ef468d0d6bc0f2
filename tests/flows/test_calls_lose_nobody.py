"""Random keys, silence and broken lines: every call ends in a case, a person or a recording."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select

from core.calls.tables import CallRow
from tests.line import Line, PhoneCall
from tests.twiml_schema import unknown_parts
from tests.world import GRANDMA_JIN, MA_YONGFU, local

KEYS = "0123456789*#"
# The keys that lead to each menu; in "after status" # is a caller who has heard what they wanted.
PLACES = {"first": "", "report": "1", "speak": "11", "slow": "9", "other language": "8"}
AFTER_STATUS = "2"


def _documents(line: Line) -> list[str]:
    return [post.answered.body for post in line.posted if post.path.startswith("/ivr/")]


def _reaches_somebody(line: Line) -> bool:
    return any("<Dial" in body or "<Record" in body for body in _documents(line))


def _stay_silent_until_somebody(line: Line, phone: str, keys: str) -> None:
    line.posted.clear()
    call = line.ring(phone)
    for key in keys:
        if call.waits_for == "keys":
            call.press(key)
    for _ in range(6):
        if _reaches_somebody(line) or call.waits_for != "keys":
            break
        call.stay_silent()
    reached = _reaches_somebody(line)
    if not call.is_over:
        call.hang_up()
    assert reached, call.transcript


@pytest.mark.parametrize("when", ["2026-11-23 10:30", "2026-11-24 03:00"])
def test_every_single_key_at_every_menu_ends_at_a_person_or_the_recorder(
    line: Line, when: str
) -> None:
    line.clock.set(local(when))
    walks = [path + key for path in PLACES.values() for key in KEYS]
    walks += [AFTER_STATUS + key for key in KEYS if key != "#"]
    for number, keys in enumerate(walks):
        _stay_silent_until_somebody(line, f"+8613800000{number:03d}", keys)


def test_silence_and_three_wrong_keys_end_at_a_person_or_the_recorder(line: Line) -> None:
    for path in (*PLACES.values(), AFTER_STATUS):
        for wrong in ("", "7", "45", "777", "456"):
            _stay_silent_until_somebody(line, MA_YONGFU.phone, path + wrong)


@pytest.mark.parametrize("seed", range(2))
def test_no_call_is_lost_under_random_keys_silence_and_broken_lines(line: Line, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(10):
        before = _traces(line)
        line.posted.clear()
        call = line.ring(chance.choice(["hidden", GRANDMA_JIN.phone, f"+86138000001{number:02d}"]))
        for _ in range(chance.randint(0, 9)):
            _do_something(chance, call)
        if not call.is_over:
            call.hang_up()
        line.settle()
        assert _traces(line) > before or _was_told(line), call.transcript
        documents = _documents(line)
        assert [unknown_parts(body) for body in documents] == [[] for _ in documents]


def _do_something(chance: random.Random, call: PhoneCall) -> None:
    match call.waits_for:
        case "speech":
            chance.choice([lambda: call.speak("水管漏了"), call.stay_silent])()
        case "keys":
            key = chance.choice([*KEYS, ""])
            call.press(key) if key else call.stay_silent()


def _traces(line: Line) -> int:
    """Count what a person will see: cases, what was added to them, and tasks."""
    return len(line.tasks()) + sum(len(case["events"]) for case in line.cases())


def _was_told(line: Line) -> bool:
    """Tell whether the newest caller heard where their matters stand, which was all they asked."""
    with line.database.reading() as session:
        newest = session.scalars(select(CallRow).order_by(CallRow.id.desc())).first()
        return newest is not None and newest.held.get("served") is True
