"""What a provider does with TwiML, as one pure stepper.

``begin`` takes a document, ``advance`` an event on the line; both return the Turn that follows:
what the ear hears, what is waited for, and what is asked of the service next. No time passes in
here: that a prompt ran to its end or that a wait ran out are events like a key. The browser
phones, the terminal phone and the story tests all stand on it.

Rules and names are those of Twilio's pages on TwiML (Gather, Record, Dial, Number).
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin

from telephony.desk.document import (
    CannotPlay,
    Dial,
    Gather,
    Hangup,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Verb,
    read_voice,
)
from telephony.desk.turns import (
    BEEP,
    Ask,
    Dialled,
    Event,
    Finished,
    HungUp,
    Key,
    Piece,
    Place,
    Report,
    Silence,
    Spoke,
    Turn,
    Wait,
)

__all__ = [
    "BEEP",
    "Ask",
    "CannotPlay",
    "Dialled",
    "Event",
    "Finished",
    "HungUp",
    "Key",
    "Piece",
    "Place",
    "Report",
    "Silence",
    "Spoke",
    "Turn",
    "Wait",
    "advance",
    "begin",
]


def begin(document: str, address: str) -> Turn:
    """Start with a document that came from ``address``.

    :raises CannotPlay: if a provider could not play it.
    """
    return _walk(Place(document, address, 0), read_voice(document))


def advance(place: Place, event: Event) -> Turn | None:
    """Step from ``place`` by one event; None where it means nothing there.

    :raises CannotPlay: if the rest of the document cannot be played.
    """
    verbs = read_voice(place.document)
    verb = verbs[place.verb] if place.verb < len(verbs) else None
    if place.in_prompt:
        return _in_prompt(place, verbs, event)
    match verb:
        case Gather():
            return _gathering(place, verbs, verb, event)
        case Record():
            return _recording(place, verbs, verb, event)
        case Dial():
            return _dialling(place, verbs, verb, event)
        case _:
            return Turn(ended="hung_up") if isinstance(event, HungUp) else None


def _walk(place: Place, verbs: tuple[Verb, ...]) -> Turn:
    """Go on from ``place`` to the next verb that waits, asks or ends."""
    after = place.verb
    while after < len(verbs) and isinstance(verbs[after], Play | Say | Pause):
        after += 1
    if after > place.verb:
        heard = tuple(_piece(place, verb) for verb in verbs[place.verb : after])
        standing = replace(place, verb=after, in_prompt=True, digits="")
        return Turn(heard=heard, waits=Wait("ear"), place=standing)
    standing = replace(place, in_prompt=False, digits="")
    return _meet(standing, verbs[after] if after < len(verbs) else None)


def _meet(place: Place, verb: Verb | None) -> Turn:
    """Begin a verb that is no spoken piece; None: the document ran out."""
    match verb:
        case Gather():
            heard = tuple(_piece(place, piece) for piece in verb.spoken)
            waits = Wait("keys", verb.wait_seconds, finish_on_key=verb.finish_on_key)
            return Turn(heard=heard, waits=waits, place=place)
        case Record():
            waits = Wait("speech", verb.silence_seconds, verb.longest_seconds, verb.finish_on_key)
            return Turn(heard=(BEEP,) if verb.beep else (), waits=waits, place=place)
        case Dial():
            return Turn(
                waits=Wait("callee", verb.ring_seconds), place=place, dials=_resolved(place, verb)
            )
        case Redirect():
            return Turn(asks=Ask(_at(place, verb.url), {}))
        case Reject():
            return Turn(ended="busy" if verb.reason == "busy" else "rejected")
        case Hangup():
            return Turn(ended="hangup")
        case _:
            return Turn(ended="finished")


def _in_prompt(place: Place, verbs: tuple[Verb, ...], event: Event) -> Turn | None:
    match event:
        case Finished():
            return _walk(replace(place, in_prompt=False), verbs)
        case HungUp():
            return Turn(ended="hung_up")
        case _:  # a key outside Gather is lost, as it is with a provider
            return None


def _gathering(place: Place, verbs: tuple[Verb, ...], gather: Gather, event: Event) -> Turn | None:
    match event:
        case Key(key) if key in gather.finish_on_key:
            return _gathered(place, gather, key) if place.digits else _next(place, verbs)
        case Key(key):
            standing = replace(place, digits=place.digits + key)
            if gather.digits is not None and len(standing.digits) >= gather.digits:
                return _gathered(standing, gather, "")
            waits = Wait("keys", gather.wait_seconds, finish_on_key=gather.finish_on_key)
            return Turn(waits=waits, place=standing)
        case Silence():
            if place.digits or gather.asks_when_empty:
                return _gathered(place, gather, "")
            return _next(place, verbs)
        case HungUp():
            return Turn(ended="hung_up")
        case _:
            return None


def _gathered(place: Place, gather: Gather, key: str) -> Turn:
    fields = {"Digits": place.digits, "FinishedOnKey": key}
    return Turn(asks=Ask(_at(place, gather.action), fields))


def _recording(place: Place, verbs: tuple[Verb, ...], record: Record, event: Event) -> Turn | None:
    match event:
        case Spoke() if event.seconds > 0:
            asks = Ask(_at(place, record.action), _recording_fields(event, event.key))
            return Turn(asks=asks, report=_report(place, record, event))
        case Silence() | Spoke():
            return replace(_next(place, verbs), report=_report(place, record, None))
        case Key(key) if key in record.finish_on_key:
            return replace(_next(place, verbs), report=_report(place, record, None))
        case HungUp(spoke=spoke, asks_action=asks_action):
            owes: tuple[Ask, ...] = ()
            if spoke is not None and asks_action:
                fields = _recording_fields(spoke, "hangup")
                owes = (Ask(_at(place, record.action), fields),)
            report = _report(place, record, spoke)
            return Turn(ended="hung_up", report=report, owes=owes)
        case _:
            return None


def _report(place: Place, record: Record, spoke: Spoke | None) -> Report | None:
    status = "absent" if spoke is None else "completed"
    if not record.status_url or status not in record.status_events:
        return None
    return Report(_at(place, record.status_url), spoke)


def _recording_fields(spoke: Spoke, key: str) -> dict[str, str]:
    fields = {
        "RecordingSid": spoke.sid,
        "RecordingUrl": spoke.url,
        "RecordingDuration": str(spoke.seconds),
        "Digits": key,
    }
    if spoke.typed_words:
        fields["LinliTypedWords"] = spoke.typed_words
    return fields


def _dialling(place: Place, verbs: tuple[Verb, ...], dial: Dial, event: Event) -> Turn | None:
    match event:
        case Dialled() if dial.action:
            return Turn(asks=Ask(_at(place, dial.action), _dial_fields(event)))
        case Dialled():
            return _next(place, verbs)
        case HungUp(dialled=Dialled() as dialled) if dial.action:
            owed = Ask(_at(place, dial.action), _dial_fields(dialled))
            return Turn(ended="hung_up", owes=(owed,))
        case HungUp():
            return Turn(ended="hung_up")
        case _:
            return None


def _dial_fields(event: Dialled) -> dict[str, str]:
    return {
        "DialCallSid": event.sid,
        "DialCallStatus": event.status,
        "DialCallDuration": str(event.seconds),
        "DialBridged": "true" if event.bridged else "false",
    }


def _next(place: Place, verbs: tuple[Verb, ...]) -> Turn:
    return _walk(replace(place, verb=place.verb + 1), verbs)


def _piece(place: Place, verb: Verb) -> Piece:
    match verb:
        case Play(url):
            return Play(_at(place, url))
        case Say() | Pause():
            return verb
        case _:
            raise CannotPlay(f"{type(verb).__name__} cannot be heard")


def _resolved(place: Place, dial: Dial) -> Dial:
    numbers = tuple(
        replace(
            number,
            url=_at(place, number.url) if number.url else "",
            status_url=_at(place, number.status_url) if number.status_url else "",
        )
        for number in dial.numbers
    )
    return replace(dial, numbers=numbers)


def _at(place: Place, url: str) -> str:
    """Resolve an address as the document means it; none means the document's own."""
    return urljoin(place.address, url) if url else place.address
