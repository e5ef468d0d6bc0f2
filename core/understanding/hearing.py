"""A text as it is heard: its letters, clause by clause, and what each of them may sound like."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.understanding.normalise import clauses, clean
from core.understanding.sounds import fold, readings, syllables_typed

TYPED = "\ue000"  # stands for a syllable that was typed in Latin letters
MASK = "#"  # stands for a letter that is taken out
_LONGEST_RUN = 60
_LATIN_RUN = re.compile(r"[a-z][a-z' ]*[a-z]|[a-z]")
_NO_PINYIN = frozenset(
    ["ok", "td", "gas", "app", "wifi", "qq", "iphone", "pos", "led", "sos", "help", "stop", "start"]
)
_ALSO_ENGLISH = frozenset({"me", "he", "she"})
_SHARE_OF_PINYIN = 0.85
# Long texts are heard at both ends, and in between around what a cry would hold.
_HEAD, _TAIL, _WINDOW, _MOST_WINDOWS = 400, 150, 24, 8
_CRIES = (
    "救命", "救我", "救人", "着火", "起火", "冒烟", "煤气味", "燃气味", "漏气", "泄漏", "触电",
    "漏电", "晕倒", "昏倒", "昏迷", "不省人事", "喘不上", "胸口", "摔倒", "起不来", "不想活",
    "自杀", "跳楼", "农药", "中毒", "被困", "砸门", "拿刀", "杀人", "走丢", "走失", "不见了",
    "120", "119", "110",
)  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """A text for matching.

    ``letters``: closed up, clauses parted by ``|``, typed syllables as :data:`TYPED`;
    ``sounds``: what each letter may sound like; ``cleaned``: with its spaces; ``length``: how many
    letters the whole text has, of which a long one keeps both ends and what cries.
    """

    letters: str
    sounds: tuple[tuple[str, ...], ...]
    cleaned: str
    length: int

    @property
    def is_typed(self) -> bool:
        """Tell whether some of it was typed in pinyin."""
        return TYPED in self.letters


@functools.lru_cache(maxsize=256)
def hear(text: str) -> Heard:
    """Hear a text; never raises, and takes a time in proportion to its length.

    >>> hear("快来！ 老头子").letters
    '快来|老头子'
    >>> hear("jiu ming").sounds
    (('jiu',), ('min',))
    """
    cleaned = clean(text)
    length = len(cleaned)
    kept = _shortened(cleaned)
    letters = clauses(kept)
    if not _may_be_typed(kept):
        return Heard(letters, tuple(readings(letter) for letter in letters), kept, length)
    return _heard_typed(kept, length)


def mask(heard: Heard, spans: Iterable[tuple[int, int]]) -> Heard:
    """Take letters out, so that nothing is found in them."""
    letters, sounds = list(heard.letters), list(heard.sounds)
    for start, end in spans:
        for place in range(start, end):
            if letters[place] != "|":
                letters[place], sounds[place] = MASK, ()
    return replace(heard, letters="".join(letters), sounds=tuple(sounds))


def _shortened(cleaned: str) -> str:
    if len(cleaned) <= _HEAD + _TAIL:
        return cleaned
    middle = cleaned[_HEAD:-_TAIL]
    places = sorted(place for cry in _CRIES if (place := middle.find(cry)) >= 0)
    windows = [middle[max(0, p - _WINDOW) : p + _WINDOW] for p in places[:_MOST_WINDOWS]]
    return "。".join((cleaned[:_HEAD], *windows, cleaned[-_TAIL:]))


def _may_be_typed(cleaned: str) -> bool:
    """Tell whether the Latin letters of a text are pinyin, and not English."""
    runs = [
        run
        for run in re.findall(r"[a-z]+", cleaned[:_HEAD])
        if run not in _NO_PINYIN | _ALSO_ENGLISH
    ]
    long_runs = [run for run in runs if len(run) <= _LONGEST_RUN]
    spelled = sum(len(run) for run in long_runs if syllables_typed(run))
    total = sum(len(run) for run in runs)
    syllables = sum(len(syllables_typed(run)) for run in long_runs)
    return syllables >= 2 and spelled >= total * _SHARE_OF_PINYIN


def _heard_typed(cleaned: str, length: int) -> Heard:
    letters: list[str] = []
    sounds: list[tuple[str, ...]] = []
    end = 0
    for found in re.finditer(r"[a-z]{1,60}", cleaned):
        _add_plain(cleaned[end : found.start()], letters, sounds)
        end = found.end()
        syllables = () if found.group() in _NO_PINYIN else syllables_typed(found.group())
        if syllables:
            letters += TYPED * len(syllables)
            sounds += [(fold(syllable),) for syllable in syllables]
        else:
            _add_plain(found.group(), letters, sounds)
    _add_plain(cleaned[end:], letters, sounds)
    return Heard("".join(letters).strip("|"), tuple(_stripped(letters, sounds)), cleaned, length)


def _add_plain(part: str, letters: list[str], sounds: list[tuple[str, ...]]) -> None:
    closed = clauses(part)
    parted = [*("|" if _begins_with_end(part) and letters else ""), *closed]
    parted += ["|"] if _ends_with_end(part) and parted[-1:] != ["|"] else []
    letters += parted
    sounds += [readings(letter) for letter in parted]


def _begins_with_end(part: str) -> bool:
    return bool(re.match(r"\s*[,.。;!?:、…~]", part))


def _ends_with_end(part: str) -> bool:
    return bool(re.search(r"[,.。;!?:、…~]\s*$", part))


def _stripped(letters: list[str], sounds: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Keep sounds in step with letters whose outer clause marks were taken away."""
    said = "".join(letters)
    begin = len(said) - len(said.lstrip("|"))
    return sounds[begin : len(said.rstrip("|"))]
