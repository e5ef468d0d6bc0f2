"""The voice that needs nothing but pip: pyttsx3 with our synchronous driver on espeak-ng."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import Any

import pyttsx3
import soundfile

from core.wording.ear import written_out
from core.wording.readings import without_readings
from telephony.speech import sync_espeak
from telephony.speech.clauses import TEMPOS, Tempo, clauses_of, joined, speaking_seconds
from telephony.speech.mandarin import as_espeak_says
from telephony.speech.telephone_audio import Samples, telephone_wav, trimmed
from telephony.speech.voice import VoiceFailed
from telephony.twiml import cleaned

VOICES = {"zh_CN": "cmn", "en": "en-us"}
_RATES = {"normal": 190, "slow": 145}  # espeak's words a minute to begin with
_ENGLISH_RATES = {"normal": 150, "slow": 115}


class Pyttsx3Voice:
    """Renders words in Mandarin and English; one lock, since espeak is one for the process."""

    name = "pyttsx3/espeak-ng-1.52/2"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Any = None
        self._errors: list[Exception] = []

    def render(self, words: str, language: str, pace: str) -> bytes:
        """Return a WAV of 8 kHz mono mu-law.

        :raises VoiceFailed: if there is nothing to speak or espeak does not work.
        """
        if language not in VOICES:
            raise VoiceFailed("this language is not known")
        clauses = clauses_of(without_readings(written_out(cleaned(words), language)))
        if not clauses:
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
        tempo = TEMPOS[pace]
        if language == "en":
            spoken = self._speak(clauses, language, _ENGLISH_RATES[pace])
        else:
            spoken = self._speak_in_time(clauses, language, pace)
        rate = spoken[0][1]
        return joined(clauses, [samples for samples, _ in spoken], rate, tempo), rate

    def _speak_in_time(
        self, clauses: list[str], language: str, pace: str
    ) -> list[tuple[Samples, int]]:
        """Speak at the rate that brings the whole, pauses included, to the tempo."""
        spoken = self._speak(clauses, language, _RATES[pace])
        rate = _fitting_rate(clauses, spoken, TEMPOS[pace], _RATES[pace])
        if abs(rate - _RATES[pace]) <= _RATES[pace] * 0.05:
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


def _fitting_rate(
    clauses: list[str], spoken: list[tuple[Samples, int]], tempo: Tempo, rate: int
) -> int:
    took = sum(len(samples) / samples_rate for samples, samples_rate in spoken)
    wished = speaking_seconds(clauses, tempo)
    return round(rate * took / wished) if took and wished else rate


def _read(file: Path) -> tuple[Samples, int]:
    samples, rate = soundfile.read(file, dtype="float32")
    return trimmed(samples, rate), int(rate)
