"""The telephone exchange between the desk's phones and the service.

It runs the player's steps against the signed doors and keeps every call in its row, so that any
web worker, the scheduler, a terminal or a test may take the next step.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import Database
from core.phones import PhoneKind, kind_of
from telephony.desk.fields import HIDDEN, machine_fields, media_url, new_sid, text_fields
from telephony.desk.lines import (
    LIVE,
    Moment,
    change_state,
    connect,
    end_call,
    legs_of,
    live_call_of,
    new_call,
    owe,
)
from telephony.desk.looks import CallLook, TextLook, look_at_call, look_at_text
from telephony.desk.player import Ask, Event, Finished, HungUp, Spoke
from telephony.desk.posting import Post, Postman
from telephony.desk.sound import Render, typed_sound, wav_seconds
from telephony.desk.steps import Steps, call_held
from telephony.desk.tables import DeskCallRow, DeskMediaRow, DeskPostRow, DeskTextRow
from telephony.ports import Media, WebhookReader

_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")  # on no telephone, in no database


class LineTaken(Exception):
    """The handset is on another call."""


class CannotText(Exception):
    """A landline and a hidden number send no texts."""


class Exchange:
    """Every call and text between the desk's phones and the service."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        real_clock: Clock,
        webhooks: WebhookReader,
        public_url: str,
        post: Post,
        render: Render | None = None,
        fallback_url: str = "",
    ) -> None:
        """Hold what it stands on.

        :param webhooks: signs (``sign``), with the token that the service checks with.
        :param post: carries one webhook; ``posting.post_over_http``, or a test client's.
        :param render: speaks typed words, so that a recording of them can be played back.
        :param fallback_url: asked where an answer to a call's webhook does not come.
        """
        self._database = database
        self._public_url = public_url.rstrip("/")
        self._postman = Postman(database, clock, real_clock, webhooks, post)
        self._steps = Steps(database, clock, real_clock, self._postman, fallback_url=fallback_url)
        self._render = render

    def start_call(self, phone: str, number: str) -> CallLook:
        """Ring the service's ``number`` from a handset (E.164, or ``fields.HIDDEN``).

        :raises LineTaken: if the handset rings or talks already.
        """
        moment = self._steps.moment()
        with self._database.transaction() as session:
            if phone != HIDDEN and live_call_of(session, phone) is not None:
                raise LineTaken(phone)
            call = new_call(
                session,
                moment,
                kind="inbound",
                phone=phone,
                number=number,
                answer_url=f"{self._public_url}/ivr/inbound",
                status_url=f"{self._public_url}/ivr/status",
                status_events="completed",
            )
        self._steps.follow(call.id, call.turn, Ask(call.answer_url, {}))
        return self._after(call.id)

    def step(self, call_id: int, event: Event, *, turn: int | None = None) -> CallLook:
        """Let one event happen on a call; ``turn`` is the one it was seen from, older is late.

        :raises KeyError: if there is no such call.
        """
        self._steps.step(call_id, event, turn)
        return self._after(call_id)

    def listen(self, call_id: int) -> CallLook:
        """Hear every prompt to its end, until the call waits for its handset or is over."""
        look = self.look(call_id)
        while look.waits.get("kind") == "ear":
            look = self.listen_on(look)
        return look

    def listen_on(self, look: CallLook) -> CallLook:
        """Hear the prompt of this turn to its end, and no further."""
        return self.step(look.id, Finished(), turn=look.turn)

    def speak(
        self,
        call_id: int,
        *,
        words: str = "",
        wav: bytes = b"",
        key: str = "",
        turn: int | None = None,
    ) -> CallLook:
        """Record typed words or a sound, where the call waits for speech; ``key`` ended it.

        :raises KeyError: if there is no such call.
        """
        spoke = self._keep_sound(call_id, words, wav, key)
        return self.step(call_id, spoke or Spoke("", "", 0), turn=turn)

    def hang_up(self, call_id: int, *, words: str = "", wav: bytes = b"") -> CallLook:
        """Break the line from the handset, with what was said into a running recording.

        :raises KeyError: if there is no such call.
        """
        return self.step(call_id, HungUp(self._keep_sound(call_id, words, wav, "")))

    def answer(self, call_id: int, *, machine: bool = False) -> CallLook:
        """Answer a ringing handset, oneself or by its answering machine.

        :raises KeyError: if there is no such call.
        """
        moment = self._steps.moment()
        asks = None
        with self._database.transaction() as session:
            call = call_held(session, call_id)
            if call.state == "ringing" and call.kind != "inbound":
                asks = _pick_up(session, moment, call, machine=machine)
            standing = call.turn
        if asks is not None:
            self._steps.follow(call_id, standing, asks)
        return self._after(call_id)

    def reject(self, call_id: int) -> CallLook:
        """Refuse a ringing handset: the caller meets a busy line.

        :raises KeyError: if there is no such call.
        """
        with self._database.transaction() as session:
            call = call_held(session, call_id)
            if call.state == "ringing" and call.kind != "inbound":
                change_state(session, self._steps.moment(), call, "busy")
        return self._after(call_id)

    def send_text(
        self, phone: str, number: str, words: str, *, pictures: Sequence[Media] = ()
    ) -> TextLook:
        """Text the service from a handset; its reply lies in the inbox afterwards.

        :raises CannotText: from a landline or a hidden number.
        """
        if phone == HIDDEN or kind_of(phone) is PhoneKind.LANDLINE:
            raise CannotText(phone)
        moment = self._steps.moment()
        with self._database.transaction() as session:
            kept = [_kept(moment, "ME", picture) for picture in pictures]
            session.add_all(kept)
            text = _text_from(phone, number, _UNSENDABLE.sub("", words), kept, moment.now)
            session.add(text)
            session.flush()  # the post names the text's id
            post = DeskPostRow(
                url=f"{self._public_url}/sms/inbound",
                fields=text_fields(text, kept),
                text_id=text.id,
                due_at=moment.real_now,
            )
            session.add(post)
        self._postman.deliver_one(post.id)
        self._postman.deliver()
        with self._database.reading() as session:
            return look_at_text(session.get_one(DeskTextRow, text.id))

    def look(self, call_id: int) -> CallLook:
        """Look at a call.

        :raises KeyError: if there is no such call.
        """
        with self._database.reading() as session:
            call = session.get(DeskCallRow, call_id)
            if call is None:
                raise KeyError(call_id)
            return look_at_call(call)

    def live_calls(self, phone: str | None = None) -> list[CallLook]:
        """Look at every call that rings or runs, of one handset or of all."""
        asked = select(DeskCallRow).where(DeskCallRow.state.in_(LIVE)).order_by(DeskCallRow.id)
        if phone is not None:
            asked = asked.where(DeskCallRow.phone == phone)
        with self._database.reading() as session:
            return [look_at_call(call) for call in session.scalars(asked)]

    def ringing(self, phone: str | None = None) -> list[CallLook]:
        """Look at the calls that can be answered, of one handset or of all."""
        return [
            look
            for look in self.live_calls(phone)
            if look.state == "ringing" and look.kind != "inbound"
        ]

    def thread(self, phone: str) -> list[TextLook]:
        """Look at every text of a handset in both directions, oldest first."""
        asked = select(DeskTextRow).where(DeskTextRow.phone == phone).order_by(DeskTextRow.id)
        with self._database.reading() as session:
            return [look_at_text(text) for text in session.scalars(asked)]

    def inbox(self, phone: str) -> list[TextLook]:
        """Look at the texts that a handset received, oldest first."""
        return [text for text in self.thread(phone) if text.direction == "to_phone"]

    def run(self, now: datetime) -> int:
        """Ring out what rang long enough, post what is owed; returns how many things were done."""
        return self._steps.run(now) + self._postman.deliver()

    def next_due(self, session: Session) -> datetime | None:
        """Return when the next phone will have rung out, by the community's clock."""
        return session.scalar(
            select(func.min(DeskCallRow.ring_until)).where(DeskCallRow.state == "ringing")
        )

    def _after(self, call_id: int) -> CallLook:
        """Let what a step set going run to its end, and look at the call."""
        self._steps.settle_dials()
        self._postman.deliver()
        return self.look(call_id)

    def _keep_sound(self, call_id: int, words: str, wav: bytes, key: str) -> Spoke | None:
        """Keep what was said if the call records; None if nothing was, or nothing records."""
        waits = self.look(call_id).waits
        if waits.get("kind") != "speech" or not (words.strip() or wav):
            return None
        sound, seconds = (wav, wav_seconds(wav)) if wav else typed_sound(words, self._render)
        seconds = min(seconds, waits["longest_seconds"])
        moment = self._steps.moment()
        kept = _kept(moment, "RE", Media(sound, "audio/wav"))
        kept.call_id, kept.seconds, kept.typed_words = call_id, seconds, words
        with self._database.transaction() as session:
            session.add(kept)
        return Spoke(kept.sid, media_url(kept.sid), seconds, key, words)


def _pick_up(session: Session, moment: Moment, call: DeskCallRow, *, machine: bool) -> Ask | None:
    change_state(session, moment, call, "in-progress")
    if call.machine_url:
        owe(session, moment, call.machine_url, machine_fields(call, machine=machine))
    parent = session.get(DeskCallRow, call.parent_id) if call.parent_id else None
    for leg in legs_of(session, parent) if parent else ():
        if leg.id != call.id and leg.state == "ringing":
            end_call(session, moment, leg)  # the first who answers takes the call
    if call.answer_url:
        return Ask(call.answer_url, {})
    connect(session, moment, call)
    return None


def _kept(moment: Moment, prefix: str, media: Media) -> DeskMediaRow:
    return DeskMediaRow(
        sid=new_sid(prefix), media_type=media.media_type, content=media.content, at=moment.now
    )


def _text_from(
    phone: str, number: str, words: str, pictures: Sequence[DeskMediaRow], now: datetime
) -> DeskTextRow:
    return DeskTextRow(
        sid=new_sid("SM"),
        phone=phone,
        number=number,
        direction="from_phone",
        words=words,
        pictures=[picture.sid for picture in pictures],
        status="sending",
        at=now,
    )
