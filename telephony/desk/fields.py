"""What a webhook carries, under the names that Twilio gives it."""

from __future__ import annotations

import uuid
from datetime import datetime
from email.utils import format_datetime

from telephony.desk.tables import DeskCallRow, DeskMediaRow, DeskTextRow
from telephony.desk.turns import Spoke

ACCOUNT_SID = "AC" + "0" * 32
HIDDEN = "hidden"  # the handset whose number nobody sees
_ANONYMOUS = "anonymous"
# A top-level name that never resolves: only the desk's provider can fetch from it.
_MEDIA_HOST = "https://desk.invalid"
_API_VERSION = "2010-04-01"
_DIRECTIONS = {"inbound": "inbound", "outbound": "outbound-api", "leg": "outbound-dial"}


def new_sid(prefix: str) -> str:
    """Make a Sid: CA for calls, SM for texts, RE for recordings, ME for pictures."""
    return prefix + uuid.uuid4().hex


def media_url(sid: str) -> str:
    """Return the address under which the provider gives a recording or a picture."""
    folder = "recordings" if sid.startswith("RE") else "media"
    return f"{_MEDIA_HOST}/{folder}/{sid}"


def media_sid(url: str) -> str | None:
    """Read the Sid back out of an address; None if it is not the desk's."""
    return url.rsplit("/", 1)[-1] if url.startswith(_MEDIA_HOST + "/") else None


def caller_number(phone: str) -> str:
    """Return what the called side sees of a handset."""
    return _ANONYMOUS if phone == HIDDEN else phone


def call_fields(call: DeskCallRow, parent_sid: str | None = None) -> dict[str, str]:
    """Return what every voice webhook carries."""
    fields = {
        "AccountSid": ACCOUNT_SID,
        "ApiVersion": _API_VERSION,
        "CallSid": call.sid,
        "CallStatus": call.state,
        "Direction": _DIRECTIONS[call.kind],
        "From": call.from_,
        "Caller": call.from_,
        "To": call.to,
        "Called": call.to,
    }
    if parent_sid is not None:
        fields["ParentCallSid"] = parent_sid
    return fields


def status_fields(call: DeskCallRow, now: datetime) -> dict[str, str]:
    """Return what a call's status callback carries."""
    fields = call_fields(call) | {
        "CallbackSource": "call-progress-events",
        "Timestamp": format_datetime(now),
    }
    if call.ended_at is not None:
        fields["CallDuration"] = str(call_seconds(call))
    return fields


def call_seconds(call: DeskCallRow) -> int:
    """Return how long a call was talked on."""
    if call.answered_at is None or call.ended_at is None:
        return 0
    return int((call.ended_at - call.answered_at).total_seconds())


def machine_fields(call: DeskCallRow, *, machine: bool) -> dict[str, str]:
    """Return what an answering-machine callback carries."""
    return {
        "AccountSid": ACCOUNT_SID,
        "CallSid": call.sid,
        "AnsweredBy": "machine_start" if machine else "human",
        "MachineDetectionDuration": "2400",
    }


def recording_fields(call: DeskCallRow, spoke: Spoke | None) -> dict[str, str]:
    """Return what a recording callback carries; no recording is told as absent."""
    sid = new_sid("RE") if spoke is None else spoke.sid
    fields = {
        "AccountSid": ACCOUNT_SID,
        "CallSid": call.sid,
        "RecordingSid": sid,
        "RecordingUrl": media_url(sid),
        "RecordingStatus": "absent" if spoke is None else "completed",
        "RecordingDuration": str(0 if spoke is None else spoke.seconds),
        "RecordingChannels": "1",
        "RecordingSource": "RecordVerb",
    }
    if spoke is None:
        fields["ErrorCode"] = "16102"  # the recording was silent
    elif spoke.typed_words:
        fields["LinliTypedWords"] = spoke.typed_words
    return fields


def text_fields(text: DeskTextRow, pictures: list[DeskMediaRow]) -> dict[str, str]:
    """Return what an inbound text carries."""
    fields = {
        "AccountSid": ACCOUNT_SID,
        "ApiVersion": _API_VERSION,
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsMessageSid": text.sid,
        "SmsStatus": "received",
        "From": text.phone,
        "To": text.number,
        "Body": text.words,
        "NumSegments": "1",
        "NumMedia": str(len(pictures)),
    }
    for index, picture in enumerate(pictures):
        fields[f"MediaUrl{index}"] = media_url(picture.sid)
        fields[f"MediaContentType{index}"] = picture.media_type
    return fields


def text_status_fields(text: DeskTextRow, status: str) -> dict[str, str]:
    """Return what a text's status callback carries."""
    return {
        "AccountSid": ACCOUNT_SID,
        "ApiVersion": _API_VERSION,
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "MessageStatus": status,
        "SmsStatus": status,
        "From": text.number,
        "To": text.phone,
    }
