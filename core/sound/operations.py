"""Keeps sound, and remembers which spoken pieces will be needed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, Protocol

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.db import Base
from core.sound.tables import PromptWantedRow, SoundRow

PERSONAL_LASTS = timedelta(hours=24)
_TRY_AGAIN_AFTER = timedelta(hours=1)
_STORED = "linli_sound_stored"


class Sound(Protocol):
    """A piece of sound about to be kept."""

    @property
    def audio(self) -> bytes:
        """The bytes, as ``media_type`` says."""
        ...

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        ...


@dataclass(frozen=True)
class Wanted:
    """A spoken piece that waits to be rendered."""

    id: int
    words: str
    language: str
    pace: str
    personal: bool


@dataclass(frozen=True)
class Asked:
    """A spoken piece that will be needed; a ``personal`` one names somebody."""

    words: str
    language: str
    pace: str = "normal"
    personal: bool = False

    @property
    def key(self) -> str:
        """Name it, so that asking twice is asking once."""
        named = json.dumps([self.words, self.language, self.pace])
        return hashlib.sha256(named.encode()).hexdigest()


def want_prompt(
    session: Session,
    *,
    words: str,
    language: str,
    pace: str = "normal",
    personal: bool = False,
    now: datetime,
) -> None:
    """Ask for one spoken piece before anybody waits for it; asking twice is asking once."""
    want_prompts(session, [Asked(words, language, pace, personal)], now=now)


def want_prompts(session: Session, asked: Sequence[Asked], *, now: datetime) -> None:
    """Ask for spoken pieces; one that was rendered or has failed lately is asked for anew."""
    by_key = {one.key: one for one in asked}
    keys = [key for key in sorted(by_key) if _may_touch(session, key)]
    if not keys:
        return
    table = PromptWantedRow
    rows = [_row_of(by_key[key], now) for key in keys]
    insert = _dialect(session).insert(table).values(rows)
    again = or_(table.state == "rendered", table.wanted_at <= now - _TRY_AGAIN_AFTER)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["hash"], set_={"state": "wanted", "wanted_at": now}, where=again
        )
    )


def _row_of(asked: Asked, now: datetime) -> dict[str, Any]:
    return {
        "hash": asked.key,
        "words": asked.words,
        "language": asked.language,
        "pace": asked.pace,
        "personal": asked.personal,
        "state": "wanted",
        "reason": "",
        "wanted_at": now,
    }


def _may_touch(session: Session, key: str) -> bool:
    """Take the turn at one piece without waiting, since two that ask crosswise would for ever."""
    if session.get_bind().dialect.name != "postgresql":
        return True  # one writer at a time
    turn = int(key[:15], 16)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(turn))))


def claim_wanted(session: Session, *, limit: int) -> list[Wanted]:
    """Return the pieces that were asked for last: somebody may be on the line who will hear them.

    They stay wanted until they are settled: two renderers may make the same piece, which costs
    a moment of work, while a lease of a process that died would cost a caller the piece.
    """
    rows = session.scalars(
        select(PromptWantedRow)
        .where(PromptWantedRow.state == "wanted")
        .order_by(PromptWantedRow.wanted_at.desc(), PromptWantedRow.id)
        .limit(limit)
    )
    return [Wanted(row.id, row.words, row.language, row.pace, row.personal) for row in rows]


def settle_wanted(session: Session, wanted_id: int, *, reason: str = "") -> None:
    """Note that a piece was rendered, or with ``reason`` that it could not be.

    A personal piece that was rendered is forgotten here, since its words name somebody.
    """
    row = session.get(PromptWantedRow, wanted_id)
    if row is None:
        return
    if row.personal and not reason:
        session.delete(row)
        return
    row.state, row.reason = ("failed", reason) if reason else ("rendered", "")


def store_prompt(
    session: Session,
    *,
    hash: str,
    words: str,
    language: str,
    pace: str,
    voice: str,
    sound: Sound,
    personal: bool,
    now: datetime,
) -> None:
    """Keep a rendered prompt; a personal one lasts 24 hours from now."""
    kept = {
        "hash": hash,
        "kind": "prompt",
        "media_type": "audio/wav",
        "words": words,
        "language": language,
        "pace": pace,
        "voice": voice,
        "audio": sound.audio,
        "seconds": sound.seconds,
        "created_at": now,
        "expires_at": now + PERSONAL_LASTS if personal else None,
    }
    _insert(session, SoundRow, kept, update=("audio", "seconds", "created_at", "expires_at"))


def store_recording(
    session: Session,
    *,
    hash: str,
    media_type: str,
    audio: bytes,
    seconds: float,
    words: str = "",
    now: datetime,
) -> None:
    """Keep what a caller said; keeping it again changes nothing."""
    kept = {
        "hash": hash,
        "kind": "recording",
        "media_type": media_type,
        "words": words,
        "language": "",
        "pace": "",
        "voice": "",
        "audio": audio,
        "seconds": seconds,
        "created_at": now,
        "expires_at": None,
    }
    _insert(session, SoundRow, kept, update=())


def store_human(
    session: Session,
    *,
    hash: str,
    words: str,
    language: str,
    pace: str,
    sound: Sound,
    now: datetime,
) -> None:
    """Keep what a person spoke for us; its hash is of what it holds."""
    kept = {
        "hash": hash,
        "kind": "human",
        "media_type": "audio/wav",
        "words": words,
        "language": language,
        "pace": pace,
        "voice": "human",
        "audio": sound.audio,
        "seconds": sound.seconds,
        "created_at": now,
        "expires_at": None,
    }
    _insert(session, SoundRow, kept, update=())


def has_stored(session: Session) -> bool:
    """Tell whether this transaction stored a sound, which is not there for others yet."""
    return _STORED in session.info


def forget_expired(session: Session, *, now: datetime) -> int:
    """Delete the clips with names whose 24 hours are over; returns how many."""
    found = session.scalars(select(SoundRow.hash).where(SoundRow.expires_at <= now)).all()
    session.execute(delete(SoundRow).where(SoundRow.hash.in_(found)))
    stale = now - PERSONAL_LASTS
    session.execute(
        delete(PromptWantedRow).where(
            PromptWantedRow.personal.is_(True), PromptWantedRow.wanted_at <= stale
        )
    )
    return len(found)


def _insert(
    session: Session, table: type[Base], row: Mapping[str, Any], *, update: tuple[str, ...]
) -> None:
    """Insert, or leave what another process inserted first (with ``update`` renewed)."""
    session.info[_STORED] = True
    insert = _dialect(session).insert(table).values(**row)
    if update:
        renewed = {name: row[name] for name in update}
        statement = insert.on_conflict_do_update(index_elements=["hash"], set_=renewed)
    else:
        statement = insert.on_conflict_do_nothing(index_elements=["hash"])
    session.execute(statement)


def _dialect(session: Session) -> ModuleType:
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
