"""Prompts from and for a person's voice: folders of recordings, the reading script, the check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.db import Database
from core.wording.catalogue import LANGUAGES
from core.wording.readings import without_readings
from telephony.speech.prompt_book import MISSING, PromptBook, PromptLook
from telephony.speech.recorded import LONGEST_SECONDS, UnusableRecording
from telephony.speech.script import Entry
from telephony.speech.voice import Pace

ENDINGS = (".wav", ".mp3", ".flac", ".ogg")
_SLOW = ".slow"
_EMERGENCY = "first.emergency"
_EMERGENCY_SECONDS = 6.0
_CLAUSES = "，。！？；：、,.!?;:"
_SENTENCES = "。！？.!?"
_TO_A_KEY = re.compile("请按| press ")


@dataclass(frozen=True)
class Brought:
    """What became of one file: ``reason`` says why it was not taken."""

    file: Path
    look: PromptLook | None = None
    reason: str = ""


def bring_folder(database: Database, book: PromptBook, folder: Path) -> Iterator[Brought]:
    """Take every recording of a folder, each by itself; a refused one leaves the old one.

    Files lie in ``zh_CN`` and ``en``, or for Chinese in the folder itself, and are named by
    their prompt: ``first.report.wav``; ``first.report.slow.mp3`` is the slow one.
    """
    for file, language in _files(folder):
        stem = file.name.removesuffix(file.suffix)
        pace = Pace.SLOW if stem.endswith(_SLOW) else Pace.NORMAL
        try:
            with database.transaction() as session:
                look = book.keep(
                    session,
                    name=stem.removesuffix(_SLOW),
                    language=language,
                    pace=pace,
                    audio=file.read_bytes(),
                    origin=file.name,
                )
            yield Brought(file, look)
        except UnusableRecording as error:
            yield Brought(file, reason=str(error))
        except OSError as error:
            yield Brought(file, reason=f"打不开 (it cannot be read: {error.strerror})")


def problems(looks: Sequence[PromptLook]) -> list[str]:
    """Say what is wrong with prompts: missing, or longer than an old ear takes in."""
    found = []
    for look in looks:
        longest = _EMERGENCY_SECONDS if look.name == _EMERGENCY else LONGEST_SECONDS
        if look.pace == Pace.SLOW:
            longest *= 1.5  # the bar is for the normal pace
        where = f"{look.language} {look.name} ({look.pace})"
        if look.source == MISSING:
            found.append(f"{where}: no sound yet; run `linli prompts render`")
        elif look.seconds is not None and look.seconds > longest:
            found.append(f"{where}: {look.seconds:.1f} s, at most {longest:.0f} s")
    return found


def reading_script(entries: Sequence[Entry], language: str) -> str:
    """Write what a person reads aloud: file by file, in order, with the pauses."""
    rows = "\n".join(
        f"| {number} | `{entry.name}.wav` | {with_pauses(entry.words)} |"
        for number, entry in enumerate(entries, start=1)
    )
    return f"{_HEADS[language]}\n{rows}\n"


def with_pauses(words: str) -> str:
    """Show the pauses in words: ‖ a breath, ¦ half a second; a thing and its key are one.

    >>> with_pauses("查进度，请按2。不着急，慢慢说。")
    '查进度，请按2。‖ 不着急，¦ 慢慢说。‖'
    """
    plain = without_readings(words)
    shown = [f"{letter}{_pause_mark(plain, place)}" for place, letter in enumerate(plain)]
    return " ".join("".join(shown).split())


def _pause_mark(words: str, place: int) -> str:
    letter, following = words[place], words[place + 1 :]
    if letter not in _CLAUSES or (following and following[0] in _CLAUSES):
        return ""
    if _TO_A_KEY.match(following):
        return ""
    return "‖ " if letter in _SENTENCES else "¦ "


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    places = [(folder, "zh_CN"), *((folder / language, language) for language in LANGUAGES)]
    for place, language in places:
        if place.is_dir():
            for file in sorted(place.iterdir()):
                if file.suffix.lower() in ENDINGS:
                    yield file, language


_HEADS = {
    "zh_CN": """# 朗读稿

一行录一个文件,文件名照写;读慢一点、清楚一点,像给老人打电话。一行里的 ¦ 停半秒,‖ 停一口气。
录 WAV 或 MP3 都行,不用剪头尾。行尾没有标点的,后面还要接别的话,不要拖长。
录好放在一个文件夹里:`linli prompts import 文件夹`。不合适的会说明原因,原来的不动。
慢速的另录一遍,文件名加 `.slow`,例如 `first.report.slow.wav`;没录的用合成的声音。

| 次序 | 文件 | 读 |
|---|---|---|""",
    "en": """# Reading script

One file a line, named as it stands there. Read slowly and clearly, as to an old neighbour on the
telephone. Within a line ¦ is a pause of half a second, ‖ one breath. WAV or MP3; nothing needs to
be cut. A line without a mark at its end goes on with other words: do not draw it out.
Put the files into a folder `en`: `linli prompts import FOLDER`. One that cannot be used is refused
with the reason, and the old one stays. The slow ones are named `first.report.slow.wav`.

| No. | File | Read |
|---|---|---|""",
}
