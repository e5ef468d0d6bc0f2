"""Digits of staff about points: which person, activity or reservation; a second person's word."""

from __future__ import annotations

import dataclasses

from core.cases.rules import Channel
from core.points.operations import agree, disagree
from core.points.queries import redemption_by_id, request_by_id
from core.points.rules import RequestKind
from core.questions.operations import settle
from core.questions.rules import QuestionKind
from core.questions.tables import QuestionRow
from core.residents.queries import resident_by_id
from core.staff.tables import StaffRow
from sms.conversation import Incoming, Reply
from sms.keeper_deeds import Deed, tell_recorded
from sms.staff_points import deed_of, go_on


def is_about_deed(question: QuestionRow) -> bool:
    """Tell whether a question was asked about a keeper's text."""
    return "deed" in question.about


def answer_about_deed(
    incoming: Incoming, staff: StaffRow, question: QuestionRow, digit: int
) -> Reply | None:
    """Fill in what a digit chose, and go on with the deed."""
    choices: list[int] = question.about["choices"]
    if not 1 <= digit <= len(choices):
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    deed = _filled(incoming, deed_of(question.about["deed"]), question.kind, choices[digit - 1])
    return go_on(incoming, staff, deed)


def answer_second_person(
    incoming: Incoming, staff: StaffRow, question: QuestionRow, digit: int
) -> Reply | None:
    """Take the word of a second person: 1 books what a keeper asked for, 2 does not."""
    request = request_by_id(incoming.session, question.about["request_id"])
    if digit not in (1, 2) or request is None:
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    if digit == 2:
        disagree(
            incoming.session,
            community=incoming.community,
            request=request,
            second=staff,
            now=incoming.now,
        )
        return Reply(incoming.say("sms.staff.fine"), "points: not agreed")
    recorded = agree(
        incoming.session,
        community=incoming.community,
        request=request,
        second=staff,
        channel=Channel.SMS,
        now=incoming.now,
    )
    resident = resident_by_id(incoming.session, request.resident_id)
    if resident is None:
        raise LookupError(f"no resident {request.resident_id}")
    if request.kind == RequestKind.TAKE_BACK:
        return tell_recorded(incoming, recorded, resident, "taken_back_keeper")
    return tell_recorded(incoming, recorded, resident, "posted_keeper", what=request.reason)


def _filled(incoming: Incoming, deed: Deed, kind: str, chosen: int) -> Deed:
    if kind == QuestionKind.WHICH_PERSON and deed.unclear:
        people = (*deed.resident_ids, chosen)
        return dataclasses.replace(deed, resident_ids=people, unclear=deed.unclear[1:])
    if kind == QuestionKind.WHICH_PERSON:
        return dataclasses.replace(deed, resident_ids=(chosen,))
    if kind == QuestionKind.WHICH_ACTIVITY:
        return dataclasses.replace(deed, activity_id=chosen)
    redemption = redemption_by_id(incoming.session, chosen)
    if redemption is None:
        raise LookupError(f"no redemption {chosen}")
    return dataclasses.replace(deed, code=redemption.code)
