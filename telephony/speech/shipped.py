"""Prompts that the project brings along, rendered with Kokoro: no engine is needed to play them.

The folder holds telephone WAVs and one list of them: the words, who spoke them, and the hash of
each file. ``make prompts`` rebuilds it (telephony/speech/shipping.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

FOLDER = Path(__file__).with_name("shipped_prompts")
LIST = "list.json"
_log = structlog.get_logger(__name__)
Asked = tuple[str, str, str]  # words, language, pace


@dataclass(frozen=True)
class ShippedPrompt:
    """One prompt of the list."""

    words: str
    language: str
    pace: str
    voice: str
    file: str
    sha256: str
    seconds: float
    error: float | None = None  # of the recogniser that listened; None: too short to tell

    @property
    def asked(self) -> Asked:
        """Return what is asked for to find it."""
        return self.words, self.language, self.pace


class Shipped:
    """Finds shipped prompts by their words."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the list; without one nothing is shipped."""
        self._folder = folder
        self._prompts = read_list(folder)
        self._damaged: set[str] = set()

    def find(self, words: str, language: str, pace: str) -> bytes | None:
        """Return the WAV of exactly these words; None if it is not shipped, or damaged."""
        prompt = self._prompts.get((words, language, str(pace)))
        if prompt is None or prompt.file in self._damaged:
            return None
        audio = _read(self._folder / prompt.file)
        if audio is None or hashlib.sha256(audio).hexdigest() != prompt.sha256:
            self._damaged.add(prompt.file)
            _log.warning("a shipped prompt is damaged", file=prompt.file)
            return None
        return audio

    def problems(self, wanted: Iterable[Asked]) -> list[str]:
        """Name every prompt of ``wanted`` that is missing or damaged, and every file too many."""
        asked = set(wanted)
        found = [f"not shipped: {' / '.join(one)}" for one in sorted(asked - set(self._prompts))]
        found += [f"too many: {' / '.join(one)}" for one in sorted(set(self._prompts) - asked)]
        found += [
            f"missing or damaged: {prompt.file}"
            for prompt in self._prompts.values()
            if self.find(*prompt.asked) is None
        ]
        listed = {prompt.file for prompt in self._prompts.values()}
        there = {str(path.relative_to(self._folder)) for path in self._folder.rglob("*.wav")}
        return found + [f"in no list: {file}" for file in sorted(there - listed)]


def read_list(folder: Path) -> Mapping[Asked, ShippedPrompt]:
    """Return every listed prompt by its words, language and pace."""
    try:
        rows = json.loads((folder / LIST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    prompts = (ShippedPrompt(**row) for row in rows)
    return {prompt.asked: prompt for prompt in prompts}


def write_list(folder: Path, prompts: Iterable[ShippedPrompt]) -> None:
    """Write the list in an order of its own, one prompt a line, so that a change can be read."""
    rows = [asdict(prompt) for prompt in sorted(prompts, key=lambda prompt: prompt.asked)]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    part = folder / f"{LIST}.part"
    part.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    part.replace(folder / LIST)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
