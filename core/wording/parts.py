"""Spoken templates in parts: what is always the same, and what a slot fills in. Pure.

Fixed parts are recorded or rendered once and for all; the rest is asked for when it is known.
"""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from core.wording.catalogue import templates
from core.wording.ear import language_of
from core.wording.spoken_days import MONTHS, WEEKDAYS
from core.wording.spoken_english import COUNTED, DIGITS, ordinal

_LEADING = re.compile(r"[\s，。！？；：、,.!?;:]+")
_BETWEEN_TOKENS = re.compile(r"[\s，。！？；：、,.!?;:-]+")  # thirty-five
_SAYS_SOMETHING = re.compile(r"\w")
_SPOKEN = "voice."

# Slots that may name a person, a home or a matter: what holds them is kept for a day only.
PERSONAL = frozenset(
    {
        "called", "code", "leader", "matter", "number", "person_1", "person_2", "person_3",
        "room", "who",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A stretch of a spoken sentence.

    ``slot`` is empty for what is always the same; ``mark`` is the punctuation that follows what
    fills a slot, and stands for its pause.
    """

    words: str
    slot: str = ""
    mark: str = ""

    @property
    def is_personal(self) -> bool:
        """Tell whether it may name a person or a private matter."""
        return self.slot in PERSONAL


def parts_of(key: str, language: str, slots: Mapping[str, str]) -> tuple[Part, ...]:
    """Cut the template ``key`` into its parts, slots filled in.

    >>> number, closed = parts_of("voice.status.closed", "zh_CN", {"number": "零 幺 五 八"})
    >>> number.slot, closed.words
    ('number', '号，已经办好了。')

    :raises KeyError: if there is no such key, or a slot is missing; both are bugs of ours.
    """
    found: list[Part] = []
    for fixed, slot, _, _ in string.Formatter().parse(templates(language)[key]):
        _add_fixed(found, fixed)
        if slot:
            found.append(Part(slots[slot], slot))
    return tuple(part for part in found if _SAYS_SOMETHING.search(part.words))


def fixed_parts(key: str, language: str) -> tuple[str, ...]:
    """Return what a template always says, in order; a template without slots is one part.

    >>> fixed_parts("voice.callback.opening", "en")
    ('Hello,', 'for')
    """
    anything = dict.fromkeys(slots_in(key, language), "…")
    return tuple(part.words for part in parts_of(key, language, anything) if not part.slot)


def slots_in(key: str, language: str) -> tuple[str, ...]:
    """Return the slots of a template in the order in which they are heard."""
    fields = string.Formatter().parse(templates(language)[key])
    return tuple(name for _, name, _, _ in fields if name)


def spoken_keys() -> tuple[str, ...]:
    """Return every key of a spoken template, in the order of the wording file."""
    return tuple(key for key in templates("zh_CN") if key.startswith(_SPOKEN))


def fixed_words(language: str) -> Iterator[str]:
    """Yield everything spoken that is always the same: whole sentences, and parts of them."""
    said = (part for key in spoken_keys() for part in fixed_parts(key, language))
    # a hint in English stands in every language, and is spoken in English
    yield from (words for words in dict.fromkeys(said) if language_of(words) == language)


def usual_days(language: str) -> tuple[str, ...]:
    """Return the days that come soon: today, those of this week and of the next.

    >>> usual_days("zh_CN")[:3]
    ('今天', '星期一', '下星期一')
    """
    today, following = ("today", "next ") if language == "en" else ("今天", "下")
    days = (name for day in WEEKDAYS[language] for name in (day, f"{following}{day}"))
    return (today, *days)


def vocabulary(language: str) -> Iterator[str]:
    """Yield the closed vocabulary that slots are filled with: numbers, days, months."""
    if language == "en":
        yield from (*DIGITS, *COUNTED)
        yield from (name for day in WEEKDAYS["en"] for name in (day, f"next {day}"))
        yield from ("today", *MONTHS, *(ordinal(day) for day in range(1, 32)))
        return
    yield from "零幺一二两三四五六七八九十"
    yield from (f"{digit}十" for digit in "二三四五六七八九")
    yield from (digit + size for size in "百千" for digit in "一二三四五六七八九")
    yield from (name for day in WEEKDAYS["zh_CN"] for name in (day, f"下{day}"))
    yield "今天"
    tens = ("", "十", "二十", "三十")
    numbers = [ten + one for ten in tens for one in ("", *"一二三四五六七八九") if ten + one]
    yield from (f"{number}月" for number in numbers[:12])
    yield from (f"{number}日" for number in numbers[:31])


def tokens_of(words: str, language: str) -> tuple[str, ...]:
    """Cut what fills a slot into words of the closed vocabulary; empty if it holds any other.

    >>> tokens_of("零 幺 五 八", "zh_CN"), tokens_of("十月九日，星期五", "zh_CN")
    (('零', '幺', '五', '八'), ('十月', '九日', '星期五'))
    >>> tokens_of("三百零五", "zh_CN"), tokens_of("thirty-five", "en")
    (('三百', '零', '五'), ('thirty', 'five'))
    >>> tokens_of("王师傅", "zh_CN")
    ()
    """
    known = _vocabulary_pattern(language)
    rest = _LEADING.sub(" ", words).strip().replace("月", "月 ") if language != "en" else words
    found = known.findall(rest)
    left = _BETWEEN_TOKENS.sub("", known.sub("", rest))
    return () if left else tuple(found)


@functools.cache
def _vocabulary_pattern(language: str) -> re.Pattern[str]:
    longest_first = sorted(vocabulary(language), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def _add_fixed(found: list[Part], fixed: str) -> None:
    """Add fixed words; punctuation at their beginning belongs to what was said before."""
    leading = _LEADING.match(fixed)
    if leading is not None:
        fixed = fixed[leading.end() :]
        mark = leading[0].strip()
        if found and mark:
            found[-1] = replace(found[-1], mark=mark)
    if fixed.strip():
        found.append(Part(fixed.strip()))
