"""Printing cards for the door, and the poster."""

from __future__ import annotations

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from console.asked import number, words
from console.cards import card_of, cards_page, every_door, poster_page
from console.printing import NoPrinter, as_pdf, as_picture
from console.routes import Route
from console.services import Visit
from core.access.rules import Reach, Right
from core.audit.rules import Deed
from core.communities.queries import community_by_id, estates_of, grid_of_place
from core.forms.operations import form_code

_MOST = 400  # cards in one go; an estate of more is printed by stairs


class CardPages:
    """Pages about cards."""

    def routes(self) -> list[Route]:
        """List them."""
        return [
            Route("GET", "/cards", self.cards, Right.CARDS),
            Route("POST", "/cards.pdf", self.print_cards, Right.CARDS),
            Route("POST", "/poster.png", self.print_poster, Right.CARDS),
            Route("POST", "/cards/form", self.show_form, Right.CARDS),
        ]

    def cards(self, visit: Visit, problem: str = "", status: int = 200) -> ResponseReturnValue:
        """Ask for which households."""
        with visit.reading() as session:
            estates = estates_of(session, visit.access.community_id)
        return visit.page("cards.html", status, estates=estates, problem=problem)

    def print_cards(self, visit: Visit) -> ResponseReturnValue:
        """Give the cards of a stair as PDF."""
        estate_id, stair = number("estate"), words("stair", 20)
        with visit.writing() as session:
            community = community_by_id(session, visit.access.community_id)
            estates = [row for row in estates_of(session, community.id) if row.id == estate_id]
            doors = [
                door
                for door in every_door(session, community, estates, stair)
                if self._is_ours(visit, grid_of_place(session, door.estate.id, door.place))
            ]
            if not doors or len(doors) > _MOST:
                problem = visit.words.t("cards.none" if not doors else "cards.too_many", most=_MOST)
                return self.cards(visit, problem, 422)
            made = [
                card_of(
                    session,
                    community,
                    door,
                    public_url=visit.console.public_url,
                    now=visit.now,
                )
                for door in doors
            ]
            visit.note(session, Deed.PRINTED, "cards", stair or str(estate_id))
        return self._give(visit, cards_page(made, whole_sheets=words("size", 4) != "a6"))

    def print_poster(self, visit: Visit) -> ResponseReturnValue:
        """Give the poster for the chat group."""
        with visit.writing() as session:
            community = community_by_id(session, visit.access.community_id)
            card = card_of(
                session, community, None, public_url=visit.console.public_url, now=visit.now
            )
            visit.note(session, Deed.PRINTED, "poster", community.key)
        try:
            picture = as_picture(as_pdf(poster_page(card)))
        except NoPrinter as missing:
            return visit.page("no_printer.html", 501, reason=str(missing))
        answer = Response(picture, mimetype="image/png")
        answer.headers["Content-Disposition"] = 'attachment; filename="poster.png"'
        return answer

    def show_form(self, visit: Visit) -> ResponseReturnValue:
        """Go to the form that the poster's code leads to."""
        with visit.writing() as session:
            community = community_by_id(session, visit.access.community_id)
            code = form_code(session, community, estate=None, place="", now=visit.now)
        return redirect(url_for("form.form", code=code.code), code=303)

    def _give(self, visit: Visit, page: str) -> ResponseReturnValue:
        try:
            answer = Response(as_pdf(page), mimetype="application/pdf")
        except NoPrinter as missing:
            return visit.page("no_printer.html", 501, reason=str(missing))
        answer.headers["Content-Disposition"] = 'attachment; filename="cards.pdf"'
        return answer

    def _is_ours(self, visit: Visit, grid: object) -> bool:
        grid_id = getattr(grid, "id", None)
        return visit.access.reach(Right.CARDS) is Reach.ALL or grid_id in visit.access.grid_ids
