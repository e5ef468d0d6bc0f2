"""Prompts that a person spoke: each takes the place of the synthetic one, word for word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.sound.operations import Sound, store_human
from core.sound.tables import HumanPromptRow

_KNOWN = "linli_human_prompts"


def keep_human_prompt(
    session: Session,
    *,
    words: str,
    language: str,
    pace: str,
    hash: str,
    sound: Sound,
    origin: str,
    now: datetime,
) -> None:
    """Let a person's recording be played wherever exactly these words are spoken.

    :param origin: where it came from: a file's name, or ``desk``.
    """
    session.info.pop(_KNOWN, None)
    store_human(session, hash=hash, words=words, language=language, pace=pace, sound=sound, now=now)
    kept = {
        "words": words,
        "language": language,
        "pace": pace,
        "sound_hash": hash,
        "seconds": sound.seconds,
        "origin": origin,
        "recorded_at": now,
    }
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    renewed = {name: kept[name] for name in ("sound_hash", "seconds", "origin", "recorded_at")}
    session.execute(
        dialect.insert(HumanPromptRow)
        .values(**kept)
        .on_conflict_do_update(index_elements=["words", "language", "pace"], set_=renewed)
    )


def forget_human_prompt(session: Session, *, words: str, language: str, pace: str) -> bool:
    """Let the synthetic voice speak these words again; tell whether a person's was there."""
    session.info.pop(_KNOWN, None)
    gone = session.execute(
        delete(HumanPromptRow)
        .where(
            HumanPromptRow.words == words,
            HumanPromptRow.language == language,
            HumanPromptRow.pace == pace,
        )
        .returning(HumanPromptRow.id)
    )
    return bool(gone.all())


def human_hashes(session: Session) -> Mapping[tuple[str, str, str], str]:
    """Return the hash of every recording by words, language and pace.

    They are read once in a transaction, for an answer asks for many.
    """
    if _KNOWN not in session.info:
        table = HumanPromptRow
        rows = session.execute(select(table.words, table.language, table.pace, table.sound_hash))
        session.info[_KNOWN] = {(row[0], row[1], row[2]): row[3] for row in rows}
    known: dict[tuple[str, str, str], str] = session.info[_KNOWN]
    return known
