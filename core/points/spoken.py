"""What there is for points, as it is read out on the telephone, and asked for ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.office import Office
from core.points.expiry import announced_end
from core.points.ledger import rules_of
from core.points.queries import activities_on, balance_of, rewards_of
from core.points.redemptions import kept_until
from core.points.tables import ActivityRow, RewardRow
from core.residents.tables import ResidentRow
from core.sla.hours import local_day
from core.sound.operations import Asked, want_prompts
from core.sound.spoken import want_sentences, whole_sentence
from core.wording.catalogue import say
from core.wording.ear import day_spoken, language_of, quantity_spoken

_LONGEST = {"zh_CN": 10, "en": 24}  # hanzi or letters of a name, so that a clause stays short
ON_A_PAGE = 3  # things that are read out before a key is waited for
FULL = ("voice.points.too_many",)
KEPT = ("voice.points.kept_until",)
CYCLE_ENDS = ("voice.points.cycle_ends",)
BALANCE = ("voice.points.balance",)
HELD = ("voice.points.balance_held",)
MISSING = ("voice.points.missing",)
CHOSEN = ("voice.points.chosen",)
OF_A_PAGE = ("voice.points.item_1", "voice.points.item_2", "voice.points.item_3")
_MOST_MISSING = 5  # amounts that a caller may lack
_PACES = ("slow", "normal")  # a list is read slowly, what was chosen as the caller likes it


def reward_spoken(reward: RewardRow, language: str) -> str:
    """Say a reward with its price."""
    points = quantity_spoken(reward.price, language)
    return say("voice.points.reward", language, what=name_of(reward, language), points=points)


def activity_spoken(activity: ActivityRow, office: Office, language: str, *, now: datetime) -> str:
    """Say an activity with its day."""
    day = local_day(office, activity.starts_at or now)
    spoken = day_spoken(day, local_day(office, now), language)
    return say("voice.points.activity", language, what=name_of(activity, language), day=spoken)


def name_of(thing: RewardRow | ActivityRow, language: str) -> str:
    """Return a name as short as a clause needs it."""
    name = thing.name if language == "zh_CN" else thing.english_name or thing.name
    return name[: _LONGEST[language]]


def want_shop(session: Session, community: CommunityRow, *, language: str, now: datetime) -> None:
    """Ask for everything that the shop would read out now."""
    rewards = [
        reward_spoken(reward, language)
        for reward in rewards_of(session, community.id, in_stock=True)
    ]
    activities = [
        activity_spoken(activity, office_of(community), language, now=now)
        for activity in activities_on(session, community.id, now)
        if activity.starts_at is not None
    ]
    asked = [one for kind in (rewards, activities) for one in _read_out(kind, language)]
    want_prompts(session, asked, now=now)
    full = {"count": quantity_spoken(rules_of(session, community.id).most_reservations, language)}
    want_sentences(session, FULL, full, language=language, pace="normal", now=now)
    for keys, day in _days(session, community, now):
        slots = {"day": day_spoken(day, local_day(office_of(community), now), language)}
        want_sentences(session, keys, slots, language=language, pace="normal", now=now)


def want_balance(
    session: Session, resident: ResidentRow, *, language: str, pace: str, now: datetime
) -> None:
    """Ask for what the balance of a resident sounds like."""
    balance = balance_of(session, resident)
    shop = rewards_of(session, resident.community_id, in_stock=True)
    short = sorted({row.price - balance.free for row in shop if row.price > balance.free})
    wanted = [(MISSING, points) for points in short[:_MOST_MISSING]]
    wanted += [(HELD, balance.held)] if balance.held else []
    for keys, points in (*wanted, (BALANCE, balance.free)):
        slots = {"points": quantity_spoken(points, language)}
        want_sentences(session, keys, slots, language=language, pace=pace, now=now)


def _days(
    session: Session, community: CommunityRow, now: datetime
) -> Iterator[tuple[tuple[str, ...], date]]:
    """Yield what ends when: a reservation of today, and the cycle whose end is announced."""
    until = kept_until(community, rules_of(session, community.id), now)
    yield KEPT, local_day(office_of(community), until) - timedelta(days=1)
    end = announced_end(session, community.id)
    if end is not None:
        yield CYCLE_ENDS, end


def _read_out(things: Sequence[str], language: str) -> Iterator[Asked]:
    """Yield the things of a list with their keys, and alone as one of them is chosen."""
    for number, words in enumerate(things):
        slot = f"item_{number % ON_A_PAGE + 1}"
        sentences = ((f"voice.points.{slot}", slot, "slow"), (CHOSEN[0], "item", "normal"))
        for key, name, pace in sentences:
            whole = whole_sentence(key, {name: words}, language=language, pace=pace)
            if whole is not None:
                yield whole
        for pace in _PACES:
            yield Asked(words, language_of(words, language), pace)
