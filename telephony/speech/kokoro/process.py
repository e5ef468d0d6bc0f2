"""The one process in which Kokoro renders: a line of JSON in, a line of JSON and a WAV out.

It ends when its parent does, and after ten idle minutes, since it holds 400 MB.
"""

from __future__ import annotations

import json
import os
import select
import sys
from pathlib import Path
from typing import BinaryIO

from telephony.speech.kokoro.voice import KokoroVoice, Places
from telephony.speech.voice import VoiceFailed, VoiceUnusable

IDLE_SECONDS = 600.0
_NICENESS = 19  # where the system knows no idle class; a webhook must not wait for what is ahead


def main() -> None:
    """Render what is asked for on standard input, until it closes."""
    _give_way()
    # Whatever a library prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    wishes = sys.stdin.buffer
    given = json.loads(wishes.readline())
    places = Places(
        styles=Path(given["styles"]),
        dictionary=Path(given["dictionary"]),
        model=Path(given["model"]) if given["model"] else None,
    )
    try:
        voice = KokoroVoice(places, threads=given["threads"])
    except VoiceUnusable as error:
        _answer(answers, failed=str(error))
        return
    _answer(answers)
    while _asked_within(wishes, IDLE_SECONDS) and (line := wishes.readline()):
        _serve(voice, answers, line)


def _give_way() -> None:
    os.nice(_NICENESS)
    if hasattr(os, "SCHED_IDLE"):  # Linux: whoever wakes takes the processor at once
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _serve(voice: KokoroVoice, answers: BinaryIO, line: bytes) -> None:
    wish = json.loads(line)
    try:
        audio = voice.render(wish["words"], wish["language"], wish["pace"])
    except VoiceFailed as error:
        _answer(answers, failed=str(error))
    except Exception as error:  # the parent is told the kind alone: words are nobody's business
        _answer(answers, failed=type(error).__name__)
    else:
        _answer(answers, audio)


def _answer(answers: BinaryIO, audio: bytes = b"", *, failed: str = "") -> None:
    answers.write(json.dumps({"bytes": len(audio), "failed": failed}).encode() + b"\n" + audio)
    answers.flush()


def _asked_within(wishes: BinaryIO, seconds: float) -> bool:
    # One wish at a time is under way, so that nothing waits unseen in the reader's buffer.
    return bool(select.select([wishes], [], [], seconds)[0])


if __name__ == "__main__":
    main()
