"""What an office's own sentence must hold to, as the shipped ones do: pure, no I/O."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping

from core.errors import Refusal
from core.wording.catalogue import shipped, slots_in

LONGEST_TEXT = 70  # UTF-16 units of one segment
_LONGEST_OF_THREE = 201
_LONGEST_WORDS = 500  # characters of anything else
_SPOKEN_HANZI = 27  # about twelve seconds at the normal pace
_CLAUSE_HANZI = 12
_CHANNELS = ("sms", "voice", "form")
_FIXED = ("emergency", "danger", "alarm")  # what must be right while somebody is in danger
_NEVER = {
    "zh_CN": ("输入", "无效", "非法", "错误", "系统", "工单", "格式"),
    "en": ("invalid", "illegal", "error", "system", "ticket"),
}
_LINK = re.compile(r"https?:|www\.|\.(?:com|cn|org)\b", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BAD_NEWS = re.compile(
    r"(?:没|不|未|没有|not |no |nobody|un)[^,。;,.:]*(?:回|请回|按|text |press )1(?!\d)"
)
_CLAUSE = re.compile(r"[，。！？；：、]")
_HANZI = re.compile("[\u4e00-\u9fff]")
_SIGNATURE = {"zh_CN": 6, "en": 12}  # 【东城社区】, [Dongcheng]
# UTF-16 units of the longest that a slot brings; what is not named here: _USUAL.
_SLOTS: Mapping[str, int] = {
    **dict.fromkeys(("number", "into", "bare"), 5),
    **dict.fromkeys(("digit", "other"), 1),
    **dict.fromkeys(("code", "wanted", "count", "agree", "disagree", "silent", "points"), 3),
    "phone": 7,
    "day": 9,
    "time": 15,
}
_USUAL = 8


def may_be_reworded(key: str) -> bool:
    """Tell whether an office may say this in its own words.

    >>> may_be_reworded("sms.receipt.thanks"), may_be_reworded("sms.emergency.gas")
    (True, False)
    """
    channel, section, name = key.split(".", 2)
    fixed = section in _FIXED or any(word in name for word in _FIXED)
    return channel in _CHANNELS and not fixed


def problems_of(key: str, language: str, words: str) -> Iterator[Refusal]:
    """Yield what is wrong with an office's own sentence in the place of a shipped one."""
    old = shipped(language)[key]
    if not words.strip() or _NOT_SHOWN.search(words):
        yield Refusal("console.wording.empty")
        return
    slots, wanted = slots_in(words), slots_in(old) or frozenset()
    if slots != wanted:
        named = " ".join(f"{{{name}}}" for name in sorted(wanted)) or "—"
        yield Refusal("console.wording.slots", slots=named)
    if _numbers(words) != _numbers(old):
        yield Refusal("console.wording.digits", digits=" ".join(sorted(_numbers(old))) or "—")
    for word in _NEVER[language]:
        if word in words.lower() and word not in old.lower():
            yield Refusal("console.wording.never", word=word)
    if _LINK.search(words):
        yield Refusal("console.wording.link")
    if _BAD_NEWS.search(words) and not _BAD_NEWS.search(old):
        yield Refusal("console.wording.bad_news")
    yield from _too_long(key, language, words, old)


def _too_long(key: str, language: str, words: str, old: str) -> Iterator[Refusal]:
    if key.startswith("sms."):
        most = LONGEST_TEXT if _filled(old, language) <= LONGEST_TEXT else _LONGEST_OF_THREE
        over = _filled(words, language) - max(most, _filled(old, language))
        if over > 0:
            yield Refusal("console.wording.too_long", count=str(over))
    elif key.startswith("voice.") and language == "zh_CN":
        over = _hanzi(words) - max(_SPOKEN_HANZI, _hanzi(old))
        if over > 0:
            yield Refusal("console.wording.too_long", count=str(over))
        clause = max(_CLAUSE.split(words), key=_hanzi)
        if _hanzi(clause) > max(_CLAUSE_HANZI, *map(_hanzi, _CLAUSE.split(old))):
            yield Refusal("console.wording.clause", words=clause, most=str(_CLAUSE_HANZI))
    elif len(words) > max(_LONGEST_WORDS, len(old)):
        yield Refusal("console.wording.too_long", count=str(len(words) - _LONGEST_WORDS))


def _filled(words: str, language: str) -> int:
    """Count the UTF-16 units of a text, signed and with the longest that its slots bring."""
    try:
        fields = list(string.Formatter().parse(words))
    except ValueError:
        return len(words)
    fixed = sum(len(text.encode("utf-16-le")) // 2 for text, _, _, _ in fields)
    slots = sum(_SLOTS.get(name, _USUAL) for _, name, _, _ in fields if name)
    return _SIGNATURE[language] + fixed + slots


def _numbers(words: str) -> frozenset[str]:
    """Return the numbers in words: keys to press, digits to text, telephones."""
    return frozenset(re.findall(r"\d+", re.sub(r"\{[^}]*\}", "", words)))


def _hanzi(words: str) -> int:
    return len(_HANZI.findall(words))
