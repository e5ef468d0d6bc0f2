"""Reads of an office's own wording."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.rewording.tables import OwnWordingRow


def version_of(session: Session) -> int:
    """Return the version of the wording; 0 where nothing was ever changed."""
    return session.scalar(select(func.max(OwnWordingRow.version))) or 0


def own_words(session: Session) -> dict[str, dict[str, str]]:
    """Return the office's own sentences: language → key → words."""
    found: dict[str, dict[str, str]] = {}
    for row in session.scalars(select(OwnWordingRow).where(OwnWordingRow.words != "")):
        found.setdefault(row.language, {})[row.key] = row.words
    return found
