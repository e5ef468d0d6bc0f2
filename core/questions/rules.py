"""The kinds of question that may be open on a phone, and how long one waits."""

from __future__ import annotations

import enum
from datetime import timedelta

LAPSES_AFTER = timedelta(hours=72)
REOPENS_FOR = timedelta(days=7)  # a text that confirms a closing may be answered 2 that long


class QuestionKind(enum.StrEnum):
    """What an answer digit means."""

    SOLVED = "solved"  # 1 solved, 2 not
    SATISFIED = "satisfied"  # 1 yes, 2 so-so, 3 no
    REOPEN = "reopen"  # 2: not solved after all
    VISIT = "visit"  # 2: nobody came
    EMERGENCY = "emergency"  # 1 danger, 2 none
    WHICH_CASE = "which_case"  # 1..n
    WHAT_KIND = "what_kind"  # what words that nobody could place are about: 1 repair, 2 errand, 3
    WHICH_PERSON = "which_person"  # 1..n: a shared phone, two people of one name
    WHOSE_CASE = "whose_case"  # 1..n: which of those who share the phone
    FORM_PHONE = "form_phone"  # 1: the form was mine, 2: it was not
    FREE_WORDS = "free_words"  # staff: 1 办结, 2 备注, 3 自己家的事
    STAFF_CASE = "staff_case"  # staff: which case a command is for
    HANDOVER = "handover"  # staff: who takes the duty over
    CONFIRM_CLOSE = "confirm_close"  # second person: 1 agrees to close
    REACHED = "reached"  # staff, after an emergency: 1 reached, 2 not
    CALL_NOTE = "call_note"  # staff: one line about a call taken
    CONFIRM_POINTS = "confirm_points"  # second keeper: 1 agrees to a posting, 2 not
    RESERVATION = "reservation"  # 2: the reward is not wanted after all
    REWARD_WISH = "reward_wish"  # sold out; 1: tell me when it is there again
    SIGN_UP = "sign_up"  # 2: not going after all
    WHICH_ACTIVITY = "which_activity"  # 1..n: those that sound like what was written
    WHICH_REWARD = "which_reward"  # 1..n: likewise; or which of somebody's reservations
    CONSULTATION = "consultation"  # 1 the household agrees, 2 not
    CONSULTATION_CHANGE = "consultation_change"  # 1, 2: another answer, until it closes
    CONFIRM_NOTICE = "confirm_notice"  # second person: 1 agrees to send it, 2 not
    VOLUNTEER = "volunteer"  # 1 can come, 2 not
    STANDING = "standing"  # 1 as always, 2 not this time, 3 a person
    WHICH_HOUSEHOLD = "which_household"  # 1..n: for which of the households of one phone


# Offers stand open beside a question: "not solved after all? 2" may be answered for a week, and
# must not keep the next question from being asked.
OFFERS = frozenset(
    {
        QuestionKind.REOPEN,
        QuestionKind.VISIT,
        QuestionKind.WHAT_KIND,
        QuestionKind.RESERVATION,
        QuestionKind.REWARD_WISH,
        QuestionKind.SIGN_UP,
        QuestionKind.CONSULTATION_CHANGE,
        QuestionKind.VOLUNTEER,
    }
)
# These give way to a question, however new they are. Of all others the newest is answered:
# "not wanted? 2" must not be heard as "not solved".
YIELDING = frozenset(
    {
        QuestionKind.REOPEN,
        QuestionKind.VISIT,
        QuestionKind.WHAT_KIND,
        QuestionKind.CONSULTATION_CHANGE,
    }
)

LAPSES: dict[QuestionKind, timedelta] = {
    QuestionKind.REOPEN: REOPENS_FOR,
    QuestionKind.RESERVATION: REOPENS_FOR,  # as long as it is kept
    QuestionKind.WHAT_KIND: timedelta(days=1),  # by then somebody has read the words
    QuestionKind.CONSULTATION: timedelta(days=40),  # until it closes, which ends it
    QuestionKind.CONSULTATION_CHANGE: timedelta(days=40),
}


def lapses_after(kind: QuestionKind) -> timedelta:
    """Return how long a question of this kind stays open.

    >>> lapses_after(QuestionKind.SOLVED).days
    3
    """
    return LAPSES.get(kind, LAPSES_AFTER)
