"""What a telephone asks for: its language, its pace, no more surveys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.residents.tables import PhoneLineRow


def line_for(session: Session, community_id: int, phone: str) -> PhoneLineRow:
    """Return the wishes of a telephone, begun empty at the first one."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    session.execute(
        insert(PhoneLineRow)
        .values(community_id=community_id, phone=phone, slow=False)
        .on_conflict_do_nothing()  # two webhooks of one phone at the same instant
    )
    return session.get_one(PhoneLineRow, (community_id, phone))


def opt_out(session: Session, community_id: int, phone: str, now: datetime) -> None:
    """Stop surveys and notices to this phone; cases and emergencies stay."""
    line_for(session, community_id, phone).opted_out_at = now
    session.flush()


def opt_in(session: Session, community_id: int, phone: str) -> None:
    """Undo an opt-out (恢复)."""
    line_for(session, community_id, phone).opted_out_at = None
    session.flush()


def is_opted_out(session: Session, community_id: int, phone: str) -> bool:
    """Tell whether this phone wants no surveys and notices."""
    line = session.get(PhoneLineRow, (community_id, phone))
    return line is not None and line.opted_out_at is not None


def remember_language(session: Session, community_id: int, phone: str, language: str) -> None:
    """Speak and text ``language`` to this phone from now on."""
    line_for(session, community_id, phone).language = language
    session.flush()


def remember_pace(session: Session, community_id: int, phone: str, *, slow: bool) -> None:
    """Speak slowly (说慢点), or at the normal pace again, to this phone from now on."""
    line_for(session, community_id, phone).slow = slow
    session.flush()


def mark_wrong_number(session: Session, community_id: int, phone: str, now: datetime) -> None:
    """Note that a stranger answers here: nobody rings it any more until staff correct it."""
    line_for(session, community_id, phone).wrong_number_at = now
    session.flush()
