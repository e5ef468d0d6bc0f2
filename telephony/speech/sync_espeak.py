"""A driver for pyttsx3 that renders in the calling thread and returns when it is done.

pyttsx3's own driver for Linux waits for the end of a sound on another thread: it left no file in
16 of 20 fresh processes, loses the rate, and hangs on a second run. The library comes with
espeakng-loader (1.52): Debian's 1.51 reads hanzi as English letters.
"""

from __future__ import annotations

import ctypes
import importlib
import sys
import wave
from pathlib import Path
from types import ModuleType
from typing import Any

import espeakng_loader

DRIVER = "sync_espeak"
_VERSION = "1.52"
_UTF8 = 1
_PHONEMES_AS_LETTERS = 0
_PHONEMES_AS_IPA = 2
_WITH_TIE = 0x80


def install() -> None:
    """Make this module known to pyttsx3 as a driver of its own."""
    sys.modules[f"pyttsx3.drivers.{DRIVER}"] = sys.modules[__name__]


def buildDriver(proxy: Any) -> SynchronousDriver:  # noqa: N802 - the name that pyttsx3 calls
    """Build the driver, as pyttsx3 asks of a driver's module."""
    return SynchronousDriver(proxy)


class SynchronousDriver:
    """Speaks into files, one after the other; the caller holds a lock around it."""

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy
        self._heard = bytearray()
        self._espeak, self.rate = _started()
        self._espeak.SetSynthCallback(self._hear)

    def _hear(self, samples: Any, count: int, _events: Any) -> int:
        if count > 0:
            self._heard += ctypes.string_at(samples, count * ctypes.sizeof(ctypes.c_short))
        return 0  # go on

    def save_to_file(self, words: str, filename: str) -> None:
        """Render ``words`` into a WAV of 16-bit samples."""
        self._heard.clear()
        flags = self._espeak.CHARS_UTF8 | self._espeak.PHONEMES  # [[…]] holds phonemes
        status = self._espeak.Synth(words.encode(), flags=flags)
        if status not in (None, self._espeak.EE_OK):
            raise RuntimeError(f"espeak refused the words ({status})")
        with wave.open(filename, "wb") as target:
            target.setnchannels(1)
            target.setsampwidth(2)
            target.setframerate(self.rate)
            target.writeframes(bytes(self._heard))

    def getProperty(self, name: str) -> Any:  # noqa: N802 - pyttsx3's name
        """Return the rate in words a minute; nothing else is asked."""
        if name != "rate":
            raise KeyError(name)
        return self._espeak.GetParameter(self._espeak.RATE)

    def setProperty(self, name: str, value: Any) -> None:  # noqa: N802 - pyttsx3's name
        """Set the voice by name, or the rate in words a minute."""
        if name == "voice":
            if self._espeak.SetVoiceByName(str(value).encode()) != self._espeak.EE_OK:
                raise ValueError(f"espeak has no voice {value}")
        elif name == "rate":
            self._espeak.SetParameter(self._espeak.RATE, int(value), 0)
        else:
            raise KeyError(name)

    def startLoop(self) -> None:  # noqa: N802 - pyttsx3's name
        """Let the waiting commands run, here and now."""
        self._proxy.setBusy(False)

    def endLoop(self) -> None:  # noqa: N802 - pyttsx3's name
        """Nothing runs after startLoop."""

    def stop(self) -> None:
        """Nothing runs that could be stopped."""

    def destroy(self) -> None:
        """Leave espeak started: it is one for the process, and starting it again leaks."""


def phonemes(words: str, voice: str, *, tie: str = "") -> str:
    """Return espeak's phonemes; ``(en)`` in those of Chinese words is English that crept in.

    With ``tie`` they are IPA, with that letter inside what is one sound of two letters.

    ``words`` hold no [[phonemes]] themselves: this entry of the library does not know them.
    """
    espeak, _ = _started()
    if espeak.SetVoiceByName(voice.encode()) != espeak.EE_OK:
        raise ValueError(f"espeak has no voice {voice}")
    translate = espeak.dll.espeak_TextToPhonemes
    translate.restype = ctypes.c_char_p
    translate.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    rest = ctypes.c_char_p(words.encode())
    form = _PHONEMES_AS_IPA | _WITH_TIE | ord(tie) << 8 if tie else _PHONEMES_AS_LETTERS
    found = []
    while rest.value:
        found.append((translate(ctypes.byref(rest), _UTF8, form) or b"").decode())
    return " ".join(found)


_bindings: tuple[ModuleType, int] | None = None


def _started() -> tuple[ModuleType, int]:
    """Load and start espeak once; returns pyttsx3's bindings and the rate of its samples."""
    global _bindings
    if _bindings is None:
        # Loaded first and for all, so that pyttsx3's bindings find this one by its name and not
        # one of the system.
        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
        espeak = importlib.import_module("pyttsx3.drivers._espeak")
        folder = str(Path(espeakng_loader.get_data_path()).parent)
        rate = espeak.Initialize(espeak.AUDIO_OUTPUT_SYNCHRONOUS, 0, folder.encode(), 0)
        version = (espeak.Info() or b"").decode()
        if rate <= 0 or not version.startswith(_VERSION):
            raise RuntimeError(f"espeak-ng {_VERSION} is needed and did not start ({version})")
        _bindings = (espeak, rate)
    return _bindings
