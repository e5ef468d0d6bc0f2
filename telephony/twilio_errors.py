"""What a provider's refusals mean for a message: try again, look it up first, or give up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
)

from telephony.ports import DeliveryFailed
from telephony.twilio_http import TooLarge

# https://www.twilio.com/docs/api/errors: our words, since theirs hold the whole number.
_REASONS = {
    20003: "account or token refused",
    20429: "too many requests",
    21211: "not a telephone number",
    21214: "number cannot be reached",
    21217: "not a telephone number",
    21408: "region not allowed for texts",
    21610: "receiver opted out at the provider",
    21614: "not a mobile number",
    21617: "text too long",
}
_NEVER_SENT = (NewConnectionError, ConnectTimeoutError, NameResolutionError, SSLError)


@contextmanager
def failures_told() -> Iterator[None]:
    """Turn whatever goes wrong while the provider is asked into DeliveryFailed."""
    try:
        yield
    except TwilioRestException as error:
        raise _refused(int(error.status), int(error.code or 0)) from error
    except requests.RequestException as error:
        raise _broken(error) from error
    except TwilioException as error:
        raise _unlisted(error) from error
    except (TooLarge, ValueError, KeyError, TypeError, AttributeError) as error:
        # It answered, but not in a way that tells what it did.
        raise DeliveryFailed("answer not understood", retryable=True, unknown=True) from error


def _unlisted(error: TwilioException) -> DeliveryFailed:
    """Read what the SDK raises where a page of a list was refused: the answer stands behind it."""
    status = getattr(error.args[1], "status_code", 0) if len(error.args) > 1 else 0
    if status:
        return _refused(int(status), 0)
    return DeliveryFailed("answer not understood", retryable=True, unknown=True)


def _refused(status: int, code: int) -> DeliveryFailed:
    reason = f"{code or status} {_REASONS.get(code, 'refused')}"
    if status == 429 or code == 20429:
        return DeliveryFailed(reason, retryable=True, too_many=True)
    if status >= 500:
        return DeliveryFailed(f"{status} provider's fault", retryable=True, unknown=True, down=True)
    # With a wrong token or base address no message is at fault: they wait for the right one.
    is_ours = status == 401 or status < 400
    return DeliveryFailed(reason, retryable=is_ours, down=is_ours)


def _broken(error: requests.RequestException) -> DeliveryFailed:
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    if isinstance(error, requests.ConnectTimeout) or isinstance(cause, _NEVER_SENT):
        return DeliveryFailed("provider not reached", retryable=True, down=True)
    reason = "no answer in time" if isinstance(error, requests.Timeout) else "connection broke"
    return DeliveryFailed(reason, retryable=True, unknown=True, down=True)
