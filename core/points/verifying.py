"""Checking a points book: any change, deletion, insertion, reordering or cut tail is found."""

from __future__ import annotations

import enum
import hmac
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.points.chain import anchors_of
from core.points.guards import missing
from core.points.links import START, EntryFacts, entry_hash, seal_of, shown_seal
from core.points.rules import AccountKind, RedemptionState
from core.points.tables import (
    ParticipationRow,
    PointAccountRow,
    PointBookRow,
    PointEntryRow,
    PointLegRow,
    RedemptionRow,
)

Legs = dict[int, dict[str, int]]  # entry number → account name → amount


class Fault(enum.StrEnum):
    """What was found wrong."""

    MISSING = "missing"  # an entry is not there
    CHANGED = "changed"  # an entry does not read as it did when it was written
    BROKEN_LINK = "broken_link"  # an entry does not follow on the one before
    CUT = "cut"  # the book ends before it ended once
    UNBALANCED = "unbalanced"  # legs that do not sum to zero, or without an entry
    BALANCE = "balance"  # an account does not hold what its legs say, or is somebody else's
    ANCHOR = "anchor"  # a daily anchor was changed, or does not fit the book
    REVERSAL = "reversal"  # a reversal is not its entry turned round
    EVIDENCE = "evidence"  # a redemption or attendance goes back to an entry that is not there
    GUARD = "guard"  # the database refuses less than it should
    SEAL = "seal"  # a seal that somebody kept is not in the book


@dataclass(frozen=True)
class Finding:
    """One fault, and the number of the entry or anchor (or the name of the account) it is at."""

    fault: Fault
    at: str


@dataclass(frozen=True)
class Verdict:
    """What a check of one book found."""

    entries: int
    anchors: int
    sealed: int  # entries under the newest anchor; what came since is only chained
    newest_seal: str  # as it was texted: 3F7A-9C21
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing was found."""
        return not self.findings


@dataclass(frozen=True)
class _Book:
    """A whole book as it stands in the database."""

    row: PointBookRow
    entries: Mapping[int, PointEntryRow]
    legs: Legs


def verify_book(
    session: Session,
    community_id: int,
    *,
    secret: bytes,
    earlier: Sequence[bytes] = (),
    kept_seals: Mapping[int, str] | None = None,
) -> Verdict:
    """Check a whole book against itself, its anchors, and seals that somebody kept.

    ``earlier`` are keys of seals that were in force before ``secret``. ``kept_seals`` are those of
    texts: number of entries → the seal as it stands there.
    """
    row = session.get(PointBookRow, community_id, populate_existing=True)
    if row is None:
        return Verdict(0, 0, 0, "", ())
    book = _Book(row, _entries(session, community_id), _legs(session, community_id))
    anchors = anchors_of(session, community_id)
    findings = (
        *_chain_faults(book),
        *_leg_faults(book),
        *_reversal_faults(book),
        *_balance_faults(session, community_id),
        *_anchor_faults(session, book, (secret, *earlier)),
        *_evidence_faults(session, book),
        *_held_faults(session, community_id),
        *(Finding(Fault.GUARD, name) for name in missing(session.connection())),
        *_seal_faults(session, community_id, kept_seals or {}),
    )
    sealed, newest = (anchors[-1].entries, shown_seal(anchors[-1].seal)) if anchors else (0, "")
    return Verdict(len(book.entries), len(anchors), sealed, newest, findings)


def _entries(session: Session, community_id: int) -> dict[int, PointEntryRow]:
    rows = session.scalars(
        select(PointEntryRow)
        .where(PointEntryRow.community_id == community_id)
        .order_by(PointEntryRow.number)
        .execution_options(populate_existing=True)
    )
    return {row.number: row for row in rows}


def _legs(session: Session, community_id: int) -> Legs:
    rows = session.execute(
        select(PointLegRow.entry, PointAccountRow.name, PointLegRow.amount)
        .join(PointAccountRow, PointAccountRow.id == PointLegRow.account_id)
        .where(PointLegRow.community_id == community_id)
    )
    legs: Legs = defaultdict(dict)
    for entry, name, amount in rows:
        legs[entry][name] = amount
    return legs


def _chain_faults(book: _Book) -> Iterator[Finding]:
    head = START
    for number in range(1, max(book.row.entries, *book.entries, 0) + 1):
        entry = book.entries.get(number)
        if entry is None:
            fault = Fault.MISSING if number < max(book.entries, default=0) else Fault.CUT
            yield Finding(fault, str(number))
            continue
        if entry.previous != head:
            yield Finding(Fault.BROKEN_LINK, str(number))
        if entry.hash != entry_hash(_facts(entry, book.legs), entry.previous):
            yield Finding(Fault.CHANGED, str(number))
        head = entry.hash
    if (book.row.entries, book.row.head) != (max(book.entries, default=0), head):
        yield Finding(Fault.CUT, str(book.row.entries))


def _facts(entry: PointEntryRow, legs: Legs) -> EntryFacts:
    names = EntryFacts.__dataclass_fields__.keys() - {"legs"}
    columns = {name: getattr(entry, name) for name in names}
    return EntryFacts(**columns, legs=legs.get(entry.number, {}))


def _leg_faults(book: _Book) -> Iterator[Finding]:
    for number in sorted(book.legs.keys() | book.entries.keys()):
        amounts = book.legs.get(number, {}).values()
        if number not in book.entries or len(amounts) < 2 or sum(amounts) != 0:
            yield Finding(Fault.UNBALANCED, str(number))


def _reversal_faults(book: _Book) -> Iterator[Finding]:
    undone = Counter(entry.reverses for entry in book.entries.values() if entry.reverses)
    for number, entry in book.entries.items():
        if entry.reverses is None:
            continue
        turned = {name: -amount for name, amount in book.legs.get(entry.reverses, {}).items()}
        if undone[entry.reverses] > 1 or turned != book.legs.get(number, {}):
            yield Finding(Fault.REVERSAL, str(number))


def _balance_faults(session: Session, community_id: int) -> Iterator[Finding]:
    summed = func.coalesce(func.sum(PointLegRow.amount), 0)
    rows = session.execute(
        select(PointAccountRow, summed)
        .outerjoin(PointLegRow, PointLegRow.account_id == PointAccountRow.id)
        .where(PointAccountRow.community_id == community_id)
        .group_by(PointAccountRow.id)
        .order_by(PointAccountRow.id)
    )
    for row, total in rows:
        is_negative = row.balance < 0 and row.kind != AccountKind.ISSUING
        kind, _, label = row.name.partition(":")
        is_renamed = kind != row.kind or row.resident_id not in (None, _number(label))
        if row.balance != total or is_negative or is_renamed:
            yield Finding(Fault.BALANCE, row.name)


def _number(label: str) -> int:
    return int(label) if label.isdecimal() else 0


def _anchor_faults(session: Session, book: _Book, secrets: Sequence[bytes]) -> Iterator[Finding]:
    previous = START
    for position, anchor in enumerate(anchors_of(session, book.row.community_id), start=1):
        seals = [
            seal_of(
                secret,
                community_id=anchor.community_id,
                number=position,
                day=anchor.day,
                entries=anchor.entries,
                head=anchor.head,
                previous=previous,
            )
            for secret in secrets
        ]
        is_ours = any(hmac.compare_digest(seal, anchor.seal) for seal in seals)
        entry = book.entries.get(anchor.entries)
        if not is_ours or anchor.number != position:
            yield Finding(Fault.ANCHOR, str(anchor.number))
        elif anchor.entries and entry is None:
            yield Finding(Fault.CUT, str(anchor.entries))
        elif entry is not None and entry.hash != anchor.head:
            yield Finding(Fault.ANCHOR, str(anchor.number))
        previous = anchor.seal


def _evidence_faults(session: Session, book: _Book) -> Iterator[Finding]:
    """Look at what happened outside the book: whoever cuts it must have cut that too."""
    community_id = book.row.community_id
    redemptions = session.scalars(
        select(RedemptionRow).where(RedemptionRow.community_id == community_id)
    )
    for redemption in redemptions:
        settled = redemption.state != RedemptionState.RESERVED
        needed = {redemption.reserve_entry, *([redemption.settle_entry] if settled else [])}
        if not needed <= book.entries.keys():
            yield Finding(Fault.EVIDENCE, f"redemption:{redemption.number}")
    posted = session.scalars(
        select(ParticipationRow).where(
            ParticipationRow.community_id == community_id, ParticipationRow.entry.is_not(None)
        )
    )
    for row in posted:
        if row.entry not in book.entries:
            yield Finding(Fault.EVIDENCE, f"participation:{row.id}")


def _held_faults(session: Session, community_id: int) -> Iterator[Finding]:
    """Look whether what is held on an account is what waits to be fetched."""
    waiting = Counter[int | None]()
    for resident_id, price in session.execute(
        select(RedemptionRow.resident_id, RedemptionRow.price).where(
            RedemptionRow.community_id == community_id,
            RedemptionRow.state == RedemptionState.RESERVED,
        )
    ):
        waiting[resident_id] += price
    held = session.execute(
        select(PointAccountRow.resident_id, PointAccountRow.name, PointAccountRow.balance).where(
            PointAccountRow.community_id == community_id,
            PointAccountRow.kind == AccountKind.RESERVED,
        )
    )
    for owner, name, balance in held:
        if balance != waiting[owner]:
            yield Finding(Fault.EVIDENCE, name)


def _seal_faults(
    session: Session, community_id: int, kept_seals: Mapping[int, str]
) -> Iterator[Finding]:
    there = {(row.entries, shown_seal(row.seal)) for row in anchors_of(session, community_id)}
    for entries, seal in kept_seals.items():
        if (entries, seal.strip().upper()) not in there:
            yield Finding(Fault.SEAL, str(entries))
