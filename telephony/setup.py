"""Where a number at the provider asks what to do: printed for a clerk, or set at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Protocol

from telephony.ports import DeliveryFailed

# Connection overrides: asked again three times after a 5xx, or if no connection or answer came.
# https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
RETRIES = "#rc=3&rp=5xx,ct,rt"


@dataclass(frozen=True)
class NumberWebhooks:
    """The addresses of one number, under the provider's names for them; all are asked by POST."""

    voice_url: str
    voice_fallback_url: str
    status_callback: str
    sms_url: str
    sms_fallback_url: str


class PointsNumbers(Protocol):
    """A provider at which numbers can be set up."""

    def point_number(self, number: str, webhooks: NumberWebhooks) -> None:
        """Tell the provider where ``number`` asks what to do.

        :raises DeliveryFailed: if it has no such number, or cannot be asked.
        """
        ...


def webhook_addresses(public_url: str) -> NumberWebhooks:
    """Return what every number of this installation asks.

    >>> webhook_addresses("https://line.example/").sms_url
    'https://line.example/sms/inbound#rc=3&rp=5xx,ct,rt'
    """
    base = public_url.rstrip("/")
    return NumberWebhooks(
        voice_url=f"{base}/ivr/inbound{RETRIES}",
        voice_fallback_url=f"{base}/ivr/fallback{RETRIES}",
        status_callback=f"{base}/ivr/status{RETRIES}",
        sms_url=f"{base}/sms/inbound{RETRIES}",
        sms_fallback_url=f"{base}/sms/inbound{RETRIES}",  # a text is only lost if both rounds fail
    )


def printed(numbers: Iterable[str], public_url: str) -> list[str]:
    """Return the lines that a clerk copies into the provider's pages."""
    addresses = webhook_addresses(public_url)
    lines = []
    for number in numbers:
        lines.append(number)
        lines += [
            f"  {field.name}  {getattr(addresses, field.name)}" for field in fields(addresses)
        ]
    return lines


def set_up(provider: PointsNumbers, numbers: Iterable[str], public_url: str) -> list[str]:
    """Set every number at the provider; returns a line for each, and raises for none.

    A number that could not be set begins with ``!``, so that the others are set all the same.
    """
    addresses = webhook_addresses(public_url)
    lines = []
    for number in numbers:
        try:
            provider.point_number(number, addresses)
            lines.append(f"{number} asks {public_url.rstrip('/')}")
        except DeliveryFailed as failure:
            lines.append(f"! {number} was not set: {failure.reason}")
    return lines
