"""Sound that the desk makes itself: a WAV for words that were typed instead of spoken."""

from __future__ import annotations

import struct
from collections.abc import Callable

from telephony.speech.voice import VoiceFailed

_RATE = 8000
_SILENCE = b"\xff"  # mu-law for zero
_CHARACTERS_A_SECOND = 3  # how fast an old woman tells what is broken
_MULAW = 7  # WAVE_FORMAT_MULAW

Render = Callable[[str, str, str], bytes]  # words, language, pace -> WAV


def typed_sound(words: str, render: Render | None) -> tuple[bytes, int]:
    """Return a WAV for typed words and its seconds: spoken if a voice is there, else silence.

    Where the voice cannot speak them, silence takes its place.
    """
    language = "zh_CN" if any("\u4e00" <= letter <= "\u9fff" for letter in words) else "en"
    if render is not None:
        try:
            sound = render(words, language, "normal")
            return sound, wav_seconds(sound) or 1
        except VoiceFailed:
            pass  # the words are kept as words; their sound is only for who plays it back
    seconds = min(max(2, len(words) // _CHARACTERS_A_SECOND), 180)
    return silent_wav(seconds), seconds


def silent_wav(seconds: int) -> bytes:
    """Return so many seconds of silence as telephones carry it: 8 kHz mono mu-law.

    >>> len(silent_wav(1))
    8058
    """
    sound = _SILENCE * (_RATE * seconds)
    form = struct.pack("<HHIIHHH", _MULAW, 1, _RATE, _RATE, 1, 8, 0)
    chunks = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"fact", struct.pack("<I", len(sound)))
    return _chunk(b"RIFF", chunks + _chunk(b"data", sound))


def wav_seconds(sound: bytes) -> int:
    """Return how long a WAV lasts, in whole seconds; 0 if it is none.

    >>> wav_seconds(silent_wav(3))
    3
    >>> wav_seconds(b"no sound")
    0
    """
    if sound[:4] != b"RIFF" or sound[8:12] != b"WAVE":
        return 0
    place, rate = 12, 0
    while place + 8 <= len(sound):
        name, size = struct.unpack_from("<4sI", sound, place)
        if name == b"fmt " and place + 20 <= len(sound):
            rate = struct.unpack_from("<I", sound, place + 16)[0]
        elif name == b"data":
            return round(min(size, len(sound) - place - 8) / rate) if rate else 0
        place += 8 + size + size % 2
    return 0


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content
