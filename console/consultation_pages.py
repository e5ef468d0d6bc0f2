"""Consultations 协商: the questions to households, their ballots, the close and the money."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from console.asked import number, once, words
from console.case_entering import read_place
from console.consultation_looks import in_reach, lines_of, look_at, may_ask
from console.exporting import Sheet, download
from console.once import once_only
from console.routes import NUMBER, Route
from console.services import Visit
from core.access.rules import Right
from core.audit.rules import Deed
from core.cases.queries import case_by_number
from core.cases.rules import Channel
from core.cases.tables import CaseRow
from core.cases.visibility import case_in_reach
from core.communities.queries import community_by_id, estates_of
from core.consultations.operations import (
    Draft,
    answer_at_door,
    call_off,
    close_now,
    draft,
    find_household,
    keep_stray,
    open_consultation,
    record_paid,
)
from core.consultations.queries import consultation_by_number, consultations_of
from core.consultations.reading import Matter, read_fen, read_matter
from core.consultations.rules import RULES, Answer, Why, yuan
from core.consultations.tables import ConsultationRow
from core.errors import Refusal
from core.staff.tables import StaffRow
from core.staff.where import Where

_ANSWERS = {answer.value: answer for answer in Answer}


class ConsultationPages:
    """Pages about consultations."""

    def routes(self) -> list[Route]:
        """List them."""
        one = f"/consultations/{NUMBER}"
        needs = Right.CONSULTATIONS
        return [
            Route("GET", "/consultations", self.consultations, needs),
            Route("GET", "/consultations/new", self.new_consultation, needs),
            Route("POST", "/consultations/new", self.ask_households, needs),
            Route("GET", one, self.consultation, needs),
            Route("GET", f"{one}.<any(xlsx, csv):kind>", self.export_ballots, needs),
            Route("POST", f"{one}/ballot", self.enter_ballot, needs),
            Route("POST", f"{one}/paid", self.note_payment, needs),
            Route("POST", f"{one}/close", self.close_consultation, needs),
            Route("POST", f"{one}/stop", self.stop_consultation, needs),
        ]

    def consultations(self, visit: Visit) -> ResponseReturnValue:
        """List them, newest first."""
        with visit.reading() as session:
            rows = reversed(consultations_of(session, visit.access.community_id))
            lines = lines_of(session, [row for row in rows if in_reach(session, visit, row)])
        return visit.page("consultations.html", lines=lines)

    def consultation(
        self, visit: Visit, number: int, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Show one: its count, the recount, every household and every answer."""
        with visit.reading() as session:
            look = look_at(session, visit, _one(session, visit, number))
        return visit.page("consultation.html", status, look=look, problem=problem, once=once())

    def new_consultation(
        self, visit: Visit, problem: str = "", status: int = 200, drafted: Draft | None = None
    ) -> ResponseReturnValue:
        """Ask for a question, its households and its costs."""
        with visit.reading() as session:
            case = _case(session, visit)
            shown = {
                "estates": estates_of(session, visit.access.community_id),
                "case": case,
                "given": request.form,
                "once": words("once", 64) or once(),
            }
        return visit.page(
            "consultation_new.html",
            status,
            problem=problem,
            drafted=drafted,
            rules=list(RULES),
            **shown,
        )

    def ask_households(self, visit: Visit) -> ResponseReturnValue:
        """Show what would be asked; at the second press, ask."""
        try:
            with visit.writing() as session:
                drafted = self._draft(session, visit)
                if words("step", 10) == "open":
                    opened = once_only(session, visit, lambda: self._open(session, visit, drafted))
                    return visit.go("consultation", said="asked", number=opened)
                session.expunge_all()  # the draft is shown after the transaction
        except Refusal as refusal:
            return self.new_consultation(visit, visit.explain(refusal), 422)
        return self.new_consultation(visit, drafted=drafted)

    def enter_ballot(self, visit: Visit, number: int) -> ResponseReturnValue:
        """Take an answer that somebody collected at the door."""
        room, answer = words("room", 40), _ANSWERS.get(words("answer", 20))
        problem, said = "", "ballot"
        with visit.writing() as session:
            row = _one(session, visit, number)
            if answer is None:
                problem = visit.words.t("consultation.which_answer")
            else:
                problem, why = self._take(session, visit, row, room, answer)
                said = "ballot_late" if why is Why.LATE else "ballot"
        if problem:
            return self.consultation(visit, number, problem, 422)
        return visit.go("consultation", said=said, number=number)

    def note_payment(self, visit: Visit, number: int) -> ResponseReturnValue:
        """Note that a household paid, or take the note back."""
        try:
            with visit.writing() as session:
                row = _one(session, visit, number)
                household = find_household(session, row, words("room", 40))
                before = household.paid_fen
                record_paid(
                    session,
                    consultation=row,
                    household=household,
                    staff=session.get_one(StaffRow, visit.access.staff_id),
                    fen=0 if request.form.get("undo") == "1" else _fen("yuan"),
                    now=visit.now,
                )
                visit.note(
                    session,
                    Deed.CHANGED,
                    "consultation",
                    str(number),
                    before={"place": household.place, "paid": yuan(before)},
                    after={"place": household.place, "paid": yuan(household.paid_fen)},
                )
        except Refusal as refusal:
            return self.consultation(visit, number, visit.explain(refusal), 422)
        return visit.go("consultation", said="saved", number=number)

    def close_consultation(self, visit: Visit, number: int) -> ResponseReturnValue:
        """Close before its time, with the result told to everybody."""
        return self._end(visit, number, closes=True)

    def stop_consultation(self, visit: Visit, number: int) -> ResponseReturnValue:
        """Call it off: nothing of it counts."""
        return self._end(visit, number, closes=False)

    def export_ballots(self, visit: Visit, number: int, kind: str) -> ResponseReturnValue:
        """Give the households with their ballots and shares as a spreadsheet."""
        with visit.writing() as session:
            look = look_at(session, visit, _one(session, visit, number))
            visit.note(session, Deed.EXPORTED, "consultation", f"{number}.{kind}")
            session.expunge_all()
        t = visit.words.t
        heading = [t(f"consultation.{name}") for name in _COLUMNS]
        lines = [
            [
                home.row.place,
                home.row.area / 100 if home.row.area else "",
                visit.words.name("answer", home.row.answer) if home.row.answer else "",
                visit.words.stamp(home.row.answered_at),
                "" if home.row.share_fen is None else home.row.share_fen / 100,
                home.row.paid_fen / 100,
                visit.words.name("told_by", home.row.told) if home.row.told else "",
            ]
            for home in look.homes
        ]
        name = f"consultation-{number}"
        return download(Sheet(t("nav.consultations"), heading, lines), kind, name)

    def _draft(self, session: Session, visit: Visit) -> Draft:
        community = community_by_id(session, visit.access.community_id)
        estates = {row.id: row for row in estates_of(session, community.id)}
        estate, written = estates.get(number("estate") or 0), words("place", 40)
        place = read_place(written)
        if estate is None or (written and not place):
            raise Refusal("console.consultation.which_place")
        drafted = draft(
            session,
            community=community,
            staff=session.get_one(StaffRow, visit.access.staff_id),
            where=Where(estate, place),
            matter=_matter(),
            now=visit.now,
        )
        if not may_ask(session, visit, drafted):
            raise Refusal("console.consultation.other_grid")
        return drafted

    def _open(self, session: Session, visit: Visit, drafted: Draft) -> int:
        opened = open_consultation(
            session,
            community=community_by_id(session, visit.access.community_id),
            staff=session.get_one(StaffRow, visit.access.staff_id),
            drafted=drafted,
            case=_case(session, visit),
            channel=Channel.CONSOLE,
            now=visit.now,
        )
        after = {"where": opened.where, "words": opened.words}
        visit.note(session, Deed.ADDED, "consultation", str(opened.number), after=after)
        return opened.number

    def _take(
        self, session: Session, visit: Visit, row: ConsultationRow, room: str, answer: Answer
    ) -> tuple[str, Why]:
        staff, said = session.get_one(StaffRow, visit.access.staff_id), words("words", 300)
        given: dict[str, Any] = {
            "consultation": row,
            "staff": staff,
            "answer": answer,
            "words": said,
        }
        try:
            taken = answer_at_door(session, **given, room=room, now=visit.now)
        except Refusal as refusal:
            keep_stray(session, **given, place=room, now=visit.now)
            return visit.explain(refusal), Why.NOT_ASKED
        after = {"place": taken.household.place if taken.household else room, "answer": answer}
        visit.note(session, Deed.CHANGED, "consultation", str(row.number), after=after)
        return "", taken.why

    def _end(self, visit: Visit, number: int, *, closes: bool) -> ResponseReturnValue:
        try:
            with visit.writing() as session:
                row = _one(session, visit, number)
                (close_now if closes else call_off)(session, row, now=visit.now)
                after = {"state": row.state}
                visit.note(session, Deed.ENDED, "consultation", str(number), after=after)
        except Refusal as refusal:
            return self.consultation(visit, number, visit.explain(refusal), 409)
        said = "consultation_closed" if closes else "consultation_stopped"
        return visit.go("consultation", said=said, number=number)


_COLUMNS = ("place", "area", "answer", "answered_at", "share", "paid", "told")


def _matter() -> Matter:
    """Read the question; what the fields of the form say goes before what its words say."""
    read = read_matter(words("words", 200))
    chosen: dict[str, Any] = {"words": words("words", 200)}
    if number("days") is not None:
        chosen["days"] = number("days")
    if words("rule", 20) in RULES:
        chosen["rule"] = words("rule", 20)
    for field, named in (("total_fen", "total"), ("each_fen", "each")):
        fen = _fen(named)
        if fen is not None:
            chosen[field] = fen
    return dataclasses.replace(read, **chosen)


def _fen(field: str) -> int | None:
    written = words(field, 20)
    return read_fen(written) if written else None


def _one(session: Session, visit: Visit, number: int) -> ConsultationRow:
    row = consultation_by_number(session, visit.access.community_id, number)
    if row is None or not in_reach(session, visit, row):
        abort(404)
    return row


def _case(session: Session, visit: Visit) -> CaseRow | None:
    """Return the case that it is asked about, if its number was given and it is in reach."""
    named = number("case")
    if named is None or case_by_number(session, visit.access.community_id, named) is None:
        return None
    return case_in_reach(session, visit.access, named)
