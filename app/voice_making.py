"""Makes what the project ships: every fixed piece and the closed vocabulary, by kokoro."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.config import ConfigurationError, Settings
from app.factory import voice_places
from core.wording.catalogue import LANGUAGES, slots_of, templates
from core.wording.parts import spoken_keys
from telephony.recognition.hearing import Recogniser
from telephony.recognition.remembered import Remembering
from telephony.recognition.sampled import fills_a_slot
from telephony.recognition.whisper import Whisper
from telephony.recognition.whisper_model import WhisperMissing
from telephony.speech.known_words import known_words
from telephony.speech.kokoro.voice import KokoroVoice
from telephony.speech.shipped import FOLDER, Asked, ShippedPrompt
from telephony.speech.shipping import Ears, ship
from telephony.speech.voice import Pace, VoiceUnusable

Say = Callable[[str], object]


def wanted_prompts() -> Iterator[Asked]:
    """Yield everything that is shipped: words, language, pace."""
    for language in LANGUAGES:
        for words in known_words(language):
            for pace in Pace:  # together, since the slow one is made of the same sound
                yield words, language, pace.value


def make_shipped(settings: Settings, say: Say, *, anew: bool, heard: bool) -> int:
    """Render what is not shipped yet; returns how many pieces were made.

    :raises ConfigurationError: if kokoro or the recogniser is not here.
    """
    try:
        voice = KokoroVoice(voice_places(settings), threads=1)
        ears = Ears(recogniser(settings), _sentences()) if heard else None
    except (VoiceUnusable, WhisperMissing) as error:
        raise ConfigurationError(f"Nothing can be rendered: {error}.") from error

    def tell(prompt: ShippedPrompt) -> None:
        error = "" if prompt.error is None else f"{prompt.error:.2f}"
        about = f"{prompt.language:5}  {prompt.pace:6}  {prompt.seconds:5.1f} s  {error:4}"
        say(f"{about}  {prompt.words}")

    return ship(wanted_prompts(), voice, ears, FOLDER, tell, anew=anew)


def recogniser(settings: Settings) -> Recogniser:
    """Load the recogniser; what it heard before is remembered in ``var``.

    :raises WhisperMissing: if the extra [transcribe] is not installed.
    """
    folder = settings.var / "voice"
    return Remembering(Whisper(), folder / "heard.jsonl")


def _sentences() -> frozenset[str]:
    """Return the templates that are whole sentences as they stand."""
    return frozenset(
        templates(language)[key]
        for language in LANGUAGES
        for key in spoken_keys()
        if not slots_of(key, language) and not fills_a_slot(key)
    )
