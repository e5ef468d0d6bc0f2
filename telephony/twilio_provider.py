"""The provider with Twilio's API: cloud telephony, or any compatible service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from telephony.ports import (
    Accepted,
    CallToPlace,
    DeliveryFailed,
    Found,
    IsOther,
    Media,
    TextToSend,
)
from telephony.setup import NumberWebhooks
from telephony.signatures import SigningKeys, TokenSignatures
from telephony.twilio_errors import failures_told
from telephony.twilio_http import BoundedSession, QuietHttpClient
from telephony.twilio_media import MediaDoor
from telephony.twilio_record import TwilioRecord
from telephony.twiml import cleaned

API_BASE = "https://api.twilio.com"
_PAGE = 50
_MOST_LOOKED_AT = 200
_CLOCKS_DIFFER = timedelta(seconds=5)  # theirs are whole seconds, and not ours
_CALL_STEPS = ["initiated", "ringing", "answered", "completed"]
_NOT_IN_PROGRESS = 21220  # "Invalid call state": it has ended already


class TwilioProvider:
    """Sends, rings, fetches and checks signatures through one account.

    :raises ValueError: for a blank account or token.
    """

    name = "twilio"

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        api_base: str = API_BASE,
        *,
        total_seconds: float = 15.0,
        signed_with: SigningKeys | None = None,
        media_hosts: Sequence[str] = (),
    ) -> None:
        if not account_sid.strip():
            raise ValueError("the provider needs an account")
        self._signatures = TokenSignatures(signed_with or auth_token)
        base = api_base.rstrip("/")
        session = BoundedSession(base, total_seconds=total_seconds)
        self._media = MediaDoor(
            session, base=base, auth=(account_sid, auth_token), hosts=media_hosts
        )
        # An environment of our own: the SDK would else take a region out of the process's.
        self._client = Client(
            account_sid,
            auth_token,
            http_client=QuietHttpClient(session),
            environment={"TWILIO_ACCOUNT_SID": account_sid},
        )
        self._client.api.base_url = base
        self.record = TwilioRecord(self._client, base)

    def send_text(self, message: TextToSend) -> Accepted:
        """Hand one text over.

        :raises DeliveryFailed: if it was refused or its fate is unknown.
        """
        with failures_told():
            sent = self._client.messages.create(
                to=message.to,
                from_=message.sender,
                body=cleaned(message.words),
                status_callback=message.status_url,
            )
            return Accepted(provider_id=_sid(sent), status=str(sent.status))

    def find_text(
        self, message: TextToSend, *, since: datetime, is_other: IsOther | None = None
    ) -> Found | None:
        """Look up a text whose fate is unknown, by receiver, time and words.

        :raises DeliveryFailed: if the provider cannot be asked now.
        """
        with failures_told():
            # Not by the date of sending: a text that still waits at the provider has none.
            newest_first = self._client.messages.stream(
                to=message.to, from_=message.sender, page_size=_PAGE
            )
            for sent in _since(newest_first, since):
                if sent.body == cleaned(message.words) and _may_be_it(sent, is_other):
                    return _found(sent, str(sent.error_code or ""))
        return None

    def place_call(self, call: CallToPlace) -> Accepted:
        """Start one call.

        :raises DeliveryFailed: if it was refused or its fate is unknown.
        """
        with failures_told():
            placed = self._client.calls.create(
                to=call.to,
                from_=call.sender,
                url=call.answer_url,
                method="POST",
                timeout=call.ring_seconds,
                status_callback=call.status_url,
                status_callback_method="POST",
                status_callback_event=_CALL_STEPS,
                **_machine_detection(call.machine_url),
            )
            return Accepted(provider_id=_sid(placed), status=str(placed.status))

    def find_call(
        self, call: CallToPlace, *, since: datetime, is_other: IsOther | None = None
    ) -> Found | None:
        """Look up a call whose fate is unknown, by receiver and time.

        :raises DeliveryFailed: if the provider cannot be asked now.
        """
        with failures_told():
            newest_first = self._client.calls.stream(to=call.to, from_=call.sender, page_size=_PAGE)
            made = (one for one in _since(newest_first, since) if _may_be_it(one, is_other))
            placed = next(made, None)
            return None if placed is None else _found(placed)

    def end_call(self, provider_id: str) -> None:
        """End a call that rings or runs; an ended one stays as it is.

        :raises DeliveryFailed: if the provider cannot be asked now.
        """
        with failures_told():
            try:
                self._client.calls(provider_id).update(status="completed")
            except TwilioRestException as error:
                if error.status != 404 and error.code != _NOT_IN_PROGRESS:
                    raise

    def fetch(self, url: str) -> Media:
        """Fetch a recording or picture, with our credentials only from the provider's own host.

        :raises DeliveryFailed: if it is not there (yet), too large, or not the provider's.
        """
        return self._media.fetch(url)

    def is_genuine(
        self, url: str, fields: Mapping[str, str], signature: str | None, *, settings: str = ""
    ) -> bool:
        """Tell whether a webhook is the provider's; never raises."""
        return self._signatures.is_genuine(url, fields, signature, settings=settings)

    def sign(self, url: str, fields: Mapping[str, str]) -> str:
        """Return the signature of a genuine webhook."""
        return self._signatures.sign(url, fields)

    def point_number(self, number: str, webhooks: NumberWebhooks) -> None:
        """Tell the provider where a number of ours asks what to do.

        :raises DeliveryFailed: if the account has no such number, or cannot be asked.
        """
        with failures_told():
            found = self._client.incoming_phone_numbers.list(phone_number=number, limit=1)
            if not found:
                raise DeliveryFailed("the account has no such number", retryable=False)
            self._client.incoming_phone_numbers(str(found[0].sid)).update(
                voice_url=webhooks.voice_url,
                voice_method="POST",
                voice_fallback_url=webhooks.voice_fallback_url,
                voice_fallback_method="POST",
                status_callback=webhooks.status_callback,
                status_callback_method="POST",
                sms_url=webhooks.sms_url,
                sms_method="POST",
                sms_fallback_url=webhooks.sms_fallback_url,
                sms_fallback_method="POST",
            )


def _machine_detection(machine_url: str | None) -> dict[str, Any]:
    """Ask for a label that comes while the call goes on: nobody waits for a machine's verdict."""
    if machine_url is None:
        return {}
    return {
        "machine_detection": "Enable",
        "async_amd": "true",
        "async_amd_status_callback": machine_url,
        "async_amd_status_callback_method": "POST",
    }


def _since(newest_first: Any, since: datetime) -> list[Any]:
    """Return what was made at or after ``since``, as far back as anybody would look."""
    earliest = since - _CLOCKS_DIFFER
    found = []
    for made in islice(newest_first, _MOST_LOOKED_AT):
        created = made.date_created
        if created is not None and created.replace(tzinfo=created.tzinfo or UTC) < earliest:
            break
        found.append(made)
    return found


def _may_be_it(made: Any, is_other: IsOther | None) -> bool:
    """Tell whether we began it by the API (a reply to a webhook has no row), and for no other."""
    if made.direction not in (None, "outbound-api"):
        return False
    return is_other is None or not is_other(_sid(made))


def _found(made: Any, reason: str = "") -> Found:
    return Found(provider_id=_sid(made), status=str(made.status), reason=reason)


def _sid(made: Any) -> str:
    if not made.sid:
        raise ValueError("the provider gave no name to it")
    return str(made.sid)
