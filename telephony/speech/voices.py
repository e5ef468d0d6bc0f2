"""Which voices speak: those of the wished order that work here, and why the others do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.wording.catalogue import LANGUAGES, templates
from telephony.speech.kokoro.remote import KokoroProcess
from telephony.speech.kokoro.voice import Places
from telephony.speech.voice import Voice, VoiceAbsent, VoiceFailed, VoiceUnusable

NAMES = ("kokoro", "pyttsx3", "provider")
_PROVIDER = "provider"
# What nobody may misunderstand is spoken by a good voice or by the provider.
_EMERGENCY_KEYS = (
    "voice.first.emergency",
    "voice.fallback.emergency",
    "voice.receipt.emergency_first",
)


@dataclass(frozen=True)
class Voices:
    """Who speaks here. Without any voice the provider speaks for itself."""

    order: tuple[str, ...]
    ahead: Voice | None = None  # the best; in the scheduler and in commands only
    at_once: Voice | None = None  # the one that is quick enough while a caller waits
    chosen: str = _PROVIDER
    problems: tuple[str, ...] = ()  # a voice that was asked for, or is damaged
    absent: tuple[str, ...] = ()  # a voice of the usual order that is not installed

    @property
    def provider_alone(self) -> bool:
        """Tell whether the provider speaks everything, what is shipped too."""
        return self.order[:1] == (_PROVIDER,)

    def lines(self) -> list[str]:
        """Say at a start who speaks, and what is wrong."""
        spoken = [f"Voice: {self.chosen}."]
        return [*spoken, *(f"Not used: {one}." for one in (*self.problems, *self.absent))]


def choose_voices(order: Sequence[str], places: Places, *, insisted: bool) -> Voices:
    """Try the voices in order; one that does not work is named, and the next takes over.

    :param insisted: the order was set by somebody, so that an absent voice is a problem too.
    """
    makers: dict[str, Callable[[], Voice]] = {
        "kokoro": lambda: _kokoro(places),
        "pyttsx3": _pyttsx3,
    }
    working: dict[str, Voice] = {}
    problems: list[str] = []
    absent: list[str] = []
    for name in order:
        if name == _PROVIDER:
            break  # it always works, so nothing after it is ever asked
        try:
            working[name] = makers[name]()
        except VoiceAbsent as error:
            (problems if insisted else absent).append(f"{name}: {error}")
        except VoiceUnusable as error:
            problems.append(f"{name}: {error}")
    return Voices(
        order=tuple(order),
        ahead=next(iter(working.values()), None),
        at_once=working.get("pyttsx3"),
        chosen=next(iter(working), _PROVIDER),
        problems=tuple(problems),
        absent=tuple(absent),
    )


class NeverEmergencies:
    """A voice that is hard to understand, kept from the sentences that must be understood."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._refused = tuple(
            templates(language)[key] for language in LANGUAGES for key in _EMERGENCY_KEYS
        )

    @property
    def name(self) -> str:
        """Name the voice."""
        return self._voice.name

    def render(self, words: str, language: str, pace: str) -> bytes:
        """Return a WAV of 8 kHz mono mu-law.

        :raises VoiceFailed: for the emergency sentences, and as the voice does.
        """
        if any(sentence in words for sentence in self._refused):
            raise VoiceFailed("an emergency sentence is not for this voice")
        return self._voice.render(words, language, pace)


def _kokoro(places: Places) -> Voice:
    places.check()
    return KokoroProcess(places)


def _pyttsx3() -> Voice:
    try:
        from telephony.speech.pyttsx3_voice import Pyttsx3Voice
    except (ImportError, OSError, RuntimeError) as error:
        raise VoiceUnusable(f"espeak-ng does not load ({type(error).__name__})") from error
    return NeverEmergencies(Pyttsx3Voice())
