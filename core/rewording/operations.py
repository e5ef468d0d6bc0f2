"""Changing a sentence, and giving the shipped one back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.rewording.queries import version_of
from core.rewording.tables import OwnWordingRow


def reword(session: Session, *, key: str, language: str, words: str, now: datetime) -> str:
    """Say ``key`` in the office's own words, which were checked; empty: in the shipped ones.

    Returns the office's own words of before, empty if there were none.
    """
    row = session.get(OwnWordingRow, (key, language), with_for_update=True)
    version = version_of(session) + 1
    if row is None:
        row = OwnWordingRow(key=key, language=language, words="", version=version, at=now)
        session.add(row)
    before = row.words
    row.words, row.version, row.at = words, version, now
    session.flush()
    return before
