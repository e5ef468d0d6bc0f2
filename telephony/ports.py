"""The port between Linli and whatever carries its texts and calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class TextToSend:
    """A text for one phone. ``status_url`` carries the outbox row and the attempt."""

    sender: str  # E.164, the community's number
    to: str  # E.164
    words: str
    status_url: str


@dataclass(frozen=True)
class CallToPlace:
    """A call to one phone. The provider asks ``answer_url`` what to play once it is answered."""

    sender: str
    to: str
    answer_url: str
    status_url: str
    ring_seconds: int = 30
    machine_url: str | None = None  # where the provider posts its label; None: no detection


@dataclass(frozen=True)
class Accepted:
    """The provider took it; ``provider_id`` is its name for it (a Sid)."""

    provider_id: str
    status: str = "queued"


@dataclass(frozen=True)
class Found:
    """What the provider knows of something sent earlier, when we looked it up."""

    provider_id: str
    status: str
    reason: str = ""


class DeliveryFailed(Exception):
    """A provider refused, or nobody knows what it did.

    ``retryable``: trying again later can help. ``unknown``: the provider may have taken it (a
    time-out, a 5xx), so it must be looked up before anything is sent again. ``down``: the fault
    is the provider's and not this message's, so others would fare alike. ``too_many``: we are to
    be slower.
    """

    def __init__(
        self,
        reason: str,
        *,
        retryable: bool,
        unknown: bool = False,
        down: bool = False,
        too_many: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable
        self.unknown = unknown
        self.down = down
        self.too_many = too_many


IsOther = Callable[[str], bool]


class SmsSender(Protocol):
    """Sends texts."""

    def send_text(self, message: TextToSend) -> Accepted:
        """Hand one text over.

        :raises DeliveryFailed: if it was refused or its fate is unknown.
        """
        ...

    def find_text(
        self, message: TextToSend, *, since: datetime, is_other: IsOther | None = None
    ) -> Found | None:
        """Look up a text whose fate is unknown, by receiver, time and words.

        ``is_other`` tells by the provider's id what is known to be another text of ours.

        :raises DeliveryFailed: if the provider cannot be asked now.
        """
        ...


class CallPlacer(Protocol):
    """Places calls."""

    def place_call(self, call: CallToPlace) -> Accepted:
        """Start one call.

        :raises DeliveryFailed: if it was refused or its fate is unknown.
        """
        ...

    def find_call(
        self, call: CallToPlace, *, since: datetime, is_other: IsOther | None = None
    ) -> Found | None:
        """Look up a call whose fate is unknown, by receiver and time; ``is_other`` as for texts.

        :raises DeliveryFailed: if the provider cannot be asked now.
        """
        ...

    def end_call(self, provider_id: str) -> None:
        """End a call that rings or runs; an ended one stays as it is."""
        ...


@dataclass(frozen=True)
class Media:
    """A recording or a picture as the provider gave it."""

    content: bytes
    media_type: str


class MediaFetcher(Protocol):
    """Fetches recordings and pictures."""

    def fetch(self, url: str) -> Media:
        """Fetch one, with our credentials and only from the provider's own hosts.

        :raises DeliveryFailed: if it is not there (yet), too large, or not the provider's.
        """
        ...


@dataclass(frozen=True)
class TextReceived:
    """A text that somebody sent us, as the provider's record has it."""

    provider_id: str
    sender: str
    to: str
    words: str
    at: datetime  # by the provider's clock


@dataclass(frozen=True)
class SoundReceived:
    """A recording of a call, as the provider's record has it."""

    provider_id: str
    url: str
    seconds: int


@dataclass(frozen=True)
class CallReceived:
    """A call that somebody made to us and that has ended, as the provider's record has it."""

    provider_id: str
    sender: str
    to: str
    status: str
    at: datetime  # by the provider's clock
    recordings: tuple[SoundReceived, ...] = ()


class InboundRecord(Protocol):
    """A provider that keeps a record of what came in, so that nothing is missed for good."""

    def texts_received(self, number: str, *, since: datetime) -> Sequence[TextReceived]:
        """Return the texts to a number of ours since an instant, oldest first.

        :raises DeliveryFailed: if the provider cannot be asked now.
        """
        ...

    def calls_received(self, number: str, *, since: datetime) -> Sequence[CallReceived]:
        """Return the ended calls to a number of ours since an instant, oldest first, unheard.

        :raises DeliveryFailed: if the provider cannot be asked now.
        """
        ...

    def with_recordings(self, call: CallReceived) -> CallReceived:
        """Return the call with what was recorded in it.

        :raises DeliveryFailed: if the provider cannot be asked now.
        """
        ...


class WebhookReader(Protocol):
    """Tells a genuine webhook from a forged one."""

    def is_genuine(
        self, url: str, fields: Mapping[str, str], signature: str | None, *, settings: str = ""
    ) -> bool:
        """Tell whether ``signature`` is the provider's for this address and these fields.

        ``settings`` says with which key it was signed, where that is no account token. ``url``
        is the public address with its raw path and query. Never raises: whatever is missing or
        broken is not genuine.
        """
        ...

    def sign(self, url: str, fields: Mapping[str, str]) -> str:
        """Return the signature that a genuine webhook would carry (the desk signs with it)."""
        ...


class Provider(SmsSender, CallPlacer, MediaFetcher, WebhookReader, Protocol):
    """Everything a provider does for us."""

    name: str
