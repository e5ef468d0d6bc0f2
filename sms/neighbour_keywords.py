"""Texts about the neighbourhood → what they ask for: pure and total, on cleaned words."""

from __future__ import annotations

import re

from sms.neighbour_commands import (
    CallVolunteers,
    Come,
    Consult,
    KeepWell,
    Major,
    NeighbourCommand,
    NeighbourWish,
    Notify,
    Opinion,
    SayOpinion,
    Stand,
)

_GAP = r"[\s:,。.、!;#~]*"
_CONSULT = re.compile(rf"(?:协商|写商|斜商|xieshang|consult){_GAP}(?P<words>.*)", re.DOTALL)
_NOTIFY = re.compile(
    rf"(?:通知(?!了|到|单|书|栏|说|上|我|你|他|她)|通之|同知|tongzhi|notice){_GAP}(?P<words>.*)",
    re.DOTALL,
)
_STAND = re.compile(
    rf"(?:定期帮办|帮办(?!理|公)|bangban(?![a-z])|standing){_GAP}(?P<words>.*)", re.DOTALL
)
_WELL = re.compile(rf"(?:平安电话|pingandianhua|welfare){_GAP}(?P<words>.*)", re.DOTALL)
_CASE = (
    rf"(?:第|no\.?|#)?(?P<number>\d{{1,6}})?号?(?!\d|号?楼|栋|幢|座|元|人|个){_GAP}(?P<words>.*)"
)
_MAJOR = re.compile(rf"(?:重大事项|重大|zhongda){_GAP}{_CASE}", re.DOTALL)
_CALL = re.compile(rf"(?:征集|正集|招募|zhengji){_GAP}{_CASE}", re.DOTALL)
_COME = re.compile(
    r"(?:我|我们)?(?P<no>不)?(?:能)?(?:去|参加)\s*(?:第|no\.?|#)?(?P<number>\d{1,6})号?(?:不了)?"
    r"(?:吧|了|的)?[。.!]*"
)
_VIEW = re.compile(
    rf"(?:意见|看法|yijian)\s*(?:第|#)?(?P<number>\d{{1,6}})号?(?!\d|号?楼){_GAP}(?P<words>.*)",
    re.DOTALL,
)
_OPINION = re.compile(rf"(?:第)?(?P<number>\d{{1,6}})(?:号)?(?!\d|-){_GAP}(?P<words>.*)", re.DOTALL)
_DIGIT = re.compile(r"[12](?:$|[\s,。.、!])")
_AS_ALWAYS = re.compile(r"(?:还是?)?照(?:旧|常|老样)|跟上次一样|as always")
_NOT_THIS_TIME = re.compile(
    r"(?:这次|这回|本月|这个月)?(?:先)?(?:不用|不要|不去|不拿|算了)|not this time"
)
_COMING = re.compile(r"(?:我)?(?:能|可以|一定|马上)?(?:去|来|参加)|有空")
_NOT_COMING = re.compile(r"不去|去不了|来不了|没空|没时间|不能|不来")
_AGREES = re.compile(r"(?:我家?|我们家?|户主)?(?:都|是)?(?:同意|赞成|支持|可以|行|agree|yes)")
_DISAGREES = re.compile(
    r"(?:我家?|我们家?|户主)?(?:都|是)?(?:不同意|反对|不赞成|不支持|不行|不可以|disagree|no)"
)


_BY_WORD = ((_CONSULT, Consult), (_NOTIFY, Notify), (_STAND, Stand), (_WELL, KeepWell))


def read_neighbour_command(cleaned: str) -> NeighbourCommand | None:
    """Read what staff text about the neighbourhood; None if it is none of it.

    >>> read_neighbour_command("协商 7 402 同意")
    Consult(words='7 402 同意')
    """
    for pattern, make in _BY_WORD:
        found = pattern.fullmatch(cleaned)
        if found:
            return make(found["words"].strip())
    for numbered, command in ((_MAJOR, Major), (_CALL, CallVolunteers)):
        found = numbered.fullmatch(cleaned)
        if found and (found["number"] or not found["words"]):
            number = int(found["number"]) if found["number"] else None
            return command(number, found["words"].strip())
    return _come(cleaned)


def read_neighbour_wish(cleaned: str) -> NeighbourWish | None:
    """Read what a resident texts about the neighbourhood; None if it is none of it.

    >>> read_neighbour_wish("协商7 同意")
    SayOpinion(number=7, words='同意')
    """
    come = _come(cleaned)
    if come is not None:
        return come
    found = _CONSULT.fullmatch(cleaned)
    if found is None:
        return None
    numbered = _OPINION.fullmatch(found["words"].strip())
    if numbered is not None:
        return SayOpinion(int(numbered["number"]), numbered["words"].strip())
    said = found["words"].strip()
    return SayOpinion(None, said) if not said or read_opinion(said) is not None else None


def read_standing(words: str) -> int | None:
    """Read 照旧 or 这次不用 as the digit that it stands for.

    >>> read_standing("照旧,谢谢"), read_standing("这次不用了"), read_standing("几点来")
    (1, 2, None)
    """
    if _AS_ALWAYS.match(words.strip()):
        return 1
    return 2 if _NOT_THIS_TIME.match(words.strip()) else None


def read_coming(words: str) -> int | None:
    """Read 我去 or 去不了 as the digit that it stands for.

    >>> read_coming("我能去"), read_coming("今天去不了"), read_coming("几点")
    (1, 2, None)
    """
    if _NOT_COMING.search(words):
        return 2
    return 1 if _COMING.match(words.strip()) else None


def _come(cleaned: str) -> Come | Opinion | None:
    come = _COME.fullmatch(cleaned)
    if come is not None:
        return Come(int(come["number"]), comes=not come["no"])
    view = _VIEW.fullmatch(cleaned)
    return Opinion(int(view["number"]), view["words"].strip()) if view is not None else None


def read_opinion(words: str) -> bool | None:
    """Read 同意 or 不同意, or its digit, at the head of words; None if it is neither.

    >>> read_opinion("不同意,太贵了"), read_opinion("1"), read_opinion("再想想")
    (False, True, None)
    """
    said = words.strip()
    if _DIGIT.match(said):
        return said[0] == "1"
    if _DISAGREES.match(said):
        return False
    return True if _AGREES.match(said) else None
