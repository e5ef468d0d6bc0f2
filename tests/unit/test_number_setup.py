"""Where a number asks what to do: printed, or set at the provider."""

from __future__ import annotations

from telephony.ports import DeliveryFailed
from telephony.setup import NumberWebhooks, printed, set_up, webhook_addresses

RETRIES = "#rc=3&rp=5xx,ct,rt"
LINES = ["+869935800000", "+869935800001"]


class Account:
    """An account at a provider that has the first of our numbers only."""

    def __init__(self) -> None:
        self.pointed: dict[str, NumberWebhooks] = {}

    def point_number(self, number: str, webhooks: NumberWebhooks) -> None:
        if number != LINES[0]:
            raise DeliveryFailed("the account has no such number", retryable=False)
        self.pointed[number] = webhooks


def test_a_clerk_can_copy_every_address() -> None:
    assert printed(LINES[:1], "https://line.example/") == [
        "+869935800000",
        f"  voice_url  https://line.example/ivr/inbound{RETRIES}",
        f"  voice_fallback_url  https://line.example/ivr/fallback{RETRIES}",
        f"  status_callback  https://line.example/ivr/status{RETRIES}",
        f"  sms_url  https://line.example/sms/inbound{RETRIES}",
        f"  sms_fallback_url  https://line.example/sms/inbound{RETRIES}",
    ]


def test_one_number_that_is_not_ours_does_not_keep_the_others_from_being_set() -> None:
    account = Account()

    lines = set_up(account, reversed(LINES), "https://line.example")

    assert lines == [
        "! +869935800001 was not set: the account has no such number",
        "+869935800000 asks https://line.example",
    ]
    assert account.pointed == {LINES[0]: webhook_addresses("https://line.example")}
