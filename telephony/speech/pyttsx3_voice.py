"""The voice that needs nothing but pip: pyttsx3 with our synchronous driver on espeak-ng."""

from __future__ import annotations

import re
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyttsx3
import soundfile

from core.wording.ear import written_out
from telephony.speech import sync_espeak
from telephony.speech.mandarin import as_espeak_says
from telephony.speech.telephone_audio import Samples, silence, telephone_wav, trimmed
from telephony.speech.voice import VoiceFailed
from telephony.twiml import cleaned

VOICES = {"zh_CN": "cmn", "en": "en-us"}
_CLAUSES = re.compile(r"[^，。！？；：、…,.!?;:\n]+[，。！？；：、…,.!?;:\n]*")
_LONG_PAUSE = frozenset("。！？…!?\n")
_SPEAKABLE = re.compile(r"\w")
_SYLLABLES = re.compile(r"[\u3400-\u9fff]|\[\[")


@dataclass(frozen=True)
class _Tempo:
    """How a pace sounds; hanzi a minute are counted with the pauses."""

    hanzi_a_minute: int
    fastest: int  # hanzi a minute within a clause, whatever the pauses cost
    rate: int  # espeak's words a minute to begin with
    clause_seconds: float  # of silence after a clause; never under half a second
    sentence_seconds: float


_TEMPOS = {
    "normal": _Tempo(145, 260, 190, 0.5, 0.6),
    "slow": _Tempo(110, 200, 145, 0.6, 0.8),
}
_ENGLISH_RATES = {"normal": 150, "slow": 115}


class Pyttsx3Voice:
    """Renders words in Mandarin and English; one lock, since espeak is one for the process."""

    name = "pyttsx3/espeak-ng-1.52/1"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Any = None
        self._errors: list[Exception] = []

    def render(self, words: str, language: str, pace: str) -> bytes:
        """Return a WAV of 8 kHz mono mu-law.

        :raises VoiceFailed: if there is nothing to speak or espeak does not work.
        """
        clauses = _clauses(written_out(cleaned(words), language))
        if not clauses or language not in VOICES:
            raise VoiceFailed("nothing to speak")
        if language != "en":
            clauses = [as_espeak_says(clause) for clause in clauses]
        with self._lock:
            try:
                samples, rate = self._spoken(clauses, language, pace)
            except (OSError, RuntimeError, ValueError, KeyError) as error:
                self._engine = None  # its state is unknown: the next words start another
                raise VoiceFailed(str(error)) from error
        if not samples.any():
            raise VoiceFailed("nothing was heard")
        return telephone_wav(samples, rate)

    def _spoken(self, clauses: list[str], language: str, pace: str) -> tuple[Samples, int]:
        tempo = _TEMPOS[pace]
        if language == "en":
            spoken = self._speak(clauses, language, _ENGLISH_RATES[pace])
        else:
            spoken = self._speak_in_time(clauses, language, tempo)
        return _joined(clauses, spoken, tempo)

    def _speak_in_time(
        self, clauses: list[str], language: str, tempo: _Tempo
    ) -> list[tuple[Samples, int]]:
        """Speak at the rate that brings the whole, pauses included, to the tempo."""
        spoken = self._speak(clauses, language, tempo.rate)
        rate = _fitting_rate(clauses, spoken, tempo)
        if abs(rate - tempo.rate) <= tempo.rate * 0.05:
            return spoken
        return self._speak(clauses, language, rate)

    def _speak(self, clauses: list[str], language: str, rate: int) -> list[tuple[Samples, int]]:
        engine = self._started_engine()
        self._errors.clear()
        engine.setProperty("voice", VOICES[language])
        engine.setProperty("rate", rate)
        with tempfile.TemporaryDirectory(prefix="linli-voice-") as folder:
            files = [Path(folder) / f"{number}.wav" for number in range(len(clauses))]
            for clause, file in zip(clauses, files, strict=True):
                engine.save_to_file(clause, str(file))
            engine.runAndWait()
            if self._errors:
                raise RuntimeError(str(self._errors[0])) from self._errors[0]
            return [_read(file) for file in files]

    def _started_engine(self) -> Any:
        if self._engine is None:
            sync_espeak.install()
            self._engine = pyttsx3.init(sync_espeak.DRIVER)
            # pyttsx3 swallows what its driver raises, unless somebody listens.
            self._engine.connect("error", self._note_error)
            self._engine.runAndWait()
        return self._engine

    def _note_error(self, name: str | None, exception: Exception) -> None:  # noqa: ARG002 - pyttsx3 names both
        self._errors.append(exception)


def _clauses(words: str) -> list[str]:
    """Split words after each mark; what has nothing to speak is left out.

    >>> _clauses("报修，请按一。")
    ['报修，', '请按一。']
    """
    return [clause for clause in _CLAUSES.findall(words) if _SPEAKABLE.search(clause)]


def _pause_after(clause: str, tempo: _Tempo) -> float:
    if clause.rstrip()[-1] in _LONG_PAUSE or clause.rstrip().endswith("."):
        return tempo.sentence_seconds
    return tempo.clause_seconds


def _fitting_rate(clauses: list[str], spoken: list[tuple[Samples, int]], tempo: _Tempo) -> int:
    hanzi = sum(len(_SYLLABLES.findall(clause)) for clause in clauses)
    speaking = sum(len(samples) / rate for samples, rate in spoken)
    if not hanzi or not speaking:
        return tempo.rate
    pauses = sum(_pause_after(clause, tempo) for clause in clauses)
    wished = max(hanzi * 60 / tempo.hanzi_a_minute - pauses, hanzi * 60 / tempo.fastest)
    return round(tempo.rate * speaking / wished)


def _joined(
    clauses: list[str], spoken: list[tuple[Samples, int]], tempo: _Tempo
) -> tuple[Samples, int]:
    """Join what was spoken; the last clause has its pause too, since another prompt may follow."""
    rate = spoken[0][1]
    pieces: list[Samples] = []
    for clause, (samples, _) in zip(clauses, spoken, strict=True):
        pieces += [samples, silence(_pause_after(clause, tempo), rate)]
    return np.concatenate(pieces), rate


def _read(file: Path) -> tuple[Samples, int]:
    samples, rate = soundfile.read(file, dtype="float32")
    return trimmed(samples, rate), int(rate)
