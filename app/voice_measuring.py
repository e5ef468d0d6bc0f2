"""Lets a recogniser listen to the line, as callers hear it: ``make measure-voice``."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.config import ConfigurationError, Settings
from app.factory import voice_places
from app.schema_steps import migrate
from app.voice_making import recogniser
from app.voice_page import with_figures
from core.clock import RealClock
from core.db import Database
from core.wording.catalogue import LANGUAGES
from telephony.recognition.figures import Measured, misses, read_measured, write_measured
from telephony.recognition.hearing import Recogniser
from telephony.recognition.likeness import error_of
from telephony.recognition.sampled import Sample, samples
from telephony.recognition.whisper_model import WhisperMissing
from telephony.speech.kokoro.voice import KokoroVoice
from telephony.speech.pyttsx3_voice import Pyttsx3Voice
from telephony.speech.shipped import Shipped
from telephony.speech.store import Speaker
from telephony.speech.telephone_audio import measured
from telephony.speech.voice import VoiceUnusable
from telephony.twiml import Play

DOCS = Path("docs")
_EVERY = 4  # sentence is heard in pyttsx3's voice
_MOST_CHECKED = 25  # in a check of what changed; the rest waits for make measure-voice
Say = Callable[[str], object]
Hear = Callable[[Sample], bytes]


def measure_voices(settings: Settings, say: Say, *, anew: bool) -> list[str]:
    """Listen to what was not listened to yet, and write the figures; returns what misses the bar.

    :raises ConfigurationError: if kokoro or the recogniser is not here, or docs/ is not.
    """
    known = {} if anew else _known()
    kept: list[Measured] = []
    with _heard(settings) as (ears, hears):
        for engine, (voice, hear) in hears.items():
            for sample in _some(engine):
                row = known.get((voice, sample.language, sample.words))
                kept.append(row or _measure(engine, voice, sample, hear, ears, say))
                write_measured(DOCS / "voices.toml", [*kept, *_later(known, kept)])
    write_measured(DOCS / "voices.toml", kept)
    page = (DOCS / "voices.md").read_text(encoding="utf-8")
    (DOCS / "voices.md").write_text(with_figures(page, kept), encoding="utf-8")
    return misses(row for row in kept if row.engine == "kokoro")


def check_changed(settings: Settings, say: Say) -> list[str]:
    """Listen to what :func:`unheard_samples` names, as far as it fits; writes nothing."""
    changed = unheard_samples()
    if not changed:
        say("Every prompt has been listened to.")
        return []
    with _heard(settings) as (ears, hears):
        hear = hears["kokoro"][1]
        some = changed[:_MOST_CHECKED]
        rows = [_measure("kokoro", KokoroVoice.name, one, hear, ears, say) for one in some]
    say(f"Listened to {len(rows)} of {len(changed)} prompts that are new.")
    return [miss for miss in misses(rows) if "median" not in miss]


def unheard_samples() -> list[Sample]:
    """Return what is spoken in kokoro's voice and has no figure in docs/voices.toml."""
    known = _known()
    return [one for one in _samples() if (KokoroVoice.name, one.language, one.words) not in known]


def _known() -> dict[tuple[str, str, str], Measured]:
    rows = read_measured(DOCS / "voices.toml")
    return {(row.voice, row.language, row.words): row for row in rows}


def _later(known: dict[tuple[str, str, str], Measured], kept: Sequence[Measured]) -> list[Measured]:
    """Return what is known and still to come, so that a break loses nothing."""
    done = {(row.voice, row.language, row.words) for row in kept}
    return [row for asked, row in known.items() if asked not in done]


def _some(engine: str) -> list[Sample]:
    """Return what is listened to in a voice: all in kokoro's, of pyttsx3's as much as compares."""
    return list(_samples())[:: 1 if engine == "kokoro" else _EVERY]


def _samples() -> Iterator[Sample]:
    seen = set()
    for language in LANGUAGES:
        for sample in samples(language):
            if (language, sample.words) not in seen:
                seen.add((language, sample.words))
                yield sample


def _measure(
    engine: str, voice: str, sample: Sample, hear: Hear, ears: Recogniser, say: Say
) -> Measured:
    audio = hear(sample)
    understood = ears.understood(audio, sample.language)
    error = round(error_of(sample.words, understood, sample.language), 3)
    say(f"{engine:8}  {error:.2f}  {sample.words}  |  {understood}")
    return Measured(
        engine=engine,
        voice=voice,
        language=sample.language,
        key=sample.key,
        words=sample.words,
        seconds=measured(audio).seconds,
        understood=understood,
        error=error,
    )


@contextmanager
def _heard(
    settings: Settings,
) -> Iterator[tuple[Recogniser, dict[str, tuple[str, Hear]]]]:
    """Yield the recogniser, and how each voice is heard."""
    if not DOCS.is_dir():
        raise ConfigurationError("There is no docs/ here: run it in the source tree.")
    try:
        ears = recogniser(settings)
        kokoro = KokoroVoice(voice_places(settings), threads=1)
    except (VoiceUnusable, WhisperMissing) as error:
        raise ConfigurationError(f"Nothing can be measured: {error}.") from error
    plain = Pyttsx3Voice()
    with tempfile.TemporaryDirectory(prefix="linli-measure-") as folder:
        database = Database(f"sqlite:///{folder}/measure.sqlite3")
        migrate(database)
        speaker = Speaker(
            ahead=kokoro,
            at_once=None,
            shipped=Shipped(),
            secret_key="of the measure alone",  # noqa: S106 - names sounds of a folder that goes
            public_url="http://127.0.0.1",
            real_clock=RealClock(),
            patient=True,
        )
        yield (
            ears,
            {
                "kokoro": (kokoro.name, lambda sample: _played(speaker, database, sample)),
                "pyttsx3": (
                    plain.name,
                    lambda sample: plain.render(sample.words, sample.language, "normal"),
                ),
            },
        )
        database.close()


def _played(speaker: Speaker, database: Database, sample: Sample) -> bytes:
    """Return what a caller hears: shipped, put together, or rendered."""
    with database.transaction() as session:
        spoken = speaker.spoken(session, sample.words, sample.language, parts=sample.parts)
    assert isinstance(spoken, Play), sample.words
    media = speaker.audio(database, spoken.url.rsplit("/", 1)[-1].removesuffix(".wav"))
    assert media is not None
    return media.content
