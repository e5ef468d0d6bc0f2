"""Which activity, which reward, which person a few words mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.points.tables import ActivityRow, RewardRow
from core.residents.queries import find_residents
from core.residents.tables import ResidentRow
from core.understanding.normalise import clean, syllables

Named = TypeVar("Named", ActivityRow, RewardRow)

_SOUNDS_LIKE = 60  # of 100: below it nothing is offered
_MOST_OFFERED = 3


@dataclass(frozen=True)
class Found(Generic[Named]):
    """The one that was meant, or else those that sound most like it, nearest first."""

    exact: Named | None
    near: tuple[Named, ...] = ()


@dataclass(frozen=True)
class People:
    """Who the words of an attendance list are."""

    found: tuple[ResidentRow, ...]
    unknown: tuple[str, ...]
    several: tuple[str, ...]  # names that several people have, as often as they stand there


def find_activity(
    session: Session, community_id: int, words: str, *, now: datetime
) -> Found[ActivityRow]:
    """Find an activity by its number or its name; a slip of writing finds what sounds like it."""
    rows = session.scalars(
        select(ActivityRow)
        .where(ActivityRow.community_id == community_id, ActivityRow.left_at.is_(None))
        .order_by(ActivityRow.id)
    ).all()
    wanted = clean(words)
    if wanted.isascii() and wanted.isdigit():
        return Found(next((row for row in rows if str(row.id) == wanted.lstrip("0")), None))
    running = [row for row in rows if row.ends_at is None or row.ends_at > now]
    return _nearest(running, wanted) if running else _nearest(rows, wanted)


def find_reward(session: Session, community_id: int, words: str) -> Found[RewardRow]:
    """Find a reward by its name or a part of it: 油 is 花生油 where there is one oil."""
    rows = session.scalars(
        select(RewardRow)
        .where(RewardRow.community_id == community_id, RewardRow.left_at.is_(None))
        .order_by(RewardRow.id)
    ).all()
    return _nearest(rows, clean(words))


def find_people(session: Session, community_id: int, names: Iterable[str]) -> People:
    """Find everybody of a list (names, or telephone numbers), each person once.

    A name that stands there as often as there are people of it means all of them.
    """
    found: dict[int, ResidentRow] = {}
    unknown: list[str] = []
    several: list[str] = []
    for name, times in Counter(names).items():
        rows = find_residents(session, community_id, name)
        if not rows:
            unknown.append(name)
        elif len(rows) == 1 or len(rows) == times:
            found.update({row.id: row for row in rows})
        else:
            several.extend([name] * min(times, len(rows)))
    return People(tuple(found.values()), tuple(unknown), tuple(several))


def deeds_named(session: Session, community_id: int, words: str) -> Sequence[ActivityRow]:
    """Return the activities of exactly this name, also those that are over."""
    return session.scalars(
        select(ActivityRow)
        .where(
            ActivityRow.community_id == community_id,
            or_(ActivityRow.name == words, ActivityRow.english_name == words),
        )
        .order_by(ActivityRow.id)
    ).all()


def _nearest(rows: Sequence[Named], wanted: str) -> Found[Named]:
    if not wanted:
        return Found(None)
    exact = [row for row in rows if wanted in _names(row)]
    if len(exact) == 1:
        return Found(exact[0])
    within = exact or [row for row in rows if any(wanted in name for name in _names(row))]
    if len(within) == 1:
        return Found(within[0])
    if within:
        return Found(None, tuple(within[:_MOST_OFFERED]))
    sound = syllables(wanted)
    liked = sorted(
        ((max(fuzz.ratio(sound, syllables(name)) for name in _names(row)), row) for row in rows),
        key=lambda pair: -pair[0],
    )
    near = tuple(row for likeness, row in liked if likeness >= _SOUNDS_LIKE)
    return Found(None, near[:_MOST_OFFERED])


def _names(row: ActivityRow | RewardRow) -> list[str]:
    return [clean(name) for name in (row.name, row.english_name) if name]
