"""How far what was understood is from what was said: pinyin without tones, or English words.

Pure. A recogniser writes figures and hanzi of its own choice (1 for 幺, 她 for 他), which nobody
hears; so both sides become syllables first, and a figure counts as whichever reading fits.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

import cn2an
from pypinyin import Style, lazy_pinyin
from rapidfuzz.distance import Levenshtein

from core.wording.ear import digits_spoken, quantity_spoken, written_out
from core.wording.readings import pieces, without_readings

_FIGURES = re.compile(r"\d+")
_HANZI = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]+(?:'[a-z]+)?")
_MOST_READINGS = 64
# One syllable for what is one number: a recogniser writes 幺 and 一 as 1, 两 and 二 as 2.
_SAME = {"yao": "yi", "liang": "er"}
_SAME_HANZI = str.maketrans("幺两", "一二")


def pinyin_error(said: str, understood: str) -> float:
    """Return the share of syllables, without tones, that were understood otherwise.

    Wrong, missing and added syllables count, so it can be above 1.

    >>> pinyin_error("报修，请按幺。", "報修 請按1")
    0.0
    >>> round(pinyin_error("报修，请按一。", "宝秀请按七"), 2)
    0.2
    """
    syllables = _said_syllables(said)
    if not syllables:
        return 0.0 if not _syllables(understood) else 1.0
    heard = (_syllables(reading) for reading in _readings(understood, "zh_CN"))
    return min(Levenshtein.distance(syllables, one) for one in heard) / len(syllables)


def word_error(said: str, understood: str) -> float:
    """Return the share of English words that were understood otherwise.

    >>> word_error("A person, press 0.", "a person press zero")
    0.0
    >>> word_error("You need three hundred and five more.", "You need 305 more.")
    0.0
    >>> word_error("Not settled, press two.", "Not set up, press 2.")
    0.5
    """
    words = _words(written_out(said, "en"))
    if not words:
        return 0.0 if not _words(understood) else 1.0
    readings = (_words(reading) for reading in _readings(understood, "en"))
    return min(Levenshtein.distance(words, one) for one in readings) / len(words)


def error_of(said: str, understood: str, language: str) -> float:
    """Return the error in the measure of the language."""
    return word_error(said, understood) if language == "en" else pinyin_error(said, understood)


def parts_said(said: str, language: str) -> int:
    """Count the words or syllables that are said."""
    return len(_words(written_out(said, "en")) if language == "en" else _said_syllables(said))


def _said_syllables(said: str) -> list[str]:
    """Return the syllables of what was said; a reading written beside hanzi holds."""
    found: list[str] = []
    for piece in pieces(written_out(said, "zh_CN")):
        if piece.syllables:
            found += [re.sub(r"\d", "", one) for one in piece.syllables]
        else:
            found += _syllables(piece.text)
    return found


def _syllables(words: str) -> list[str]:
    """Return the syllables of hanzi and, one a word, what is written in letters."""
    plain = without_readings(words).lower().translate(_SAME_HANZI)
    found: list[str] = []
    for stretch in re.findall(r"[\u3400-\u9fff]+|[a-z]+", plain):
        if _HANZI.match(stretch):
            found += lazy_pinyin(stretch, style=Style.NORMAL, v_to_u=False)
        else:
            found.append(stretch)
    return [_SAME.get(one, one) for one in found]


def _readings(understood: str, language: str) -> Iterator[str]:
    """Write each figure digit by digit and as a quantity, in every combination."""
    figures = _FIGURES.findall(understood)
    quantity = _quantity if language != "en" else _english_quantity
    choices = [sorted({_digit_by_digit(one, language), quantity(one)}) for one in figures]
    for chosen in itertools.islice(itertools.product(*choices), _MOST_READINGS):
        between = _FIGURES.split(understood)
        yield "".join(itertools.chain(*itertools.zip_longest(between, chosen, fillvalue="")))


def _digit_by_digit(words: str, language: str) -> str:
    return _FIGURES.sub(lambda found: f" {digits_spoken(found[0], language)} ", words)


def _quantity(figure: str) -> str:
    if len(figure) > 8:
        return _digit_by_digit(figure, "zh_CN")
    return str(cn2an.an2cn(str(int(figure))))


def _english_quantity(figure: str) -> str:
    if len(figure) > 8:
        return _digit_by_digit(figure, "en")
    return f" {quantity_spoken(int(figure), 'en')} "


def _words(words: str) -> Sequence[str]:
    return _LATIN.findall(words.lower().replace("-", " ").replace("’", "'"))
