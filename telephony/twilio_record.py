"""What came in, out of the provider's own record: for what our doors missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from telephony.ports import CallReceived, SoundReceived, TextReceived
from telephony.twilio_errors import failures_told

_PAGE = 200
_ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


class TwilioRecord:
    """Reads the lists of messages and calls of one account."""

    def __init__(self, client: Any, base: str) -> None:
        self._client = client
        self._base = base

    def texts_received(self, number: str, *, since: datetime) -> list[TextReceived]:
        """Return the texts to a number of ours since an instant, oldest first.

        :raises DeliveryFailed: if the provider cannot be asked now.
        """
        with failures_told():
            listed = self._client.messages.stream(to=number, date_sent_after=since, page_size=_PAGE)
            found = [
                TextReceived(
                    provider_id=str(one.sid),
                    sender=str(one.from_ or ""),
                    to=number,
                    words=str(one.body or ""),
                    at=_instant(one.date_sent or one.date_created),
                )
                for one in listed
                if one.direction == "inbound"
            ]
        return sorted(found, key=lambda text: text.at)

    def calls_received(self, number: str, *, since: datetime) -> list[CallReceived]:
        """Return the ended calls to a number of ours since an instant, oldest first, unheard.

        :raises DeliveryFailed: if the provider cannot be asked now.
        """
        with failures_told():
            listed = self._client.calls.stream(to=number, start_time_after=since, page_size=_PAGE)
            found = list(_calls(listed, number))
        return sorted(found, key=lambda call: call.at)

    def with_recordings(self, call: CallReceived) -> CallReceived:
        """Return the call with what was recorded in it.

        :raises DeliveryFailed: if the provider cannot be asked now.
        """
        with failures_told():
            sounds = tuple(
                SoundReceived(str(one.sid), self._address(str(one.uri)), int(one.duration or 0))
                for one in self._client.calls(call.provider_id).recordings.list()
            )
        return replace(call, recordings=sounds)

    def _address(self, uri: str) -> str:
        return self._base + uri.removesuffix(".json")


def _calls(listed: Iterable[Any], number: str) -> Iterable[CallReceived]:
    for one in listed:
        if one.direction == "inbound" and str(one.status) in _ENDED:
            yield CallReceived(
                provider_id=str(one.sid),
                sender=str(getattr(one, "_from", "") or ""),  # the SDK names it so for calls
                to=number,
                status=str(one.status),
                at=_instant(one.start_time or one.date_created),
            )


def _instant(at: datetime) -> datetime:
    return at.replace(tzinfo=at.tzinfo or UTC)
