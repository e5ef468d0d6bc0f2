"""Short answers to an open question: a digit in any script, or yes and no in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from core.understanding.normalise import clauses, clean

Meaning = Literal["yes", "no", "", "digit"]

_DIGITS = {
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "零": 0,
    "幺": 1, "壹": 1, "贰": 2, "叁": 3,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip
_DIGIT = re.compile(
    r"(?:我?(?:回复?|选择?|按|答|发|是|第)|answer|option)?[|]?"
    r"([0-9]|[一二三四五六七八九零幺壹贰叁]|one|two|three|four|five)"
    r"(?:个|号|吧|啊|呀|哈|的|了|啦|哦)?(?:[|](.*)|谢谢.*|thanks.*)?"
)
_POLITE = "(?:我|们|家|的|那个|那|这|事|都|已经|早就|现在|嗯|哦|好|是|下水道|水|灯|暖气|啊)*"
_YES = re.compile(
    _POLITE + r"(?:是的?|对|对的|行|可以|同意|好了|好啦|好咧|修好|弄好|办好|搞好|解决"
    r"|通了|亮了|热了|来水|有水"
    r"|来电|满意|没问题|没事了|不漏了|不堵了|yes|yeah|ok|okay|fixed|solved|done|works|satisfied|agree)"
)
_NO = re.compile(
    r"没有?(?:好|修好|弄好|办好|解决|来|人|修|弄|通|亮|热|满意)|没有?$|没呢|未解决|不行|不好|不满意|不同意"
    r"|还是|还没|还在|又(?:坏|堵|漏|停)|还(?:漏|堵|不|坏)|不是|不对|没啊|没得|冇|不中|没整好|不可以"
    r"|^(?:no|nope|not)(?![a-z])|notfixed|notsolved|notyet|disagree|stillbroken"
)
# 1 还有楼道灯坏了: a digit apart, then a remark; not 3 号楼, and not the head of a list.
_APART = re.compile(r"([0-9])[ ,。.、!]+(?![\d号楼栋幢座单室层门元块点个])(.+)")
_LIST = re.compile(r"1[|].*[|]?2[|]|1[|][^|]+2")
_MOST_WORDS = 40  # a longer text says more than yes or no; its beginning still may


@dataclass(frozen=True)
class ShortAnswer:
    """What a text answers: a digit, or yes or no in words, and what was said besides."""

    meaning: Meaning
    digit: int | None = None
    remark: str = ""


def read_answer(text: str) -> ShortAnswer:
    """Read a text as the answer to a question; an empty meaning is no answer. Never raises.

    >>> read_answer("回１").digit
    1
    >>> read_answer("修好了,谢谢").meaning
    'yes'
    >>> read_answer("还没弄好").meaning
    'no'
    """
    cleaned = clean(text)
    said = clauses(cleaned)
    found = _APART.fullmatch(cleaned) or _DIGIT.fullmatch(said)
    if found and not _LIST.match(said):
        mark = found.group(1)
        digit = int(mark) if mark.isdecimal() else _DIGITS[mark]
        return ShortAnswer("digit", digit, found.group(2) or "")
    beginning = said[:_MOST_WORDS]
    if _NO.search(beginning):
        return ShortAnswer("no", None, said)
    if _YES.match(beginning):
        return ShortAnswer("yes", None, said)
    return ShortAnswer("", None, said)
