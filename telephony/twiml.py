"""The only writer of TwiML: what a telephone is to play, ask, record or dial next.

Documents are strings; words are cleaned first, since a control character or a lone surrogate in
a resident's text would give a document that no provider can read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from core.wording.readings import without_readings

_UNSPEAKABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_CLAUSE_END = re.compile(r"(?<=[，。！？；：、])|(?<=[,.!?;:])\s+")
_EVERY_KEY = "1234567890*#"


@dataclass(frozen=True)
class Play:
    """A piece of stored sound, by its public address."""

    url: str


@dataclass(frozen=True)
class SayVoice:
    """How the provider names a language, and one of its voices; empty: the voice it takes."""

    language: str
    voice: str = ""


@dataclass(frozen=True)
class Say:
    """Words for the provider's own voice; ``slow`` puts a second between clauses."""

    words: str
    language: str  # zh_CN, en
    slow: bool = False
    by: SayVoice | None = None  # None: the language's usual name, and any voice


@dataclass(frozen=True)
class Pause:
    """Silence."""

    seconds: int


Spoken = Play | Say | Pause
SAY_VOICES = {"zh_CN": SayVoice("zh-CN"), "en": SayVoice("en-US")}


def cleaned(words: str) -> str:
    r"""Leave out what no telephone can speak and no XML document may hold.

    >>> cleaned("水管\x00漏了\ud83d")
    '水管漏了'
    """
    return _UNSPEAKABLE.sub("", words)


def ask(
    spoken: Sequence[Spoken],
    *,
    action: str,
    wait_seconds: int,
    then: str,
    digits: int | None = 1,
    finish_on_key: str = "",
) -> str:
    """Speak and wait for keys, which end the speaking; silence goes on at ``then``.

    ``digits`` None waits for ``finish_on_key`` or ``wait_seconds`` of silence.
    """
    response = VoiceResponse()
    gather = Gather(
        input="dtmf",
        action=action,
        method="POST",
        timeout=wait_seconds,
        finish_on_key=finish_on_key,
        **({} if digits is None else {"num_digits": digits}),
    )
    _speak(gather, spoken)
    response.append(gather)
    response.redirect(then, method="POST")
    return str(response)


def record(
    spoken: Sequence[Spoken],
    *,
    action: str,
    status_url: str,
    silence_seconds: int,
    longest_seconds: int,
    then: str,
    finish_on_key: str = _EVERY_KEY,
) -> str:
    """Speak, sound a tone and record; any key ends it and comes to ``action`` as Digits.

    Total silence asks nothing of ``action``, so the document goes on at ``then``.
    """
    response = VoiceResponse()
    _speak(response, spoken)
    _record(
        response,
        action=action,
        status_url=status_url,
        silence_seconds=silence_seconds,
        longest_seconds=longest_seconds,
        finish_on_key=finish_on_key,
    )
    response.redirect(then, method="POST")
    return str(response)


def dial(
    spoken: Sequence[Spoken],
    *,
    number: str,
    caller_id: str,
    action: str,
    whisper_url: str,
    ring_seconds: int,
    status_url: str | None = None,
) -> str:
    """Ring one person; ``whisper_url`` is played to them alone and bridges on their key."""
    response = VoiceResponse()
    _speak(response, spoken)
    leg = Dial(action=action, method="POST", timeout=ring_seconds, caller_id=caller_id)
    leg.number(number, url=whisper_url, method="POST", **_status(status_url))
    response.append(leg)
    return str(response)


def bridge() -> str:
    """End a whisper: the one who pressed the key now hears the caller."""
    return empty()


def speak_then(spoken: Sequence[Spoken], *, then: str) -> str:
    """Speak, then ask ``then`` what comes next."""
    response = VoiceResponse()
    _speak(response, spoken)
    response.redirect(then, method="POST")
    return str(response)


def speak_and_end(spoken: Sequence[Spoken]) -> str:
    """Speak the last words of a call, and end it."""
    response = VoiceResponse()
    _speak(response, spoken)
    response.hangup()
    return str(response)


def hang_up() -> str:
    """End the call."""
    return speak_and_end(())


def message(words: str | None) -> str:
    """Answer a text with words, or with nothing."""
    response = MessagingResponse()
    if words is not None and cleaned(words):
        response.message(cleaned(words))
    return str(response)


def empty() -> str:
    """Ask nothing of the provider."""
    return str(VoiceResponse())


def fallback(
    spoken: Sequence[Spoken],
    *,
    numbers: Sequence[str],
    caller_id: str,
    ring_seconds: int,
    whisper_url: str | None,
    leave_words: Sequence[Spoken],
    longest_seconds: int,
    after_url: str,
    status_url: str,
) -> str:
    """Ring ``numbers`` one after the other, then record: a whole call that needs no service.

    A Dial without an action goes on with the next verb, so nothing has to be asked in between.
    """
    response = VoiceResponse()
    _speak(response, spoken)
    for number in numbers:
        leg = Dial(timeout=ring_seconds, caller_id=caller_id)
        leg.number(
            number, **({} if whisper_url is None else {"url": whisper_url, "method": "POST"})
        )
        response.append(leg)
    _speak(response, leave_words)
    _record(
        response,
        action=after_url,
        status_url=status_url,
        silence_seconds=10,
        longest_seconds=longest_seconds,
        finish_on_key="#",
    )
    response.redirect(after_url, method="POST")
    return str(response)


def _record(
    response: VoiceResponse,
    *,
    action: str,
    status_url: str,
    silence_seconds: int,
    longest_seconds: int,
    finish_on_key: str,
) -> None:
    response.record(
        action=action,
        method="POST",
        timeout=silence_seconds,
        max_length=longest_seconds,
        finish_on_key=finish_on_key,
        play_beep=True,
        trim="do-not-trim",  # a faint voice is taken for silence by the provider's trimming
        recording_status_callback=status_url,
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
    )


def _status(status_url: str | None) -> dict[str, str]:
    if status_url is None:
        return {}
    return {
        "status_callback": status_url,
        "status_callback_method": "POST",
        "status_callback_event": "answered completed",
    }


def _speak(parent: VoiceResponse | Gather, spoken: Sequence[Spoken]) -> None:
    for piece in spoken:
        match piece:
            case Play(url):
                parent.play(url)
            case Pause(seconds):
                parent.pause(length=seconds)
            case Say(words, language, slow, by):
                chosen = by or SAY_VOICES.get(language, SAY_VOICES["zh_CN"])
                _say(parent, cleaned(without_readings(words)), chosen, slow=slow)


def _say(parent: VoiceResponse | Gather, words: str, by: SayVoice, *, slow: bool) -> None:
    # A pause between clauses is understood by every provider, a speaking rate only by some voices.
    clauses = [clause for clause in _CLAUSE_END.split(words) if clause] if slow else [words]
    for number, clause in enumerate(clauses):
        if number:
            parent.pause(length=1)
        if clause.strip():
            parent.say(clause, language=by.language, **({"voice": by.voice} if by.voice else {}))
