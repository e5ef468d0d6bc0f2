"""What was understood of a sound, remembered: listening to the same bytes again tells nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from telephony.recognition.hearing import Recogniser


class Remembering:
    """A recogniser that listens to each sound once; its memory is a file of lines."""

    def __init__(self, recogniser: Recogniser, file: Path) -> None:
        """Read what was heard before; ``file`` is made with the first sound."""
        self._recogniser = recogniser
        self._file = file
        self._heard: dict[str, str] = {}
        if file.is_file():
            lines = file.read_text(encoding="utf-8").splitlines()
            self._heard = dict(json.loads(line) for line in lines)

    def understood(self, audio: bytes, language: str) -> str:
        """Return what is understood of a sound."""
        key = f"{language}:{hashlib.sha256(audio).hexdigest()}"
        if key not in self._heard:
            self._heard[key] = self._recogniser.understood(audio, language)
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as memory:
                memory.write(json.dumps([key, self._heard[key]], ensure_ascii=False) + "\n")
        return self._heard[key]
