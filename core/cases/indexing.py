"""Keeps by what a case is found, in the transaction that writes its words."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.cases.grams import grams_of, phone_grams, place_grams
from core.cases.tables import CaseGramRow, CaseRow


def index_case(session: Session, case: CaseRow, words: str) -> None:
    """Let a case be found by ``words``, its place and its telephone."""
    grams = (*grams_of(words), *place_grams(case.place), *phone_grams(case.phone))
    if not grams:
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [
        {"community_id": case.community_id, "gram": gram, "case_id": case.id}
        for gram in dict.fromkeys(grams)
    ]
    session.execute(insert(CaseGramRow).values(rows).on_conflict_do_nothing())
