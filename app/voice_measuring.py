"""Lets a recogniser listen to the line, as callers hear it: ``make measure-voice``."""

from __future__ import annotations

import functools
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.config import ConfigurationError, Settings
from app.factory import voice_places
from app.schema_steps import migrate
from app.voice_ahead import ASKED_AHEAD
from app.voice_making import recogniser
from app.voice_page import with_figures
from core.clock import RealClock
from core.db import Database
from core.sound.spoken import SPOKEN_AS_A_WHOLE, want_sentences
from core.wording.catalogue import LANGUAGES
from telephony.recognition.figures import Measured, misses, read_measured, write_measured
from telephony.recognition.hearing import Recogniser
from telephony.recognition.likeness import error_of
from telephony.recognition.sampled import Sample, samples
from telephony.recognition.whisper_model import WhisperMissing
from telephony.speech.address import Piece
from telephony.speech.assembly import Sentence
from telephony.speech.kokoro.voice import KokoroVoice
from telephony.speech.pyttsx3_voice import Pyttsx3Voice
from telephony.speech.shipped import FOLDER, Asked, Shipped, ShippedPrompt, read_list
from telephony.speech.store import Speaker
from telephony.speech.telephone_audio import measured
from telephony.speech.voice import Pace, VoiceUnusable
from telephony.twiml import Play

DOCS = Path("docs")
_EVERY = 6  # sentence is heard in pyttsx3's voice
_MOST_CHECKED = 12  # in a check of what changed; the rest waits for make measure-voice
Say = Callable[[str], object]
Hear = Callable[[Sample], bytes]
_RENDERED = "rendered"  # as one, by the line itself
_Known = dict[tuple[str, str, str, str], Measured]  # by voice, language, words, made_of


def measure_voices(settings: Settings, say: Say, *, anew: bool) -> list[str]:
    """Listen to what was not listened to yet, and write the figures; returns what misses the bar.

    :raises ConfigurationError: if kokoro or the recogniser is not here, or docs/ is not.
    """
    known = {} if anew else _known()
    todo = [(engine, one) for engine in ("kokoro", "pyttsx3") for one in _some(engine)]
    kept: list[Measured] = []
    with _heard(settings) as (ears, hears):
        for count, (engine, sample) in enumerate(todo, start=1):
            voice, hear = hears[engine]
            row = known.get(_asked(voice, sample))
            if row is not None:
                row = replace(row, error=_error(sample, row.understood))
            else:
                row = _measure(engine, voice, sample, hear, ears)
                say(f"{count:4} of {len(todo)}  {_told(row)}")
                write_measured(DOCS / "voices.toml", [*kept, row, *_later(known, [*kept, row])])
            kept.append(row)
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
        voice, hear = hears["kokoro"]
        rows = [_measure("kokoro", voice, one, hear, ears) for one in changed[:_MOST_CHECKED]]
    for row in rows:
        say(_told(row))
    say(f"Listened to {len(rows)} of {len(changed)} prompts that are new.")
    return [miss for miss in misses(rows) if "median" not in miss]


def unheard_samples() -> list[Sample]:
    """Return what is spoken in kokoro's voice and has no figure in docs/voices.toml as it is."""
    known = _known()
    return [one for one in _samples() if _asked(KokoroVoice.name, one) not in known]


def _known() -> _Known:
    rows = read_measured(DOCS / "voices.toml")
    return {(row.voice, row.language, row.words, row.made_of): row for row in rows}


def _asked(voice: str, sample: Sample) -> tuple[str, str, str, str]:
    return voice, sample.language, sample.words, made_of(sample) if _ships(voice) else ""


def _ships(voice: str) -> bool:
    return voice == KokoroVoice.name


def made_of(sample: Sample) -> str:
    """Return a hash of the shipped sounds that a sentence is made of; empty without any."""
    if _is_rendered(sample):
        return _RENDERED
    whole = Piece(sample.words, sample.language, Pace.NORMAL)
    pieces = Sentence.of(whole, sample.parts).pieces()
    found = (_shipped().get((one.words, one.language, one.pace.value)) for one in pieces)
    hashes = [prompt.sha256 for prompt in found if prompt is not None]
    return hashlib.sha256("".join(hashes).encode()).hexdigest()[:16] if hashes else ""


def _is_rendered(sample: Sample) -> bool:
    """Tell whether the line asks for a sentence as a whole before it is heard."""
    shipped = (sample.words, sample.language, Pace.NORMAL.value) in _shipped()
    whole = sample.language in SPOKEN_AS_A_WHOLE and bool(sample.slots)
    return whole and sample.template in ASKED_AHEAD and not shipped


@functools.cache
def _shipped() -> Mapping[Asked, ShippedPrompt]:
    return read_list(FOLDER)


def _later(known: _Known, kept: Sequence[Measured]) -> list[Measured]:
    """Return what is known and still to come, so that a break loses nothing."""
    done = {(row.voice, row.language, row.words) for row in kept}
    return [row for asked, row in known.items() if asked[:3] not in done]


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


def _measure(engine: str, voice: str, sample: Sample, hear: Hear, ears: Recogniser) -> Measured:
    audio = hear(sample)
    understood = ears.understood(audio, sample.language)
    return Measured(
        engine=engine,
        voice=voice,
        language=sample.language,
        key=sample.key,
        words=sample.words,
        seconds=measured(audio).seconds,
        understood=understood,
        error=_error(sample, understood),
        made_of=made_of(sample) if _ships(voice) else "",
    )


def _error(sample: Sample, understood: str) -> float:
    return round(error_of(sample.words, understood, sample.language), 3)


def _told(row: Measured) -> str:
    return f"{row.engine:8}  {row.error:.2f}  {row.words}  |  {row.understood}"


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
    if _is_rendered(sample):
        now = RealClock().now()
        with database.transaction() as session:
            want_sentences(
                session,
                (sample.template,),
                sample.slots,
                language=sample.language,
                pace=Pace.NORMAL,
                now=now,
            )
        speaker.render_wanted(database, now, 1)
    personal = any(part.is_personal for part in sample.parts)
    with database.transaction() as session:
        spoken = speaker.spoken(
            session, sample.words, sample.language, personal=personal, parts=sample.parts
        )
    assert isinstance(spoken, Play), sample.words
    media = speaker.audio(database, spoken.url.rsplit("/", 1)[-1].removesuffix(".wav"))
    assert media is not None
    return media.content
