"""Words cut into clauses, and what was spoken put together again at the tempo of the bars.

The bars: 130-160 hanzi a minute with the pauses, 100-120 when slow, half a second and more
between clauses. A thing and its key (报修，请按一) are one clause with a breath inside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.wording.readings import without_readings
from telephony.speech.pauses import with_pauses
from telephony.speech.telephone_audio import Samples

_CLAUSES = re.compile(r"[^，。！？；：、…,.!?;:\n]+[，。！？；：、…,.!?;:\n]*")
_LONG_PAUSE = frozenset("。！？…!?\n.")
_SHORT_PAUSE = frozenset("，；：、,;:")
_NAMES_A_KEY = re.compile(r"\s*(?:请按|press\b)")
_SPEAKABLE = re.compile(r"\w")
_SYLLABLES = re.compile(r"[\u3400-\u9fff]|\[\[")


@dataclass(frozen=True)
class Tempo:
    """How a pace sounds; hanzi a minute are counted with the pauses."""

    hanzi_a_minute: int
    slowest: int  # hanzi a minute within a clause, however few the pauses are
    fastest: int  # and however many
    inside: int  # hanzi a minute of a fragment, which others will surround
    clause_seconds: float  # of silence after a clause; never under half a second
    sentence_seconds: float
    breath_seconds: float  # between a thing and its key


TEMPOS = {
    "normal": Tempo(137, 175, 250, 190, 0.5, 0.5, 0.2),
    "slow": Tempo(106, 140, 190, 145, 0.6, 0.7, 0.3),
}


def clauses_of(words: str) -> list[str]:
    """Split words after each mark; what has nothing to speak is left out.

    >>> clauses_of("报修，请按一。")
    ['报修，', '请按一。']
    """
    return [clause for clause in _CLAUSES.findall(words) if _SPEAKABLE.search(clause)]


def pause_after(clause: str, tempo: Tempo, following: str = "") -> float:
    """Return the seconds of silence after a clause; a fragment without a mark has none.

    >>> pause_after("请按一。", TEMPOS["normal"]), pause_after("号", TEMPOS["normal"])
    (0.5, 0.0)
    >>> pause_after("报修，", TEMPOS["normal"], "请按一。")
    0.2
    """
    last = clause.rstrip(" ")[-1]
    if last in _LONG_PAUSE:
        return tempo.sentence_seconds
    if last not in _SHORT_PAUSE:
        return 0.0
    return tempo.breath_seconds if _NAMES_A_KEY.match(following) else tempo.clause_seconds


def pauses_of(clauses: Sequence[str], tempo: Tempo) -> list[float]:
    """Return the seconds of silence after each clause, the last one's too."""
    following = [*clauses[1:], ""]
    return [pause_after(one, tempo, then) for one, then in zip(clauses, following, strict=True)]


def syllables_in(clauses: Sequence[str]) -> int:
    """Count what takes a hanzi's time."""
    return sum(len(_SYLLABLES.findall(without_readings(clause))) for clause in clauses)


def speaking_seconds(clauses: Sequence[str], tempo: Tempo) -> float:
    """Return how long the clauses take, without their pauses, at the tempo; 0 without hanzi."""
    hanzi = syllables_in(clauses)
    if not pause_after(clauses[-1], tempo):
        return hanzi * 60 / tempo.inside
    pauses = sum(pauses_of(clauses, tempo))
    left = hanzi * 60 / tempo.hanzi_a_minute - pauses
    return min(max(left, hanzi * 60 / tempo.fastest), hanzi * 60 / tempo.slowest)


def joined(clauses: Sequence[str], spoken: Sequence[Samples], rate: int, tempo: Tempo) -> Samples:
    """Join what was spoken; the last clause has its pause too, since another prompt may follow."""
    return with_pauses(spoken, pauses_of(clauses, tempo), rate)


def sentences_of(clauses: Sequence[str]) -> list[list[str]]:
    """Group clauses into sentences, by the marks at their ends.

    >>> sentences_of(["报修，", "请按一。", "再见。"])
    [['报修，', '请按一。'], ['再见。']]
    """
    sentences: list[list[str]] = [[]]
    for clause in clauses:
        sentences[-1].append(clause)
        if clause.rstrip(" ")[-1] in _LONG_PAUSE:
            sentences.append([])
    return [sentence for sentence in sentences if sentence]
