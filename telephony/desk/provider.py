"""The provider in the browser: texts and calls are rows, and /desk shows them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from core.clock import Clock
from core.db import Database
from core.phones import PhoneKind, kind_of
from telephony.desk.fields import media_sid, new_sid, text_status_fields
from telephony.desk.lines import Moment, end_call, held_call, new_call, owe
from telephony.desk.tables import DeskCallRow, DeskMediaRow, DeskTextRow
from telephony.ports import Accepted, CallToPlace, DeliveryFailed, Found, IsOther, Media, TextToSend
from telephony.signatures import SigningKeys, TokenSignatures

_NO_MOBILE = "21614"  # Twilio's code for a number that cannot be texted


class DeskProvider(TokenSignatures):
    """Implements ``telephony.ports.Provider`` on the desk's rows.

    ``clock`` is the community's: a phone rings by it; ``real_clock`` says when a webhook is due.
    """

    name = "desk"

    def __init__(
        self,
        database: Database,
        clock: Clock,
        signed_with: str | SigningKeys,
        *,
        real_clock: Clock,
    ) -> None:
        super().__init__(signed_with)
        self._database = database
        self._clock = clock
        self._real_clock = real_clock

    def send_text(self, message: TextToSend) -> Accepted:
        """Put a text on a phone; the exchange posts its status callbacks later.

        :raises DeliveryFailed: for a landline, which no text reaches.
        """
        if kind_of(message.to) is PhoneKind.LANDLINE:
            raise DeliveryFailed(_NO_MOBILE, retryable=False)
        moment = self._moment()
        text = DeskTextRow(
            sid=new_sid("SM"),
            phone=message.to,
            number=message.sender,
            direction="to_phone",
            words=message.words,
            pictures=[],
            status="delivered",
            status_url=message.status_url,
            at=moment.now,
        )
        with self._database.transaction() as session:
            session.add(text)
            for status in ("sent", "delivered"):
                owe(session, moment, message.status_url, text_status_fields(text, status))
        return Accepted(text.sid, "queued")

    def find_text(
        self,
        message: TextToSend,
        *,
        since: datetime,  # noqa: ARG002 - the port's; the status address is unique already
        is_other: IsOther | None = None,  # noqa: ARG002 - the port's, likewise
    ) -> Found | None:
        """Look up a text; its status address names the row and the attempt, so it is found."""
        asked = select(DeskTextRow).where(
            DeskTextRow.phone == message.to,
            DeskTextRow.status_url == message.status_url,
            DeskTextRow.words == message.words,
        )
        with self._database.reading() as session:
            text = session.scalars(asked.limit(1)).first()
            return Found(text.sid, text.status) if text else None

    def place_call(self, call: CallToPlace) -> Accepted:
        """Let a phone ring; whoever sits at the desk may answer it."""
        moment = self._moment()
        with self._database.transaction() as session:
            row = new_call(
                session,
                moment,
                kind="outbound",
                phone=call.to,
                number=call.sender,
                answer_url=call.answer_url,
                status_url=call.status_url,
                machine_url=call.machine_url or "",
                ring_seconds=call.ring_seconds,
            )
            return Accepted(row.sid, "queued")

    def find_call(
        self,
        call: CallToPlace,
        *,
        since: datetime,  # noqa: ARG002 - the port's; the status address is unique already
        is_other: IsOther | None = None,  # noqa: ARG002 - the port's, likewise
    ) -> Found | None:
        """Look up a call; its status address names the row and the attempt, so it is found."""
        asked = select(DeskCallRow).where(
            DeskCallRow.phone == call.to,
            DeskCallRow.status_url == call.status_url,
        )
        with self._database.reading() as session:
            row = session.scalars(asked.limit(1)).first()
            return Found(row.sid, row.state) if row else None

    def end_call(self, provider_id: str) -> None:
        """End a call that rings or runs; an ended one stays as it is."""
        asked = select(DeskCallRow.id).where(DeskCallRow.sid == provider_id)
        moment = self._moment()
        with self._database.transaction() as session:
            call_id = session.scalar(asked)
            call = held_call(session, call_id) if call_id is not None else None
            if call is not None:
                end_call(session, moment, call)

    def fetch(self, url: str) -> Media:
        """Give a caller's recording or a picture.

        :raises DeliveryFailed: if the address is not the desk's or nothing is there.
        """
        sid = media_sid(url)
        if sid is None:
            raise DeliveryFailed("not the desk's address", retryable=False)
        with self._database.reading() as session:
            media = session.scalars(select(DeskMediaRow).where(DeskMediaRow.sid == sid)).first()
            if media is None:
                raise DeliveryFailed("404", retryable=True)
            return Media(media.content, media.media_type)

    def _moment(self) -> Moment:
        return Moment(self._clock.now(), self._real_clock.now())
