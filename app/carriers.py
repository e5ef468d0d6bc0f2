"""Makes who carries texts and calls: the provider, or the desk in its stead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.config import Settings
from core.clock import Clock
from core.db import Database
from telephony.ports import Provider
from telephony.setup import PointsNumbers
from telephony.signatures import SigningKeys

if TYPE_CHECKING:
    from telephony.desk.exchange import Exchange
    from telephony.desk.posting import Post
    from telephony.speech.voice import Voice


def make_provider(settings: Settings, database: Database, clock: Clock, real: Clock) -> Provider:
    """Make what carries texts and calls, as the settings name it."""
    keys = SigningKeys(settings.auth_tokens, settings.shared_keys)
    if settings.provider == "desk":
        from telephony.desk.provider import DeskProvider

        return DeskProvider(database, clock, keys, real_clock=real)
    from telephony.twilio_provider import TwilioProvider

    return TwilioProvider(
        settings.twilio_account_sid,
        settings.auth_tokens[0],
        settings.twilio_api_base,
        signed_with=keys,
        media_hosts=settings.media_host_list,
    )


def number_setter_of(provider: Provider) -> PointsNumbers | None:
    """Return a provider that can be told where we are; None for the desk."""
    from telephony.twilio_provider import TwilioProvider

    return provider if isinstance(provider, TwilioProvider) else None


def make_exchange(
    settings: Settings,
    database: Database,
    clock: Clock,
    real: Clock,
    provider: Provider,
    voice: Voice | None,
    post: Post | None,
) -> Exchange:
    """Make the desk's exchange, which plays the carrier in a browser."""
    from telephony.desk.exchange import Exchange
    from telephony.desk.posting import post_over_http

    return Exchange(
        database,
        clock,
        real_clock=real,
        webhooks=provider,
        public_url=settings.address,
        post=post or post_over_http,
        render=None if voice is None else voice.render,
        fallback_url=f"{settings.address}/ivr/fallback",
    )
