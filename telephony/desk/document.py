"""Reads a TwiML document into typed verbs; what a provider would refuse is refused here too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree


class CannotPlay(Exception):
    """The document is no TwiML that this player knows; a provider would end the call here."""


@dataclass(frozen=True)
class Play:
    """A sound by its address."""

    url: str


@dataclass(frozen=True)
class Say:
    """Words for the provider's own voice."""

    words: str
    language: str = ""


@dataclass(frozen=True)
class Pause:
    """Silence, in seconds."""

    seconds: int = 1


Spoken = Play | Say | Pause


@dataclass(frozen=True)
class Gather:
    """Collect keys while pieces are heard; without any key the next verb follows."""

    spoken: tuple[Spoken, ...] = ()
    action: str = ""
    wait_seconds: int = 5
    digits: int | None = None
    finish_on_key: str = "#"
    asks_when_empty: bool = False


@dataclass(frozen=True)
class Record:
    """Record the ear's owner; without a sound the next verb follows."""

    action: str = ""
    status_url: str = ""
    status_events: tuple[str, ...] = ("completed",)
    silence_seconds: int = 5
    longest_seconds: int = 3600
    finish_on_key: str = "1234567890*#"
    beep: bool = True


@dataclass(frozen=True)
class Number:
    """A phone to connect with; ``url`` is played to whoever answers, before they are connected."""

    phone: str
    url: str = ""
    status_url: str = ""
    status_events: tuple[str, ...] = ("completed",)


@dataclass(frozen=True)
class Dial:
    """Connect with whichever of the numbers answers first."""

    numbers: tuple[Number, ...]
    action: str = ""
    ring_seconds: int = 30
    caller_id: str = ""


@dataclass(frozen=True)
class Redirect:
    """Go on with another document."""

    url: str


@dataclass(frozen=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True)
class Reject:
    """Refuse the call, unanswered."""

    reason: str = "rejected"


Verb = Spoken | Gather | Record | Dial | Redirect | Hangup | Reject

_ATTRIBUTES: dict[str, frozenset[str]] = {
    "Play": frozenset(),
    "Say": frozenset({"language", "voice"}),
    "Pause": frozenset({"length"}),
    "Gather": frozenset(
        {"action", "method", "input", "timeout", "numDigits", "finishOnKey", "actionOnEmptyResult"}
    ),
    "Record": frozenset(
        {
            "action",
            "method",
            "timeout",
            "maxLength",
            "finishOnKey",
            "playBeep",
            "trim",
            "recordingStatusCallback",
            "recordingStatusCallbackMethod",
            "recordingStatusCallbackEvent",
        }
    ),
    "Dial": frozenset(
        {"action", "method", "timeout", "callerId", "answerOnBridge", "hangupOnStar", "timeLimit"}
    ),
    "Number": frozenset(
        {"url", "method", "statusCallback", "statusCallbackMethod", "statusCallbackEvent"}
    ),
    "Redirect": frozenset({"method"}),
    "Hangup": frozenset(),
    "Reject": frozenset({"reason"}),
    "Message": frozenset(),
    "Body": frozenset(),
}


def read_voice(document: str) -> tuple[Verb, ...]:
    """Read the answer to a voice webhook.

    :raises CannotPlay: if it is no TwiML for a call, or uses what this player does not know.

    >>> read_voice("<Response><Play>/a.wav</Play><Hangup/></Response>")
    (Play(url='/a.wav'), Hangup())
    """
    return tuple(_verb(element) for element in _response(document))


def read_messages(document: str) -> tuple[str, ...]:
    """Read the answer to a text webhook: the words of each message, in order.

    :raises CannotPlay: if it is no TwiML for texts.

    >>> read_messages("<Response><Message>好</Message></Response>")
    ('好',)
    """
    words = []
    for element in _response(document):
        if element.tag != "Message":
            raise CannotPlay(f"<{element.tag}> in the answer to a text")
        _check(element)
        body = element.find("Body")
        words.append(_text(element if body is None else body))
    return tuple(words)


def _response(document: str) -> ElementTree.Element:
    try:
        response = ElementTree.fromstring(document)
    except ElementTree.ParseError as error:
        raise CannotPlay(f"no XML: {error}") from error
    if response.tag != "Response":
        raise CannotPlay(f"<{response.tag}> instead of <Response>")
    return response


def _verb(element: ElementTree.Element) -> Verb:
    given = _check(element)
    match element.tag:
        case "Gather":
            return _gather(element, given)
        case "Record":
            return _record(given)
        case "Dial":
            return _dial(element, given)
        case "Redirect":
            return Redirect(_text(element))
        case "Hangup":
            return Hangup()
        case "Reject":
            return Reject(given.get("reason", "rejected"))
        case _:
            return _spoken(element, given)


def _check(element: ElementTree.Element) -> Mapping[str, str]:
    known = _ATTRIBUTES.get(element.tag)
    if known is None:
        raise CannotPlay(f"<{element.tag}> is not known")
    unknown = set(element.attrib) - known
    if unknown:
        raise CannotPlay(f"<{element.tag}> with {', '.join(sorted(unknown))}")
    for name, value in element.attrib.items():
        if name.lower().endswith("method") and value != "POST":
            raise CannotPlay(f"<{element.tag}> with {name} {value}")
    return element.attrib


def _spoken(element: ElementTree.Element, given: Mapping[str, str]) -> Spoken:
    match element.tag:
        case "Play":
            return Play(_text(element))
        case "Say":
            return Say(_text(element), given.get("language", ""))
        case "Pause":
            return Pause(_whole(given, "length", 1))
        case _:
            raise CannotPlay(f"<{element.tag}> does not stand here")


def _gather(element: ElementTree.Element, given: Mapping[str, str]) -> Gather:
    if given.get("input", "dtmf") != "dtmf":
        raise CannotPlay("<Gather> of speech")
    return Gather(
        spoken=tuple(_spoken(piece, _check(piece)) for piece in element),
        action=given.get("action", ""),
        wait_seconds=_whole(given, "timeout", 5),
        digits=_whole(given, "numDigits", 1) if "numDigits" in given else None,
        finish_on_key=given.get("finishOnKey", "#"),
        asks_when_empty=given.get("actionOnEmptyResult") == "true",
    )


def _record(given: Mapping[str, str]) -> Record:
    return Record(
        action=given.get("action", ""),
        status_url=given.get("recordingStatusCallback", ""),
        status_events=_events(given, "recordingStatusCallbackEvent"),
        silence_seconds=_whole(given, "timeout", 5),
        longest_seconds=_whole(given, "maxLength", 3600),
        finish_on_key=given.get("finishOnKey", "1234567890*#"),
        beep=given.get("playBeep", "true") == "true",
    )


def _dial(element: ElementTree.Element, given: Mapping[str, str]) -> Dial:
    numbers = tuple(_number(child) for child in element) or (Number(_text(element)),)
    if not all(number.phone for number in numbers):
        raise CannotPlay("<Dial> without a number")
    return Dial(
        numbers=numbers,
        action=given.get("action", ""),
        ring_seconds=_whole(given, "timeout", 30),
        caller_id=given.get("callerId", ""),
    )


def _number(element: ElementTree.Element) -> Number:
    if element.tag != "Number":
        raise CannotPlay(f"<{element.tag}> in <Dial>")
    given = _check(element)
    return Number(
        phone=_text(element),
        url=given.get("url", ""),
        status_url=given.get("statusCallback", ""),
        status_events=_events(given, "statusCallbackEvent"),
    )


def _events(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(given.get(name, "completed").split())


def _whole(given: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(given.get(name, default))
    except ValueError as error:
        raise CannotPlay(f"{name} is no whole number") from error


def _text(element: ElementTree.Element) -> str:
    return (element.text or "").strip()
