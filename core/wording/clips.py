"""Words in pieces that an ear can take in one after the other. Pure."""

from __future__ import annotations

import itertools
import re

from core.wording.readings import without_readings

_BREAK = re.compile(r"(?<=[。！？；!?;\n])\s*|(?<=\.)\s+")
_SMALL_BREAK = re.compile(r"(?<=[，、：,:])\s*")
_COUNTED = re.compile(r"[\u3400-\u9fff]|\d|[^\W\d_\u3400-\u9fff]+(?:'\w+)?")
# 12 s at the normal pace; at the slow one words are split earlier, so that each clip stays short.
_LONGEST, _LONGEST_SLOW = 27, 20


def clips_of(words: str, *, slow: bool) -> list[str]:
    """Split words into the clips in which they are spoken."""
    return clips(words, _LONGEST_SLOW if slow else _LONGEST)


def clips(words: str, longest: int) -> list[str]:
    """Split words into clips of at most ``longest`` hanzi or words, at sentences, then clauses.

    Words without any mark are split where they are full.

    >>> clips("水管修好了。明天上午王师傅再来看一看，不漏就结束。", 12)
    ['水管修好了。', '明天上午王师傅再来看一看，', '不漏就结束。']
    """
    parts = [part for part in _BREAK.split(words) if part.strip()]
    small = [
        piece
        for part in parts
        for clause in ([part] if spoken_length(part) <= longest else _SMALL_BREAK.split(part))
        for piece in _cut(clause, longest)
        if piece.strip()
    ]
    return _joined(small, longest)


def spoken_length(words: str) -> int:
    """Count what takes time to say: hanzi, single digits, and words of letters.

    >>> spoken_length("报事，请按1。"), spoken_length("Repair, press 1.")
    (5, 3)
    """
    return len(_COUNTED.findall(without_readings(words)))


def _cut(clause: str, longest: int) -> list[str]:
    if spoken_length(clause) <= longest:
        return [clause]
    starts = [found.start() for found in _COUNTED.finditer(clause)]
    cuts = [0, *starts[longest::longest], len(clause)]
    return [clause[start:end] for start, end in itertools.pairwise(cuts)]


def _joined(parts: list[str], longest: int) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and spoken_length(joined[-1]) + spoken_length(part) <= longest:
            joined[-1] += part
        else:
            joined.append(part)
    return joined
