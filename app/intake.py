"""What comes in: the doors' hands, the spool behind them, and what was missed meanwhile."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from app.opening import sealing_of_files
from ivr.doors import Doors
from ivr.entrance import Entrance, Fallback
from sms.answering import TextIn
from sms.taking import TextTaker
from sms.web import TextsKept
from sms.web import take_late as take_text_late
from telephony.fallback_texts import FallbackTexts
from telephony.ports import CallReceived, TextReceived
from telephony.spool import Spool, Unstored

if TYPE_CHECKING:
    from app.config import Settings

_log = structlog.stdlib.get_logger(__name__)
_LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class Intake:
    """Takes in what comes late, once under its key, through the same hands as its doors."""

    texts: TextTaker
    calls: Entrance
    kept: TextsKept

    @property
    def spool(self) -> Spool:
        """Where webhooks wait that could not be stored."""
        return self.kept.spool

    def take_in(self) -> int:
        """Take in what waits in the spool; return how much it was."""
        return self.spool.take_in(self._take)

    def take_text(self, received: TextReceived, *, at: datetime) -> None:
        """Take in a text that the provider has and we may not."""
        text_in = TextIn(received.provider_id, received.sender, received.to, received.words)
        self.texts.take_late(text_in, at=at)

    def take_call(self, received: CallReceived, *, at: datetime) -> None:
        """Take in a call that the provider has and we may not: what was said, then its end."""
        fields = {"CallSid": received.provider_id, "From": received.sender, "To": received.to}
        for sound in received.recordings:
            recorded = {
                **fields,
                "RecordingSid": sound.provider_id,
                "RecordingUrl": sound.url,
                "RecordingDuration": str(sound.seconds),
                "RecordingStatus": "completed",
            }
            self.calls.take_late(Unstored("ivr.recording", recorded, {}, at))
        ended = {**fields, "CallStatus": received.status}
        self.calls.take_late(Unstored("ivr.status", ended, {}, at))

    def watch(self) -> None:
        """Look into the spool every two seconds, in a thread that ends with its process."""

        def look() -> None:
            while True:
                try:
                    self.take_in()
                except Exception as error:  # the next look tries again
                    _log.error("spool.look_failed", error=type(error).__name__)
                time.sleep(_LOOK_SECONDS)

        threading.Thread(target=look, name="spool", daemon=True).start()

    def _take(self, webhook: Unstored) -> None:
        if webhook.door.startswith("sms."):
            take_text_late(self.texts, webhook)
        else:
            self.calls.take_late(webhook)


def make_intake(settings: Settings, texts: TextTaker, doors: Doors, fallback: Fallback) -> Intake:
    """Make the hands of the doors, over one spool under LINLI_VAR."""
    spool = Spool(settings.var / "spool", sealing_of_files(settings))
    return Intake(
        texts=texts,
        calls=Entrance(texts.database, doors, fallback, spool),
        kept=TextsKept(spool, make_fallback_texts(settings)),
    )


def make_fallback_texts(settings: Settings) -> FallbackTexts:
    """Make what reads and writes how texts are signed while the database is away."""
    return FallbackTexts(settings.var / "fallback")
