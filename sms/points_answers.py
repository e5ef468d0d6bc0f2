"""Digits of residents to questions about points."""

from __future__ import annotations

from collections.abc import Callable

from core.points.queries import activity_by_id, redemption_by_id, reward_by_id
from core.points.rules import RedemptionState
from core.questions.operations import settle
from core.questions.rules import QuestionKind
from core.questions.tables import QuestionRow
from core.residents.queries import resident_by_id
from sms.conversation import Incoming, Reply
from sms.replies_points import answer_whose
from sms.replies_reservations import (
    reserve,
    settle_reservation,
    settle_sign_up,
    settle_wish,
    take_place,
)


def answer_about_points(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    """Give a digit to a question about points; None if it is none of its choices.

    The question is settled first: what follows may open the next one, and locks the book.
    """
    if digit not in _choices(question):
        return None
    if digit == 1 and not has_use(question, digit):
        return Reply(incoming.say("sms.resident.already"), f"{question.kind}: stays")
    settle(incoming.session, question, str(digit), incoming.now)
    return _ANSWERS[QuestionKind(question.kind)](incoming, question, digit)


def has_use(question: QuestionRow, digit: int) -> bool:
    """Tell whether a digit is what an offer asked for; else it may be meant for another."""
    if question.kind == QuestionKind.RESERVATION and "another" in question.about:
        return digit in (1, 2)
    wanted = _ASKED_FOR.get(QuestionKind(question.kind))
    return wanted is None or digit == wanted


def still_matters(incoming: Incoming, question: QuestionRow) -> bool:
    """Tell whether a digit that came too late may still be meant for this question."""
    if question.kind == QuestionKind.WHICH_PERSON:
        return "wish" in question.about  # else it asked staff
    if question.kind == QuestionKind.RESERVATION:
        redemption = redemption_by_id(incoming.session, question.about["redemption_id"])
        return redemption is not None and redemption.state == RedemptionState.RESERVED
    return True


def _choices(question: QuestionRow) -> range:
    """Return the digits that answer: of a list its places, else 1 and 2."""
    return range(1, len(question.about.get("choices", (1, 2))) + 1)


def _chosen(question: QuestionRow, digit: int) -> int:
    return int(question.about["choices"][digit - 1])


def _reservation(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    return settle_reservation(incoming, question.about, digit)


def _wish(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    return settle_wish(incoming, question.about, digit)


def _sign_up(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    return settle_sign_up(incoming, question.about, digit)


def _which_person(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    resident = resident_by_id(incoming.session, _chosen(question, digit))
    return answer_whose(incoming, question.about, resident) if resident is not None else None


def _which_activity(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    activity = activity_by_id(incoming.session, incoming.community.id, _chosen(question, digit))
    resident = resident_by_id(incoming.session, question.about["resident_id"])
    if activity is None or resident is None:
        return None
    return take_place(incoming, resident, activity)


def _which_reward(incoming: Incoming, question: QuestionRow, digit: int) -> Reply | None:
    reward = reward_by_id(incoming.session, incoming.community.id, _chosen(question, digit))
    resident = resident_by_id(incoming.session, question.about["resident_id"])
    if reward is None or resident is None:
        return None
    return reserve(incoming, resident, reward)


_ANSWERS: dict[QuestionKind, Callable[[Incoming, QuestionRow, int], Reply | None]] = {
    QuestionKind.RESERVATION: _reservation,
    QuestionKind.REWARD_WISH: _wish,
    QuestionKind.SIGN_UP: _sign_up,
    QuestionKind.WHICH_ACTIVITY: _which_activity,
    QuestionKind.WHICH_PERSON: _which_person,
    QuestionKind.WHICH_REWARD: _which_reward,
}
# The one digit that these ask for; any other leaves them open.
_ASKED_FOR = {
    QuestionKind.RESERVATION: 2,
    QuestionKind.REWARD_WISH: 1,
    QuestionKind.SIGN_UP: 2,
}
ABOUT_POINTS = frozenset(_ANSWERS)
