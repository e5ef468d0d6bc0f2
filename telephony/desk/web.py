"""The desk's page and what it asks for: phones, calls, texts, clock and cases, as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import Clock
from core.communities.tables import CommunityRow
from core.db import Database
from telephony.desk.asked import Asked, Unusable, asked_community, read_event
from telephony.desk.exchange import CannotText, Exchange, LineTaken
from telephony.desk.lock import for_the_desk
from telephony.desk.looks import CallLook
from telephony.desk.phonebook import desk_communities, moving_to, unread_counts
from telephony.desk.prompts import PromptViews
from telephony.desk.tables import DeskMediaRow, DeskTextRow
from telephony.speech.prompt_book import PromptBook

_HERE = Path(__file__).parent
_LONGEST_MOVE = timedelta(days=31)
_THREAD = 60  # texts of a handset that the page shows
_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True)
class DeskOffice:
    """What lives above telephony, handed in by app; an int is a community's id."""

    is_allowed: Callable[[], bool]  # the desk is the provider and a demo community is loaded
    cases_look: Callable[[Session, int], list[dict[str, Any]]]  # newest last
    next_morning: Callable[[Session, int, datetime], datetime]  # next working day, 10:30
    move_clock: Callable[[datetime], None]  # sets it walking; returns at once
    stop_clock: Callable[[], None]  # lets it stand where it is
    tasks_look: Callable[[Session, int], list[dict[str, Any]]]  # newest last


def make_blueprint(
    database: Database,
    clock: Clock,
    exchange: Exchange,
    office: DeskOffice,
    book: PromptBook,
    public_url: str,
) -> Blueprint:
    """Make /desk and /desk/api; each of its routes is for a demo, on this machine."""
    here = public_url.rstrip("/")
    desk = Desk(database, clock, exchange, office, here)
    prompts = PromptViews(database, book, here)
    blueprint = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates")
    guard = for_the_desk(office.is_allowed)
    for method, rule, view in (*desk.routes(), *prompts.routes()):
        blueprint.add_url_rule(rule, view.__name__, guard(view), methods=[method])
    blueprint.after_request(_with_policy)
    return blueprint


@dataclass(frozen=True)
class Desk:
    """The views of the desk."""

    database: Database
    clock: Clock
    exchange: Exchange
    office: DeskOffice
    public_url: str

    def routes(self) -> list[tuple[str, str, Callable[..., ResponseReturnValue]]]:
        """List every route: method, rule, view."""
        return [
            ("GET", "", self.page),
            ("GET", "/static/<path:name>", self.static),
            ("GET", "/api/phones", self.phones),
            ("GET", "/api/state", self.state),
            ("GET", "/api/media/<sid>", self.media),
            ("POST", "/api/calls", self.ring),
            ("POST", "/api/calls/<int(max=2147483647):call_id>/step", self.step),
            ("POST", "/api/calls/<int(max=2147483647):call_id>/speak", self.speak),
            ("POST", "/api/calls/<int(max=2147483647):call_id>/answer", self.answer),
            ("POST", "/api/calls/<int(max=2147483647):call_id>/reject", self.reject),
            ("POST", "/api/calls/<int(max=2147483647):call_id>/hang-up", self.hang_up),
            ("POST", "/api/texts", self.text),
            ("POST", "/api/read", self.read),
            ("POST", "/api/clock", self.move_clock),
            ("POST", "/api/clock/stop", self.stop_clock),
        ]

    def page(self) -> ResponseReturnValue:
        """Show the phones."""
        return render_template("desk.html")

    def static(self, name: str) -> ResponseReturnValue:
        """Give the page's style, scripts and pictures."""
        return send_from_directory(_HERE / "static", name)

    def phones(self) -> ResponseReturnValue:
        """List the demo communities with everybody's handset."""
        with self.database.reading() as session:
            return jsonify([community.as_json() for community in desk_communities(session)])

    def state(self) -> ResponseReturnValue:
        """Show everything that changes; ``phone`` names the handsets in view."""
        community_id = asked_community()
        phones = request.args.getlist("phone")[:4]
        live = self.exchange.live_calls()
        with self.database.reading() as session:
            cases = self._cases(session, community_id)
            shown = {
                "now": self.clock.now().isoformat(),
                "moving_to": moving_to(session),
                "unread": unread_counts(session),
                "cases": cases[-50:],
                "tasks": self._open_tasks(session, community_id),
            }
        return jsonify(
            shown
            | {
                "calls": [self._call(look) for look in live],
                "threads": {phone: self._thread(phone) for phone in phones},
            }
        )

    def media(self, sid: str) -> ResponseReturnValue:
        """Give a picture or a recording of the desk."""
        with self.database.reading() as session:
            kept = session.scalars(select(DeskMediaRow).where(DeskMediaRow.sid == sid)).first()
            if kept is None:
                abort(404)
            return Response(kept.content, mimetype=kept.media_type)

    def ring(self) -> ResponseReturnValue:
        """Ring the service from a handset."""
        asked = Asked.read()
        try:
            look = self.exchange.start_call(asked.phone("phone"), asked.phone("number"))
        except LineTaken:
            return jsonify({"error": "line_taken"}), 409
        return jsonify(self._call(look))

    def step(self, call_id: int) -> ResponseReturnValue:
        """Let a key, a silence or the end of a prompt happen."""
        asked = Asked.read()
        turn = asked.whole("turn")
        return self._after(lambda: self.exchange.step(call_id, read_event(asked), turn=turn))

    def speak(self, call_id: int) -> ResponseReturnValue:
        """Record what was spoken or typed."""
        asked = Asked.read()
        return self._after(
            lambda: self.exchange.speak(
                call_id,
                words=asked.word("words"),
                wav=asked.wav("wav"),
                key=asked.key("key"),
                turn=asked.whole("turn"),
            )
        )

    def answer(self, call_id: int) -> ResponseReturnValue:
        """Answer a handset that rings."""
        machine = bool(Asked.read().given.get("machine"))
        return self._after(lambda: self.exchange.answer(call_id, machine=machine))

    def reject(self, call_id: int) -> ResponseReturnValue:
        """Refuse a handset that rings."""
        return self._after(lambda: self.exchange.reject(call_id))

    def hang_up(self, call_id: int) -> ResponseReturnValue:
        """Hang up, with what was said into a running recording."""
        asked = Asked.read()
        return self._after(
            lambda: self.exchange.hang_up(call_id, words=asked.word("words"), wav=asked.wav("wav"))
        )

    def text(self) -> ResponseReturnValue:
        """Text the service from a handset."""
        asked = Asked.read()
        try:
            look = self.exchange.send_text(
                asked.phone("phone"),
                asked.phone("number"),
                asked.word("words"),
                pictures=asked.pictures("pictures"),
            )
        except CannotText:
            return jsonify({"error": "cannot_text"}), 409
        return jsonify(look.as_json())

    def read(self) -> ResponseReturnValue:
        """Mark the texts of a handset as read."""
        asked = Asked.read()
        unread = update(DeskTextRow).where(
            DeskTextRow.phone == asked.word("phone"),
            DeskTextRow.id <= (asked.whole("last") or 0),
            DeskTextRow.read_at.is_(None),
        )
        with self.database.transaction() as session:
            session.execute(unread.values(read_at=self.clock.now()))
        return jsonify({})

    def move_clock(self) -> ResponseReturnValue:
        """Set the demo's clock walking: by minutes, or to the next working morning."""
        asked = Asked.read()
        now = self.clock.now()
        minutes = asked.whole("minutes")
        if minutes is not None:
            ahead = timedelta(minutes=minutes)
        else:
            ahead = self._next_morning(asked.whole("community") or 0, now) - now
        if not timedelta() < ahead <= _LONGEST_MOVE:
            raise Unusable("that is not a little later")
        target = now + ahead
        self.office.move_clock(target)
        return jsonify({"moving_to": target.isoformat()})

    def stop_clock(self) -> ResponseReturnValue:
        """Let the demo's clock stand where its walk has come to."""
        self.office.stop_clock()
        return jsonify({"moving_to": None})

    def _next_morning(self, community_id: int, now: datetime) -> datetime:
        with self.database.reading() as session:
            try:
                return self.office.next_morning(session, community_id, now)
            except LookupError as error:
                raise Unusable("community") from error

    def _after(self, move: Callable[[], CallLook]) -> ResponseReturnValue:
        try:
            return jsonify(self._call(move()))
        except KeyError:
            return jsonify({"error": "no_such_call"}), 404

    def _call(self, look: CallLook) -> dict[str, Any]:
        """Show a call; sounds of our own are asked for by path, as the page's policy wants it."""
        shown = look.as_json()
        shown["heard"] = [
            piece | {"url": piece["url"].removeprefix(self.public_url)} if "url" in piece else piece
            for piece in look.heard
        ]
        return shown

    def _cases(self, session: Session, community_id: int | None) -> list[dict[str, Any]]:
        if not _is_demo(session, community_id):
            return []
        return self.office.cases_look(session, community_id or 0)

    def _open_tasks(self, session: Session, community_id: int | None) -> list[dict[str, Any]]:
        if not _is_demo(session, community_id):
            return []
        tasks = self.office.tasks_look(session, community_id or 0)
        return [task for task in tasks if task["state"] == "open"]

    def _thread(self, phone: str) -> list[dict[str, Any]]:
        return [look.as_json() for look in self.exchange.thread(phone)[-_THREAD:]]


def _is_demo(session: Session, community_id: int | None) -> bool:
    community = session.get(CommunityRow, community_id or 0)
    return community is not None and community.demo


def _with_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if response.mimetype in ("application/json", "text/html"):
        response.headers["Cache-Control"] = "no-store"
    else:
        response.headers["Cache-Control"] = "no-cache"
    return response
