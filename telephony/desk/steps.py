"""The steps of calls: an event, the player's turn, the service's next document.

No transaction is open while the service is asked: the answer that comes back is dropped if the
call went on without it, since somebody hung up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import Database
from telephony.desk.fields import call_fields
from telephony.desk.lines import (
    LIVE,
    Moment,
    change_state,
    dial_broken,
    dialled,
    end_call,
    held_call,
    take_turn,
)
from telephony.desk.player import Ask, CannotPlay, Event, HungUp, Place, Turn, advance, begin
from telephony.desk.posting import Postman
from telephony.desk.tables import DeskCallRow

_LONGEST_CHAIN = 20  # documents that redirect to one another without being heard
_FORGOTTEN = timedelta(minutes=30)  # a handset whose page was closed hangs up at last


class Steps:
    """Takes the calls of the desk from turn to turn."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        real_clock: Clock,
        postman: Postman,
        *,
        fallback_url: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._real_clock = real_clock
        self._postman = postman
        self._fallback_url = fallback_url

    def moment(self) -> Moment:
        """Return the community's time and the machine's."""
        return Moment(self._clock.now(), self._real_clock.now())

    def step(self, call_id: int, event: Event, turn: int | None = None) -> None:
        """Let one event happen on a call; ``turn`` is the one it was seen from, older is late.

        :raises KeyError: if there is no such call.
        """
        with self._database.transaction() as session:
            call = call_held(session, call_id)
            asks = self._step(session, call, event, turn)
            standing = call.turn
        if asks is not None:
            self.follow(call_id, standing, asks)

    def _step(
        self, session: Session, call: DeskCallRow, event: Event, turn: int | None
    ) -> Ask | None:
        if call.state not in LIVE or (turn is not None and turn != call.turn):
            return None
        if isinstance(event, HungUp) and event.dialled is None:
            event = HungUp(event.spoke, event.asks_action, dial_broken(session, call))
        if call.place:
            following = _advanced(Place.from_json(call.place), event)
        else:  # the service is being asked, or two people talk: only the end of it counts
            following = Turn(ended="hung_up") if isinstance(event, HungUp) else None
        if following is None:
            return None
        return take_turn(session, self.moment(), call, following, event)

    def follow(self, call_id: int, turn: int, asks: Ask) -> None:
        """Ask the service what comes next until it is something to hear, wait for or end by."""
        following: Ask | None = asks
        for _ in range(_LONGEST_CHAIN):
            with self._database.reading() as session:
                fields = _fields(session, call_id)
            document, address = self._document(following, fields)
            with self._database.transaction() as session:
                call = call_held(session, call_id)
                if call.turn != turn or call.state not in LIVE:
                    return  # the call went on without this answer: somebody hung up
                following = self._begin(session, call, document, address)
                turn = call.turn
            if following is None:
                return
        with self._database.transaction() as session:
            end_call(session, self.moment(), call_held(session, call_id), "failed")

    def _begin(
        self, session: Session, call: DeskCallRow, document: str, address: str
    ) -> Ask | None:
        moment = self.moment()
        following = _begun(document, address)
        if call.state == "ringing" and following.ended not in ("busy", "rejected", "failed"):
            change_state(session, moment, call, "in-progress")
        return take_turn(session, moment, call, following)

    def _document(self, asks: Ask | None, fields: dict[str, str]) -> tuple[str, str]:
        """Ask the service, and its fallback where no answer comes; an empty one ends the call."""
        assert asks is not None
        answered = self._postman.ask(asks.url, fields | asks.fields)
        if 200 <= answered.status < 300:
            return answered.body, asks.url
        if not self._fallback_url:
            return "", asks.url
        failure = {"ErrorCode": "11200", "ErrorUrl": asks.url}
        answered = self._postman.ask(self._fallback_url, fields | failure)
        return answered.body if 200 <= answered.status < 300 else "", self._fallback_url

    def settle_dials(self) -> int:
        """Go on with every caller whose dialled legs are over; returns how many."""
        settled = 0
        asked = select(DeskCallRow).where(DeskCallRow.state == "in-progress")
        with self._database.reading() as session:
            waiting = [call for call in session.scalars(asked) if call.waits.get("legs")]
            outcomes = [(call.id, call.turn, dialled(session, call)) for call in waiting]
        for call_id, turn, outcome in outcomes:
            if outcome is not None:
                self.step(call_id, outcome, turn)
                settled += 1
        return settled

    def run(self, now: datetime) -> int:
        """Ring out what rang long enough, hang up what was forgotten; returns how many."""
        done = sum(self._ring_out(call_id, now) for call_id in self._rung_out(now))
        for call_id in self._forgotten(now):
            self.step(call_id, HungUp())
            done += 1
        return done + self.settle_dials()

    def _rung_out(self, now: datetime) -> list[int]:
        asked = select(DeskCallRow.id).where(
            DeskCallRow.state == "ringing", DeskCallRow.ring_until <= now
        )
        with self._database.reading() as session:
            return list(session.scalars(asked.order_by(DeskCallRow.id)))

    def _ring_out(self, call_id: int, now: datetime) -> bool:
        with self._database.transaction() as session:
            call = call_held(session, call_id)
            if call.state != "ringing" or call.ring_until is None or call.ring_until > now:
                return False  # answered meanwhile
            change_state(session, self.moment(), call, "no-answer")
            return True

    def _forgotten(self, now: datetime) -> list[int]:
        asked = select(DeskCallRow.id).where(
            DeskCallRow.state.in_(LIVE),
            DeskCallRow.ring_until.is_(None) | (DeskCallRow.state == "in-progress"),
            DeskCallRow.touched_at <= now - _FORGOTTEN,
        )
        with self._database.reading() as session:
            return list(session.scalars(asked.order_by(DeskCallRow.id)))


def call_held(session: Session, call_id: int) -> DeskCallRow:
    """Return a call and hold its row.

    :raises KeyError: if there is no such call.
    """
    call = held_call(session, call_id)
    if call is None:
        raise KeyError(call_id)
    return call


def _fields(session: Session, call_id: int) -> dict[str, str]:
    call = session.get_one(DeskCallRow, call_id)
    parent = session.get(DeskCallRow, call.parent_id) if call.parent_id else None
    return call_fields(call, parent.sid if parent else None)


def _begun(document: str, address: str) -> Turn:
    try:
        return begin(document, address) if document else Turn(ended="failed")
    except CannotPlay:
        return Turn(ended="failed")


def _advanced(place: Place, event: Event) -> Turn | None:
    try:
        return advance(place, event)
    except CannotPlay:
        return Turn(ended="failed")
