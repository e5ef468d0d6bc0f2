"""Which case a staff text is about: the number it names, the only one, or the one they choose."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from core.alarms.queries import ringing_alarms, was_alarmed
from core.cases.queries import assignee_of, case_by_id, case_by_number, open_cases_of_staff
from core.cases.rules import MOVES, CaseStatus, Move
from core.cases.standing import by, standings_of
from core.cases.tables import CaseRow
from core.questions.operations import ask_in_reply
from core.questions.rules import QuestionKind
from core.staff.tables import StaffRow
from core.tasks.alerts import address_words
from core.tasks.queries import open_tasks_of_staff
from sms.commands import (
    CASE_COMMANDS,
    Accept,
    CallbackAnswer,
    CaseCommand,
    Close,
    Done,
    Escalate,
    Listen,
    Look,
    Note,
    Return,
    Told,
    Transfer,
)
from sms.conversation import Incoming, Reply, numbered

_MOST_CHOICES = 6
_STARTS_WITH_UNIT = re.compile(r"\d+\s*(?:号楼|楼|栋|单元|室|元)")

_MOVE_OF: dict[type, Move] = {
    Accept: Move.ACCEPT,
    Done: Move.DONE,
    Told: Move.TELL,
    Close: Move.CLOSE,
    Transfer: Move.TRANSFER,
    Return: Move.RETURN,
    Escalate: Move.ESCALATE,
    Note: Move.NOTE,
}
_BY_NAME = {kind.__name__: kind for kind in CASE_COMMANDS}


def find_case(incoming: Incoming, staff: StaffRow, command: CaseCommand) -> CaseRow | Reply:
    """Find the case that a command is for; where that is not certain, the reply that asks."""
    if command.number is not None:
        case = case_by_number(incoming.session, incoming.community.id, command.number)
        if case is not None and may_touch(incoming, staff, case):
            return case
        candidates = _candidates(incoming, staff, command)
        return _ask_which(incoming, staff, command, candidates, named=case)
    candidates = _candidates(incoming, staff, command)
    if len(candidates) == 1 and not _is_doubtful(command):
        return candidates[0]
    return _ask_which(incoming, staff, command, candidates)


def may_touch(incoming: Incoming, staff: StaffRow, case: CaseRow) -> bool:
    """Tell whether somebody has anything to do with a case."""
    return bool(standings_of(incoming.session, case, by(staff), incoming.now))


def chosen_command(about: dict[str, object], case: CaseRow) -> CaseCommand:
    """Write a command again with the case that was chosen for it."""
    fields = dict(about["fields"]) if isinstance(about["fields"], dict) else {}
    command: CaseCommand = _BY_NAME[str(about["command"])](**{**fields, "number": case.number})
    return command


def choices_of(incoming: Incoming, cases: Sequence[CaseRow]) -> str:
    """List cases by digit with their matter and address."""
    lines = [
        incoming.part(
            "sms.staff.choice",
            **numbered(case),
            digit=str(digit),
            what=case.summary,
            where=address_words(incoming.session, case.estate_id, case.place),
        )
        for digit, case in enumerate(cases, start=1)
    ]
    return incoming.part("sms.question.comma").join(lines)


def _candidates(incoming: Incoming, staff: StaffRow, command: CaseCommand) -> list[CaseRow]:
    mine = list(open_cases_of_staff(incoming.session, staff))
    if isinstance(command, Accept):
        alarmed = _alarmed(incoming, staff)
        waiting = [case for case in mine if case.status != CaseStatus.ACCEPTED]
        mine = alarmed or [case for case in waiting if _fits(command, case)] or mine
    if isinstance(command, CallbackAnswer):
        mine = _to_be_asked(incoming, staff, mine)
    return [case for case in mine if _fits(command, case)] or mine


def _fits(command: CaseCommand, case: CaseRow) -> bool:
    move = _MOVE_OF.get(type(command))
    return move is None or case.status in MOVES[move].starts


def _alarmed(incoming: Incoming, staff: StaffRow) -> list[CaseRow]:
    """Return the cases of alarms that ring and that this person was told of."""
    ids = [
        alarm.case_id
        for alarm in ringing_alarms(incoming.session, incoming.community.id)
        if alarm.case_id is not None
        and was_alarmed(incoming.session, case_id=alarm.case_id, staff_id=staff.id)
    ]
    found = (case_by_id(incoming.session, case_id) for case_id in ids)
    return [case for case in found if case is not None]


def _to_be_asked(incoming: Incoming, staff: StaffRow, mine: list[CaseRow]) -> list[CaseRow]:
    """Return the done cases that somebody was given to ask about, and their own."""
    ids = [task.case_id for task in open_tasks_of_staff(incoming.session, staff) if task.case_id]
    given = [case_by_id(incoming.session, case_id) for case_id in dict.fromkeys(ids)]
    every = {case.id: case for case in (*given, *mine) if case is not None}
    done = [c for c in every.values() if c.status == CaseStatus.AWAITING_CONFIRMATION]
    return done or list(every.values())


def _is_doubtful(command: CaseCommand) -> bool:
    """Tell whether the words begin with a number that is a building's, a room's or a price."""
    words = "" if isinstance(command, Listen | Look) else command.words
    return bool(_STARTS_WITH_UNIT.match(words))


def _ask_which(
    incoming: Incoming,
    staff: StaffRow,
    command: CaseCommand,
    cases: list[CaseRow],
    *,
    named: CaseRow | None = None,
) -> Reply:
    name = type(command).__name__
    if not cases:
        return Reply(_nothing_there(incoming, command, named), f"{name}: no case")
    offered = cases[:_MOST_CHOICES]
    before = ""
    if command.number is not None:
        key, slots = _why_not(incoming, command, named)
        before = incoming.part(key, **slots)
    words = incoming.fitted(
        lambda choices: incoming.say("sms.question.staff_case", before=before, choices=choices),
        choices_of(incoming, offered),
    )
    fields = dataclasses.asdict(command)
    del fields["number"]
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=incoming.phone or "",
        kind=QuestionKind.STAFF_CASE,
        about={
            "command": name,
            "fields": fields,
            "choices": [case.id for case in offered],
            "staff_id": staff.id,
        },
        words=words,
        now=incoming.now,
    )
    return Reply(words, f"{name}: which case")


def _nothing_there(incoming: Incoming, command: CaseCommand, named: CaseRow | None) -> str:
    if command.number is None:
        return incoming.say("sms.staff.no_case")
    key, slots = _why_not(incoming, command, named)
    return incoming.say(key, **slots)


def _why_not(
    incoming: Incoming, command: CaseCommand, named: CaseRow | None
) -> tuple[str, dict[str, str]]:
    """Say whose the named case is, or that there is none, so that it is not typed once more."""
    holder = assignee_of(incoming.session, named) if named is not None else None
    if holder is None:
        return "sms.staff.no_such_case", {"number": f"{command.number:04d}"}
    return "sms.staff.whose", {"number": f"{command.number:04d}", "name": holder.name}
