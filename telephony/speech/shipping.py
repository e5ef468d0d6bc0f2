"""Renders what the project ships, listening to each take as a caller would."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from telephony.recognition.hearing import Recogniser
from telephony.recognition.likeness import error_of, parts_said
from telephony.speech.shipped import Asked, ShippedPrompt, read_list, write_list
from telephony.speech.telephone_audio import measured
from telephony.speech.voice import Pace, Take, Voice

_TAKES = (Take(), Take(styled=12), Take(0.93, 24), Take(1.06, 6), Take(0.9, 40))
_WELL_UNDERSTOOD = 0.2
_FEWEST_PARTS = 4  # syllables or words; a recogniser makes a sentence out of less
_SAVED_EVERY = 5


class TakingVoice(Voice, Protocol):
    """A voice that can say the same words once more, a little otherwise."""

    def take(self, words: str, language: str, pace: str, take: Take) -> bytes:
        """Return a WAV of the words."""
        ...


@dataclass(frozen=True)
class Ears:
    """Who listens to the takes."""

    recogniser: Recogniser
    whole: frozenset[str]  # sentences: out of a fragment a recogniser makes one of its own

    def error(self, audio: bytes, asked: Asked) -> float | None:
        """Return how badly a take is understood; None for what is too short to tell.

        The slow pace is not listened to: what is clear at the normal one is clearer still.
        """
        words, language, pace = asked
        if words not in self.whole or parts_said(words, language) < _FEWEST_PARTS:
            return None
        if pace != Pace.NORMAL:
            return None
        return error_of(words, self.recogniser.understood(audio, language), language)


def ship(
    wanted: Iterable[Asked],
    voice: TakingVoice,
    ears: Ears | None,
    folder: Path,
    report: Callable[[ShippedPrompt], None],
    *,
    anew: bool = False,
) -> int:
    """Render what is not shipped yet in this voice, drop what is not wanted; returns how many.

    :param ears: None: the first take is kept, unheard.
    :param anew: render everything again.
    """
    wanted = list(dict.fromkeys(wanted))
    known = {} if anew else dict(read_list(folder))
    kept = {one: known[one] for one in wanted if one in known and known[one].voice == voice.name}
    folder.mkdir(parents=True, exist_ok=True)
    missing = [one for one in wanted if one not in kept]
    takes: dict[tuple[str, str], Take] = {}
    for count, asked in enumerate(missing, start=1):
        kept[asked] = _shipped(asked, voice, ears, folder, takes)
        report(kept[asked])
        if count % _SAVED_EVERY == 0:
            write_list(folder, kept.values())  # a rendering of an hour may be broken off
    write_list(folder, kept.values())
    _drop_others(folder, kept.values())
    return len(missing)


def _shipped(
    asked: Asked,
    voice: TakingVoice,
    ears: Ears | None,
    folder: Path,
    takes: dict[tuple[str, str], Take],
) -> ShippedPrompt:
    """Render one prompt; ``takes`` remembers the best one, for the other pace of the same words."""
    words, language, pace = asked
    if (words, language) in takes:
        audio, error = voice.take(words, language, pace, takes[words, language]), None
    else:
        audio, error, takes[words, language] = _best_take(asked, voice, ears)
    file = Path(language) / pace / f"{_file_name(words)}.wav"
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(audio)
    return ShippedPrompt(
        words=words,
        language=language,
        pace=pace,
        voice=voice.name,
        file=str(file),
        sha256=hashlib.sha256(audio).hexdigest(),
        seconds=measured(audio).seconds,
        error=None if error is None else round(error, 3),
    )


def _best_take(
    asked: Asked, voice: TakingVoice, ears: Ears | None
) -> tuple[bytes, float | None, Take]:
    """Speak until it is well understood, and return the best take."""
    words, language, pace = asked
    heard: list[tuple[float, bytes, Take]] = []
    for take in _TAKES:
        audio = voice.take(words, language, pace, take)
        error = None if ears is None else ears.error(audio, asked)
        if error is None:
            return audio, None, take
        heard.append((error, audio, take))
        if error <= _WELL_UNDERSTOOD:
            break
    error, audio, best = min(heard, key=lambda one: one[0])
    return audio, error, best


def _file_name(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _drop_others(folder: Path, kept: Iterable[ShippedPrompt]) -> None:
    listed = {folder / prompt.file for prompt in kept}
    for path in set(folder.rglob("*.wav")) - listed:
        path.unlink()
