"""What a page brings in: the QR form, and what staff type for somebody.

The same understanding and the same opening as a text has, so that a case cannot differ by the
way it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.alarming import doubt_emergency
from core.cases.opening import open_case
from core.cases.queries import case_by_id
from core.cases.rules import RESIDENT, Actor, Category, Channel, Urgency
from core.cases.tables import CaseRow
from core.communities.tables import CommunityRow
from core.inbound.operations import store_answer, take_key
from core.residents.tables import ResidentRow
from core.tasks.locks import lock_community
from core.understanding.categories import Suggestion, suggest
from core.understanding.emergency import Emergency, find_emergency
from core.understanding.places import find_place


@dataclass(frozen=True)
class Said:
    """What somebody wrote into a page, and what is known of them."""

    words: str
    phone: str | None = None
    resident: ResidentRow | None = None
    place: str = ""
    estate_id: int | None = None
    category: str = ""  # empty: suggested from the words
    urgency: str = ""
    borrowed: bool = False  # the phone is not theirs, or nobody knows yet


def report_trouble(
    session: Session,
    *,
    community: CommunityRow,
    said: Said,
    channel: Channel,
    key: str,
    now: datetime,
    entered_by: Actor = RESIDENT,
) -> CaseRow:
    """Open a case of what was written; the same ``key`` again gives the same case.

    A sure emergency raises its alarm; a possible one alerts the duty person at once.
    """
    lock_community(session, community.id)  # the same form may come twice at once
    before = take_key(session, key, now)
    known = case_by_id(session, int(before)) if before else None
    if known is not None:
        return known
    danger = find_emergency(said.words)
    case = _open(session, community, said, channel, danger, entered_by, now)
    if danger is not None and case.urgency != Urgency.EMERGENCY:
        doubt_emergency(session, case, danger=danger.danger, words=case.words, now=now)
    store_answer(session, key, str(case.id))
    return case


def _open(
    session: Session,
    community: CommunityRow,
    said: Said,
    channel: Channel,
    danger: Emergency | None,
    entered_by: Actor,
    now: datetime,
) -> CaseRow:
    guess = suggest(said.words)
    sure = danger is not None and danger.certainty == "sure"
    return open_case(
        session,
        community=community,
        channel=channel,
        words=said.words,
        now=now,
        phone=said.phone,
        resident=said.resident,
        category=Category.SAFETY if sure else Category(said.category or guess.category),
        urgency=_urgency(said, guess, danger),
        danger=danger.danger if sure and danger else "",
        place=said.place or find_place(said.words) or "",
        estate_id=said.estate_id,
        summary=guess.summary,
        entered_by=entered_by,
        borrowed=said.borrowed,
    )


def _urgency(said: Said, guess: Suggestion, danger: Emergency | None) -> Urgency:
    if danger is not None and danger.certainty == "sure":
        return Urgency.EMERGENCY
    if danger is not None:
        return Urgency.SAME_DAY
    return Urgency(said.urgency or guess.urgency)
