"""One written form for whatever a telephone sends; what is stored stays as it was sent."""

from __future__ import annotations

import functools
import re
import unicodedata

import opencc
from pypinyin import Style, lazy_pinyin

# Marks that NFKC keeps although nobody sees them: fillers, joiners, selectors, tags.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\s]+")
_CLAUSE_END = re.compile(r"[,.。,;;!!??::、…~\n]+")
_NO_LETTER = re.compile(r"[^\w|]+|_+")
# Variants that the table of opencc leaves alone because some words keep them.
_VARIANTS = str.maketrans({"著": "着", "裏": "里", "髒": "脏", "喫": "吃", "燻": "熏", "囬": "回"})
_HANZI = re.compile(r"[\u3400-\u9fff]")
_EDGES = " ,，。.:：、;；"
_LONGEST_WORDS = 300


@functools.cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@functools.lru_cache(maxsize=16)
def clean(text: str) -> str:
    """Bring a text to simplified, half-width, lower-case form without unseen marks.

    >>> clean("進度　０１５８")
    '进度 0158'
    >>> clean("救\u200b命")
    '救命'
    """
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    spaced = _CONTROL.sub(" ", _UNSEEN.sub("", folded)).strip()
    simplified: str = _simplifier().convert(spaced)
    return simplified.translate(_VARIANTS).lower()


def clauses(text: str) -> str:
    """Return the letters and digits of a cleaned text, its clauses parted by ``|``.

    >>> clauses(clean("快 来!老头子🆘晕倒了。"))
    '快来|老头子晕倒了'
    """
    parted = _CLAUSE_END.sub("|", text)
    return re.sub(r"\|+", "|", _NO_LETTER.sub("", parted)).strip("|")


def as_written(text: str, words: str) -> str:
    """Return the end of a text as it was written whose cleaned form is ``words``, else those.

    >>> as_written("通知 全体 Lift 明天修，请走楼梯。", "lift 明天修,请走楼梯")
    'Lift 明天修，请走楼梯'
    """
    wanted = _bare_end(words)
    if len(wanted) > _LONGEST_WORDS:
        return words
    for start in range(max(0, len(text) - 2 * len(wanted) - 20), len(text)):
        if _bare_end(clean(text[start:])) == wanted:
            return " ".join(text[start:].split()).strip(_EDGES)
    return words


def _bare_end(words: str) -> str:
    return " ".join(words.split()).strip(_EDGES)


@functools.lru_cache(maxsize=8192)
def _syllable(character: str) -> str:
    return lazy_pinyin(character, style=Style.NORMAL)[0]


def syllables(text: str) -> str:
    """Spell the hanzi of a text without tones, each syllable ended by a space.

    The reading of each character stands alone, so that the same character always sounds the
    same, in a lexicon and in a text.

    >>> syllables("下水到赌了")
    'xia shui dao du le '
    """
    return "".join(f"{_syllable(c)} " if _HANZI.match(c) else f"{c} " for c in text)


def is_latin(text: str) -> bool:
    """Tell whether a cleaned text is written in Latin letters only.

    >>> is_latin("the lift is broken"), is_latin("电梯坏了"), is_latin("12")
    (True, False, False)
    """
    return any("a" <= c <= "z" for c in text) and not _HANZI.search(text)


def initials(name: str) -> str:
    """Return the letters by which a name is typed in a hurry.

    >>> initials("金桂兰"), initials("Anna Smith")
    ('jgl', 'as')
    """
    spelled = "".join(f" {_syllable(c)} " if _HANZI.match(c) else c for c in clean(name))
    return "".join(word[0] for word in re.findall(r"[a-z]+", spelled))
