"""Which sentences the line asks for as a whole before anybody hears them."""

from __future__ import annotations

from core.callbacks import spoken as of_callbacks
from core.calls import expected_words, standing_words
from core.cases import spoken as of_cases
from core.cases.rules import CaseStatus
from core.consultations import asking
from core.points import landlines
from core.points import spoken as of_points
from core.standing import running, welfare

ASKED_AHEAD = frozenset(
    (
        *of_callbacks.OPENING,
        *of_callbacks.MATTER,
        *of_callbacks.PROGRESS,
        *of_cases.RECEIPT,
        *of_cases.RECORDING,
        *of_cases.RESPONSIBLE,
        *(f"voice.status.{status.value}" for status in CaseStatus),
        *standing_words.ALARMS,
        *standing_words.GREETING,
        *standing_words.OF_COMMUNITY,
        *standing_words.TO_STAFF,
        *expected_words.WHOSE,
        *expected_words.WHOSE_DOUBT,
        *of_points.BALANCE,
        *of_points.FULL,
        *of_points.HELD,
        *of_points.KEPT,
        *of_points.CHOSEN,
        *of_points.CYCLE_ENDS,
        *of_points.OF_A_PAGE,
        *of_points.MISSING,
        *landlines.CODE_ALOUD,
        *asking.DOOR_ALOUD,
        *running.STANDING_ALOUD,
        *welfare.CONTACT_ALOUD,
    )
)
