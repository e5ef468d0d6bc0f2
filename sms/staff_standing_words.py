"""Staff texts without a number, in any order of their words: 手上还有几件没办, 今晚换我值班.

A text is such a command if nothing but its own words and particles is said.
"""

from __future__ import annotations

import re

_PARTICLE = (
    "的|了|啦|啊|呀|吧|呢|哈|嘛|咯|喽|一下|下|给我|帮我|请|麻烦|你好|大家好|"
    "各位|主任|现在|目前|今天|今日|到底|一共|总共|都|还|又|就|先|那|这|这会儿|"
    "[\\s,，。.、!！~?？:：]"
)
_OWN = (
    "我名下|名下|我手上|手上|我手里|手里|我手头|手头|我这儿|我这里|我这边|我这|"
    "我们组|我负责|我管|我该|分给我|派给我|我|俺|自己|个人"
)
_WORK = (
    "新单|新活|工单|单子|待办事项|待办|案子|案件|任务|清单|列表|工作|活儿|活|事儿|事情|"
    "事|件|单|东西|case|cases|wodedanzi"
)
_HOW_MANY = "哪些|哪几|几个|几件|几单|多少|什么|啥|有没有|有|剩下|剩|几"
_OPEN = (
    "没办完|没办|没完|没做完|没做|没处理完|没处理|没弄完|没弄|未办|未完成|没完成|"
    "未处理|没结|未结|要办|要做|该办|该做|等着办|在办|正在办|办理中|没闭环|需要办|"
    "需要处理|要处理"
)
_SHOW = (
    "列出来|列一下|列出|列|看一看|看一下|看看|看|查一下|查查|查|报一下|显示|"
    "打开|发我|发一下|汇总|说说"
)
_ON = (
    "值夜班|值白班|值晚班|值班|直班|职班|值勤|值守|当值|值|接班|接个班|上班|"
    "上岗|到岗|在岗|当班|顶班|顶岗|开工|开班|签到|打卡|报到|夜班|白班|早班|晚班|"
    "中班"
)
_ON_BESIDE = (
    "开始|换我|换俺|轮到我|轮到|该我|由我|我来|来|去|到|从|起|已经|已|刚|到了|"
    "到单位|到社区|到办公室|单位|社区|办公室|今晚|今早|早上|上午|中午|下午|晚上|"
    "夜里|现在起|班|我|俺|负责|接替|接|替|中"
)
_OFF = (
    "下班|下岗|交班|交接班|收工|收班|换班|不值班|不值|值完班|值完|结束|停止|"
    "值班完毕|完毕|交接|退出|撤了|撤|走了|走人|走|回家|离岗|休息|夏班|下线|签退|到点|完了|没我事"
)
_OFF_BESIDE = (
    f"{_ON_BESIDE}|{_ON}|今天到此为止|到此为止|到这里|到这儿|到这|忙完|完|要|"
    f"好|大家辛苦|辛苦大家|辛苦各位|各位辛苦|大家|各位|同志们|交接|辛苦|明天见|拜拜|再见|我先|人|干完"
)


def _bag(*words: str) -> re.Pattern[str]:
    parts = sorted({part for own in words for part in own.split("|")}, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(parts)})+")


_MINE = _bag(_PARTICLE, _OWN, _WORK, _HOW_MANY, _OPEN, _SHOW)
_STARTS = _bag(_PARTICLE, _ON, _ON_BESIDE)
_ENDS = _bag(_PARTICLE, _OFF, _OFF_BESIDE)
_LONGEST = 24


def read_standing_words(cleaned: str) -> str | None:
    """Return ``mine``, ``start_duty`` or ``end_duty``; None if the text is none of them.

    >>> read_standing_words("手上还有几件没办"), read_standing_words("今晚换我值")
    ('mine', 'start_duty')
    >>> read_standing_words("值班结束,我走了"), read_standing_words("值班室空调坏了")
    ('end_duty', None)
    """
    if len(cleaned) > _LONGEST:
        return None
    if _MINE.fullmatch(cleaned) and _asks_for_own(cleaned):
        return "mine"
    if _ENDS.fullmatch(cleaned) and re.search(_OFF, cleaned):
        return "end_duty" if _is_about_duty(cleaned) else None
    if _STARTS.fullmatch(cleaned) and re.search(_ON, cleaned):
        return "start_duty"
    return None


def _asks_for_own(cleaned: str) -> bool:
    is_own, is_work = bool(re.search(_OWN, cleaned)), bool(re.search(_WORK, cleaned))
    is_asked, is_open = bool(re.search(_HOW_MANY, cleaned)), bool(re.search(_OPEN, cleaned))
    return (
        is_own + is_work + is_asked + is_open >= 2
        and (is_own or is_open)
        and (is_work or is_asked or is_open)
    )


def _is_about_duty(cleaned: str) -> bool:
    """Tell 我走了 of somebody on duty from 走 or 完了 alone, which says nothing."""
    return bool(
        re.search(r"班|岗|工|值|线|签退|休息|撤|到此为止|到这|(?:我|先).*(?:走|回家)", cleaned)
    )
