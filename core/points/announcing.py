"""Replies about points, ready to be sent: the doors only hand them on.

A reservation is announced to the registered phone whatever phone it came from, and falls with
one digit: a forged number can reserve nothing that its owner does not hear of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.outbox.operations import enqueue_text
from core.points.queries import (
    MOST_ENTRIES_TOLD,
    EntryLine,
    activities_on,
    balance_of,
    entries_of,
    reward_of,
    rewards_of,
)
from core.points.redemptions import last_day_of
from core.points.rules import Source
from core.points.tables import ActivityRow, RedemptionRow, RewardRow
from core.points.telling import day_of, name_of, short, written
from core.questions.operations import ask_in_reply
from core.questions.rules import QuestionKind
from core.residents.queries import text_phone
from core.residents.tables import ResidentRow
from core.wording.catalogue import say
from core.wording.days import time_words

LONGEST_TEXT = 70  # UTF-16 units of one segment


def balance_words(session: Session, community: CommunityRow, resident: ResidentRow) -> str:
    """Answer 积分: the balance and the last three entries, as many as fit one segment."""
    language = resident.language
    held = balance_of(session, resident)
    lines = [
        _entry_words(line, language)
        for line in entries_of(session, community, resident, limit=MOST_ENTRIES_TOLD)
    ]
    return _as_many_as_fit(
        lambda shown: written(
            community,
            language,
            "balance_held" if held.held else "balance",
            called=short(resident.called, language),
            points=str(held.free),
            held=str(held.held),
            lines=shown,
        ),
        lines,
        language,
    )


def shop_words(session: Session, community: CommunityRow, language: str) -> str:
    """Answer 兑换: what is there, cheapest first, as much as fits one segment."""
    rewards = rewards_of(session, community.id, in_stock=True)
    if not rewards:
        return written(community, language, "shop_empty")
    lines = [_reward_words(reward, language) for reward in rewards]
    return _as_many_as_fit(
        lambda shown: written(community, language, "shop", lines=shown), lines, language
    )


def activities_words(
    session: Session, community: CommunityRow, language: str, now: datetime
) -> str:
    """Answer 活动: what is on and its number, as much as fits one segment."""
    activities = activities_on(session, community.id, now)
    if not activities:
        return written(community, language, "no_activities")
    lines = [_activity_words(community, activity, now, language) for activity in activities]
    return _as_many_as_fit(
        lambda shown: written(community, language, "activities", lines=shown), lines, language
    )


def signed_up_words(
    session: Session,
    *,
    community: CommunityRow,
    resident: ResidentRow,
    activity: ActivityRow,
    phone: str,
    now: datetime,
) -> str:
    """Confirm 报名 to the phone that asked, and open the question whose 2 takes it back."""
    language = resident.language
    starts_at = activity.starts_at or now
    words = written(
        community,
        language,
        "signed_up",
        what=name_of(activity, language),
        day=day_of(community, starts_at, now, language),
        time=time_words(starts_at, office_of(community).zone),
        place=short(activity.place, language),
    )
    ask_in_reply(
        session,
        community_id=community.id,
        phone=phone,
        kind=QuestionKind.SIGN_UP,
        about={"activity_id": activity.id, "resident_id": resident.id},
        words=words,
        now=now,
    )
    return words


def announce_reservation(
    session: Session,
    *,
    community: CommunityRow,
    redemption: RedemptionRow,
    now: datetime,
    replying_to: str | None = None,
) -> str | None:
    """Announce a reservation to the registered mobile; return its words.

    The question whose 2 cancels is opened there. If ``replying_to`` is that phone, the caller
    sends the words as its reply; else they are texted at once. None: only a landline is
    registered, so the code is spoken in the call that reserves.
    """
    resident = session.get_one(ResidentRow, redemption.resident_id)
    phone = text_phone(session, resident.id)
    if phone is None:
        return None
    language = resident.language
    words = written(
        community,
        language,
        "reserved",
        reward=name_of(reward_of(session, redemption), language),
        code=redemption.code,
        day=day_of(community, last_day_of(community, redemption), now, language),
    )
    ask_in_reply(
        session,
        community_id=community.id,
        phone=phone,
        kind=QuestionKind.RESERVATION,
        about={"redemption_id": redemption.id},
        words=words,
        now=now,
    )
    if phone != replying_to:
        enqueue_text(
            session,
            community_id=community.id,
            to=phone,
            words=words,
            purpose="reply",
            key=f"points:reserved:{redemption.id}:{redemption.settlements}",
            now=now,
        )
    return words


def offer_to_tell(
    session: Session,
    *,
    community: CommunityRow,
    resident: ResidentRow,
    reward: RewardRow,
    phone: str,
    now: datetime,
) -> str:
    """Say that a reward is sold out, and open the question whose 1 asks to be told."""
    language = resident.language
    words = written(community, language, "sold_out", reward=name_of(reward, language))
    ask_in_reply(
        session,
        community_id=community.id,
        phone=phone,
        kind=QuestionKind.REWARD_WISH,
        about={"reward_id": reward.id, "resident_id": resident.id},
        words=words,
        now=now,
    )
    return words


def _as_many_as_fit(make: Callable[[str], str], lines: Sequence[str], language: str) -> str:
    """Return ``make`` of as many lines as one segment holds."""
    comma = say("sms.question.comma", language)
    for count in range(len(lines), 0, -1):
        words = make(comma.join(lines[:count]))
        if len(words.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
            return words
    return make(comma.join(lines[:0]))


def _entry_words(line: EntryLine, language: str) -> str:
    if line.reverses is not None:
        what = say("sms.points.line_back", language)
    elif line.source == Source.CYCLE:
        what = say("sms.points.line_expired", language)
    else:
        what = short(line.reason, language)
    return (
        f"{line.on.month}/{line.on.day}{'' if language == 'zh_CN' else ' '}{what}{line.change:+d}"
    )


def _reward_words(reward: RewardRow, language: str) -> str:
    return say(
        "sms.points.shop_line",
        language,
        reward=name_of(reward, language),
        points=str(reward.price),
    )


def _activity_words(
    community: CommunityRow, activity: ActivityRow, now: datetime, language: str
) -> str:
    day = day_of(community, activity.starts_at, now, language) if activity.starts_at else ""
    return say(
        "sms.points.activity_line",
        language,
        number=str(activity.id),
        what=name_of(activity, language),
        day=day,
        points=str(activity.points),
    )
