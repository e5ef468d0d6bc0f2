"""How hanzi are read aloud where a dictionary would guess wrong: readings written beside them.

``单⟨shan4⟩大妈`` says that 单 is the surname. A reading is pinyin with tone digits (5 for none),
one syllable a hanzi, and belongs to the hanzi just before it. Voices obey it; nobody sees it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HANZI = "\u3400-\u9fff\U00020000-\U0003ffff"
_MARK = re.compile("⟨([^⟨⟩]*)⟩")
_LOOSE = re.compile("[⟨⟩]")
_SYLLABLE = re.compile(r"[a-zü]{1,6}[1-5]")
_HANZI_RUN = re.compile(f"[{_HANZI}]+")


@dataclass(frozen=True)
class Piece:
    """A stretch of words; ``syllables`` say how its hanzi are read, or are empty: as usual."""

    text: str
    syllables: tuple[str, ...] = ()


def marked(hanzi: str, reading: str) -> str:
    """Write a reading beside hanzi; one that does not fit them is left out.

    >>> marked("单", "shan4"), marked("单", ""), marked("单", "shan4 da4")
    ('单⟨shan4⟩', '单', '单')
    """
    syllables = reading.lower().split()
    fits = len(syllables) == len(hanzi) and all(map(_SYLLABLE.fullmatch, syllables))
    return f"{hanzi}⟨{' '.join(syllables)}⟩" if fits and syllables else hanzi


def without_readings(words: str) -> str:
    """Leave out every reading, for a screen or for somebody else's voice.

    >>> without_readings("单⟨shan4⟩大妈，着火⟨zhao2 huo3⟩了")
    '单大妈，着火了'
    """
    return _LOOSE.sub("", _MARK.sub("", words))


def pieces(words: str) -> list[Piece]:
    """Cut words into stretches with and without readings; a mark that fits nothing is left out.

    >>> [(piece.text, piece.syllables) for piece in pieces("找单⟨shan4⟩大妈")]
    [('找', ()), ('单', ('shan4',)), ('大妈', ())]
    """
    found: list[Piece] = []
    start = 0
    for mark in _MARK.finditer(words):
        before = words[start : mark.start()]
        start = mark.end()
        syllables = tuple(mark[1].split())
        at = len(before) - len(syllables)
        fits = at >= 0 and bool(_HANZI_RUN.fullmatch(before[at:] or "-"))
        if fits and all(map(_SYLLABLE.fullmatch, syllables)):
            found += [Piece(before[:at]), Piece(before[at:], syllables)]
        else:
            found.append(Piece(before))
    found.append(Piece(words[start:]))
    return [Piece(_LOOSE.sub("", one.text), one.syllables) for one in found if one.text]
