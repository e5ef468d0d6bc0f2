"""The board, the search, one case, its recordings, and entering one for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from console.asked import choice, day, number, once, words
from console.case_entering import enter
from console.case_looks import lines_of, look_at, templates_of
from console.case_moves import MOVES, make_move
from console.routes import NUMBER, Route
from console.services import Visit
from core.access.rules import Right
from core.audit.rules import Deed
from core.calls.queries import recordings_of_case
from core.cases.finding import Filters, board, counts, newest, search
from core.cases.rules import Category, Channel, Urgency
from core.cases.tables import CaseRow
from core.cases.visibility import case_in_reach
from core.communities.queries import estates_of, grids_of
from core.errors import Refusal
from core.forms.queries import files_of_case
from core.forms.tables import FormFileRow
from core.sound.tables import SoundRow
from core.staff.queries import staff_of

_SHOWN_STATUSES = ("dispatched", "accepted", "awaiting_confirmation", "closed", "withdrawn")


class CasePages:
    """Pages about cases."""

    def routes(self) -> list[Route]:
        """List them."""
        return [
            Route("GET", "", self.board, Right.CASES),
            Route("GET", "/board", self.live_board, Right.CASES),
            Route("GET", "/cases", self.all_cases, Right.CASES),
            Route("GET", "/cases/new", self.new_case, Right.ENTER_CASES),
            Route("POST", "/cases/new", self.enter_case, Right.ENTER_CASES),
            Route("GET", f"/cases/{NUMBER}", self.case, Right.CASES),
            Route("GET", f"/cases/{NUMBER}/live", self.live_case, Right.CASES),
            Route("POST", f"/cases/{NUMBER}/<move>", self.move, Right.MOVE_CASES),
            Route(
                "GET",
                f"/cases/{NUMBER}/files/<int(max=2147483647):file_id>",
                self.form_file,
                Right.CASES,
            ),
            Route(
                "GET",
                f"/cases/{NUMBER}/recordings/<int(max=2147483647):recording_id>",
                self.recording,
                Right.RECORDINGS,
            ),
        ]

    def board(self, visit: Visit) -> ResponseReturnValue:
        """Show what is open, by its clock."""
        return visit.page("board.html", **self._board(visit))

    def live_board(self, visit: Visit) -> ResponseReturnValue:
        """Show the board alone, for the page that asks every few seconds."""
        return visit.page("board_list.html", **self._board(visit))

    def all_cases(self, visit: Visit) -> ResponseReturnValue:
        """List every case, newest first, or those that a search finds."""
        asked = words("q", 200)
        filters = read_filters()
        with visit.reading() as session:
            if asked:
                found = search(session, visit.access, asked, filters, now=visit.now)
            else:
                found = newest(session, visit.access, filters, now=visit.now, below=number("below"))
            shown = {
                "lines": lines_of(session, visit, found.cases),
                **_choices(session, visit),
            }
        last = found.cases[-1].number if found.more and not asked and found.cases else None
        return visit.page(
            "cases.html", q=asked, filters=filters, below=last, more=found.more, **shown
        )

    def case(self, visit: Visit, number: int) -> ResponseReturnValue:
        """Show one case."""
        return self._case(visit, number)

    def live_case(self, visit: Visit, number: int) -> ResponseReturnValue:
        """Show what happened to a case, for the page that asks every few seconds."""
        with _case_of(visit, number) as (session, row):
            look = look_at(session, visit, row)
        return visit.page("case_history.html", look=look)

    def move(self, visit: Visit, number: int, move: str) -> ResponseReturnValue:
        """Do what a button says."""
        if move not in MOVES:
            abort(404)
        try:
            with visit.writing() as session:
                row = case_in_reach(session, visit.access, number, right=Right.MOVE_CASES)
                if row is None:
                    abort(404)
                said = make_move(session, visit, row, move)
        except Refusal as refusal:
            return self._case(visit, number, problem=visit.explain(refusal), status=409)
        return visit.go("case", said=said, number=number)

    def recording(self, visit: Visit, number: int, recording_id: int) -> ResponseReturnValue:
        """Give the sound of a recording; the log keeps who heard it."""
        with visit.writing() as session:
            row = case_in_reach(session, visit.access, number, right=Right.RECORDINGS)
            found = recordings_of_case(session, row.id) if row is not None else []
            chosen = next((sound for sound in found if sound.id == recording_id), None)
            kept = session.get(SoundRow, chosen.sound_hash) if chosen else None
            if kept is None:
                abort(404)
            if request.headers.get("Range", "bytes=0-").startswith("bytes=0-"):
                visit.note(session, Deed.HEARD, "case", str(number))
            audio, media_type = bytes(kept.audio), kept.media_type
        answer = Response(audio, mimetype=media_type)
        answer.headers["Accept-Ranges"] = "none"
        return answer

    def form_file(self, visit: Visit, number: int, file_id: int) -> ResponseReturnValue:
        """Give a photo or a voice note that came through the form."""
        with _case_of(visit, number) as (session, row):
            kept = session.get(FormFileRow, file_id)
            if kept is None or kept.case_id != row.id:
                abort(404)
            answer = Response(bytes(kept.content), mimetype=kept.media_type)
        answer.headers["Content-Disposition"] = "inline"
        return answer

    def new_case(self, visit: Visit, problem: str = "", status: int = 200) -> ResponseReturnValue:
        """Ask for a case of somebody at the counter or on the telephone."""
        with visit.reading() as session:
            choices = _choices(session, visit)
        return visit.page(
            "case_new.html", status, problem=problem, given=request.form, once=once(), **choices
        )

    def enter_case(self, visit: Visit) -> ResponseReturnValue:
        """Open it."""
        try:
            with visit.writing() as session:
                entered = enter(session, visit)
        except Refusal as refusal:
            return self.new_case(visit, visit.explain(refusal), 422)
        return visit.go("case", said="entered", number=entered)

    def _board(self, visit: Visit) -> dict[str, Any]:
        filters = read_filters()
        asked: dict[str, Any] = request.args.to_dict(flat=False)
        with visit.reading() as session:
            return {
                "lines": lines_of(
                    session, visit, board(session, visit.access, filters, now=visit.now)
                ),
                "counts": counts(session, visit.access, now=visit.now),
                "filters": filters,
                "live": url_for("console.live_board", **asked),
                **_choices(session, visit),
            }

    def _case(
        self, visit: Visit, number: int, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        with _case_of(visit, number) as (session, row):
            look = look_at(session, visit, row)
            files = files_of_case(session, row.id)
        return visit.page(
            "case.html",
            status,
            look=look,
            files=files,
            problem=problem,
            once=once(),
            given=request.form,
            replies=templates_of(visit, look),
            categories=list(Category),
        )


def read_filters() -> Filters:
    """Read from the address what a list is narrowed to; what cannot be is left out."""
    return Filters(
        statuses=tuple(s for s in request.args.getlist("status") if s in _SHOWN_STATUSES),
        category=choice("category", Category),
        urgency=choice("urgency", Urgency),
        channel=choice("channel", Channel),
        estate_id=number("estate"),
        grid_id=number("grid"),
        assignee_id=number("holder"),
        late=request.args.get("late") == "1",
        received_from=day("from"),
        received_until=day("until"),
    )


@contextmanager
def _case_of(visit: Visit, number: int) -> Iterator[tuple[Session, CaseRow]]:
    """Read one case that this person may see; a guessed number is no case."""
    with visit.reading() as session:
        row = case_in_reach(session, visit.access, number)
        if row is None:
            abort(404)
        yield session, row


def _choices(session: Session, visit: Visit) -> dict[str, Any]:
    community_id = visit.access.community_id
    return {
        "estates": estates_of(session, community_id),
        "grids": grids_of(session, community_id),
        "people": staff_of(session, community_id),
        "categories": list(Category),
        "channels": [Channel.SMS, Channel.CALL, Channel.FORM, Channel.STAFF, Channel.CONSOLE],
        "statuses": _SHOWN_STATUSES,
    }
