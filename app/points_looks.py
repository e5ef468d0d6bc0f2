"""Machine-readable looks at points: what ``linli points … --json`` prints.

Days are local; instants are ISO 8601 in UTC; points are whole numbers, and what left an account
is below zero.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.tables import CommunityRow
from core.points.honours import HonourList
from core.points.paper import LineMistake, PaperLedger
from core.points.queries import balance_of, book_lines, entries_of, rewards_of
from core.points.statements import Statement
from core.points.tables import PointEntryRow, RedemptionRow
from core.points.verifying import Verdict
from core.residents.queries import find_residents
from core.residents.tables import ResidentRow
from core.wording.catalogue import say

Look = dict[str, Any]


def residents_named(
    session: Session, community: CommunityRow, who: str | None
) -> list[ResidentRow]:
    """Return the residents of a name, a telephone number or a key; without one, everybody."""
    if who is not None:
        by_key = select(ResidentRow).where(
            ResidentRow.community_id == community.id, ResidentRow.key == who
        )
        return list(session.scalars(by_key)) or list(find_residents(session, community.id, who))
    everybody = select(ResidentRow).where(ResidentRow.community_id == community.id)
    return list(session.scalars(everybody.order_by(ResidentRow.id)))


def balance_look(session: Session, resident: ResidentRow) -> Look:
    """Return what a resident may spend, and what is held for their reservations."""
    held = balance_of(session, resident)
    return {
        "resident": resident.key,
        "name": resident.name,
        "points": held.free,
        "held": held.held,
    }


def resident_ledger_look(
    session: Session, community: CommunityRow, resident: ResidentRow
) -> list[Look]:
    """Return what moved a resident's points, oldest first."""
    lines = reversed(entries_of(session, community, resident))
    return [{**asdict(line), "on": line.on.isoformat()} for line in lines]


def ledger_look(session: Session, community: CommunityRow, *, after: int, limit: int) -> list[Look]:
    """Return entries of the whole book after a number, each with its legs."""
    lines = book_lines(session, community.id, after=after, limit=limit)
    return [_entry(entry, legs) for entry, legs in lines]


def shop_look(session: Session, community: CommunityRow) -> list[Look]:
    """Return every reward with its price and what can still be reserved."""
    return [
        {
            "key": reward.key,
            "name": reward.name,
            "price": reward.price,
            "stock": reward.stock,
            "reserved": _reserved(session, reward.id),
        }
        for reward in rewards_of(session, community.id)
    ]


def verdict_look(community: CommunityRow, verdict: Verdict) -> Look:
    """Return what a check of a book found."""
    return {
        "community": community.key,
        "sound": verdict.is_sound,
        "entries": verdict.entries,
        "anchors": verdict.anchors,
        "sealed": verdict.sealed,
        "newest_seal": verdict.newest_seal,
        "findings": [
            {"fault": finding.fault.value, "at": finding.at} for finding in verdict.findings
        ],
    }


def statement_look(statement: Statement) -> Look:
    """Return a resident's year."""
    look = asdict(statement)
    for line in look["lines"]:
        line["on"] = line["on"].isoformat()
    return look


def honours_look(honours: HonourList) -> Look:
    """Return the honour list of a month, and the groups counted apart."""
    return {**asdict(honours), "month": honours.month.strftime("%Y-%m")}


def paper_look(ledger: PaperLedger, *, booked: int) -> Look:
    """Return what was read on a paper ledger, every mistake in words, and what was booked."""
    return {
        "lines": len(ledger.lines),
        "issued": ledger.issued,
        "spent": ledger.spent,
        "booked": booked,
        "mistakes": [
            {"line": mistake.line, "column": mistake.column, "words": mistake_words(mistake)}
            for mistake in ledger.mistakes
        ],
    }


def mistake_words(mistake: LineMistake) -> str:
    """Say what is wrong on a line of the paper."""
    return both_languages(mistake.wording, found=mistake.found, expected=mistake.expected)


def both_languages(key: str, **slots: str) -> str:
    """Say something to a clerk at the command line, as the community file is answered too."""
    return f"{say(key, 'zh_CN', **slots)} ({say(key, 'en', **slots)})"


def _entry(entry: PointEntryRow, legs: dict[str, int]) -> Look:
    return {
        "number": entry.number,
        "posted_at": entry.posted_at.isoformat(timespec="seconds"),
        "happened_on": entry.happened_on.isoformat() if entry.happened_on else None,
        "reason": entry.reason,
        "recorder": entry.recorder,
        "channel": entry.channel,
        "source": entry.source,
        "source_id": entry.source_id,
        "reverses": entry.reverses,
        "legs": legs,
        "hash": entry.hash,
    }


def _reserved(session: Session, reward_id: int) -> int:
    rows = session.scalars(
        select(RedemptionRow.id).where(
            RedemptionRow.reward_id == reward_id, RedemptionRow.state == "reserved"
        )
    )
    return len(rows.all())
