"""What turns an answer round: 不疼, 不要停, 没发烧; 好不了, 满意不起来; 快修好了 is not yet."""

from __future__ import annotations

import re
from dataclasses import replace

from core.understanding.sayings import Spoken

_NOT = re.compile("(?:没有|没再|不再|没啥|没什么|没咋|不咋|不怎么|不太|不大|不|没|冇|未|唔|无)$")
# Twice denied is a yes: 没什么不舒服, 没有不满意.
_NOTHING = re.compile(
    "(?:并|也|真|都|倒)?(?:没有?|冇|莫得?)(?:得|啥|什么|哪里?|哪儿|觉得|感觉|感到|任何|一点)*$"
)
_DO_NOT = re.compile("(?:不要|不用|不能|不会|不可以|别|莫|甭|不)(?:给我|再)?$")
_STOPS = re.compile("停|断|取消|退|反对|拒绝|忘|少|耽误")
_BEGINS_WITH_NOT = re.compile("[不没冇未别莫甭唔无免]|木有")
_CRIES = re.compile("救|快来|来个?人|帮|活|死|命|想不开")
_GONE = re.compile(
    "(?:都|已经|早就|现在|全|基本上?|差不多)*(?:好了|好多了|没了|退了|过去了|消了|止住|缓过来|强多了)"
)
_CANNOT = re.compile(
    "(?:不了|不起来|不到哪|不下去|不得(?!了)|个屁|个鬼|个啥|个毛|啥呀|什么呀|才怪)"
)
_NOT_YET = re.compile(
    "(?:快要?|就要|就快|马上就?|正在|正|明天|后天|过两天|过几天|准备|等着?|说是?|答应|保证|据说|听说|啥时候|什么时候|几时|盼着?|希望|要是|如果)"
    "(?:给|能|会|就|才|要|可以|说|来|我|俺|人|师傅|他们|你们|把)*$"
)
_LESS = re.compile("不如|比不上|赶不上|不及|没有?(?:上次|上回|以前|从前|原来|原先|人家|别人|之前)")


def turned_bad(letters: str, said: dict[str, list[Spoken]]) -> dict[str, list[Spoken]]:
    """Make a bad word that is denied a good one: 不疼, 头不晕, 不要停; and one that is over.

    Cries stay what they are: 没救了 is no good news.
    """
    good: list[Spoken] = []
    for one in said.get("no", ()):
        if _CRIES.search(one.words):
            continue
        stops = _STOPS.match(letters[one.start :])
        before = (_NOTHING if letters[one.start] == "不" else _NOT).search(letters[: one.start])
        if before is None and _BEGINS_WITH_NOT.match(letters[one.start :]):
            continue
        before = before or (_DO_NOT.search(letters[: one.start]) if stops else None)
        over = _GONE.match(letters[one.end :])
        if before or over:
            start = before.start() if before else one.start
            end = one.end + (over.end() if over else 0)
            good.append(replace(one, start=start, end=end, spans=((start, end),)))
    if not good:
        return said
    covered = {place for one in good for place in one.places()}
    kept = {
        name: [one for one in ones if name == "yes" or not one.places() <= covered]
        for name, ones in said.items()
    }
    kept["yes"] = [*kept.get("yes", []), *good]
    return {name: ones for name, ones in kept.items() if ones}


def is_turned(letters: str, good: Spoken) -> bool:
    """Tell whether what follows a good word undoes it (好不了), or it is less than before."""
    return bool(_CANNOT.match(letters[good.end :]) or _LESS.search(letters[: good.start]))


def is_not_yet(letters: str, good: Spoken) -> bool:
    """Tell whether a good word is hoped for or told of, and not said: 快修好了, 说明天送来."""
    is_done = letters[good.start : good.start + 1] in "修弄好解来通换办搞整"
    return is_done and bool(_NOT_YET.search(letters[: good.start]))
