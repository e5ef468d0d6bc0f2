"""Whether a thing works, from what is said of its state: 不再漏, 水还是小, 没一个亮的.

A state is good or bad in itself; 没, 不 and 未 before it turn it round, 又 and 还 before a bad one
let it last. For the question whether a matter is settled.
"""

from __future__ import annotations

import re
from typing import Literal

State = Literal["good", "bad"]

_BAD = (
    "漏水|漏气|漏电|漏|渗水|渗|滴水|滴答|滴|堵上|堵|坏掉|坏|响|吵|闹|臭|味儿?|冰凉|冰|凉|冷|黑|闪|灭|熄|晃|卡住|卡|冒水|冒烟|冒|返水|返味|返|溢|跳闸|跳|断电|断|停水|停电|停"
    "|抖|歪|松|掉|死机|罢工|犯病|犯毛病|犯|出毛病|出问题|毛病|烂|脏|挡|占|叫|咬|烦人|老样子|原样|厉害|严重|糟|加重|恶化|费劲"
)
_GOOD = (
    "修好|修妥|修完|修利索|修上|修理好|弄好|弄妥|弄完|弄利索|搞好|搞掂|搞定|搞妥|整好|整妥|办好|办妥|办完|办成|处理好|处理完|处理了|解决|换好|换上|换了|装好|装上|装了|安好|安上"
    "|疏通|打通|清走|清理了|拉走|收走|打扫了|扫了|送来|送到|收到|拿到|领到|恢复|正常|利索|妥当|妥帖|妥|好使|好用|能用|管用|顶用|好透|好全|好|通了?|亮|热乎|热|暖和|暖|干净|安静|彻底|来水|来电|来气|出水|下水|走水|水来|电来|到了"
)
_TURN = "没有|没|冇|未|不怎么|不大|不太|不再|不|别再|唔|莫|木有|毋"
_DEGREE = (
    "再也|再|怎么|咋|完全|全|彻底|真正|太|很|大|都|给|能|人|见|见着|有|得|可|"
    "个|啥|什么|一点|一点儿|怎样|过"
)
_LASTS = (
    "又开始|又|还在|还是|还|仍然|仍|仲|照样|照旧|依旧|依然|老是|老|总是|总|越来越|"
    "更加|更|一直|天天|反复|经常|时不时|隔三差五|一会儿?|过会儿?|下午|今天|半夜"
)
_STATE = re.compile(
    rf"(?P<lasts>(?:{_LASTS})*)(?P<turn>(?:再也|再|从此|已经|早就)*(?:(?:{_TURN})(?:{_DEGREE})*)?)"
    rf"(?:(?P<bad>{_BAD})|(?P<good>{_GOOD}))"
)
_OVER = re.compile("不再|没再|再没|再也|没有再|不[漏堵响吵臭冷凉黑闪晃卡冒返跳停断渗滴叫灭]")
_NOTHING_NEW = (
    "没(?:有|啥|什么|得|点|个|任何|丝毫)*(?:变化|动静|影子?|反应|效果|改善|进展|起色|区别|变)|跟没[修弄来]|白[修弄来跑]|等于没"
    "|(?:哪|哪里|哪儿|几时|啥时候)(?:就)?(?:修|好|解决|弄|通|来|办|亮|热)(?:了|过|呀|啊)|[^|]不(?:了|成|着|动|开|上|起来|出)(?![解])"
)
_WORKS = (
    "(?<![不没])能[^没不|]{1,4}了(?:$|[|])|有(?:热水|凉水|水|电|气|网|信号|暖气|"
    "声音|画面|人管|人扫|灯|亮)了"
)


def read_state(letters: str) -> State | None:
    """Return ``good`` or ``bad`` where what is said of states agrees, or turned bad again.

    >>> read_state("不再漏了"), read_state("还没弄利索"), read_state("上午好了|下午又漏")
    ('good', 'bad', 'bad')
    >>> read_state("热得很"), read_state("水还是打不着"), read_state("你是哪位") is None
    ('good', 'bad', True)
    """
    if re.search(_NOTHING_NEW, letters):
        return "bad"
    found = [state for one in _STATE.finditer(letters) if (state := _meaning(one))]
    if re.search(_WORKS, letters):
        found.insert(0, "good")
    if not found or (found[0] == "bad" and "good" in found):
        return None
    return "bad" if "bad" in found else "good"


def _meaning(found: re.Match[str]) -> State | None:
    turned = bool(re.search(_TURN, found["turn"]))
    if found["bad"]:
        if turned:
            is_over = _OVER.search(found.group()) or "没" in found["turn"]
            return "good" if is_over and not found["lasts"] else None
        return "bad" if found["lasts"] or found["bad"] in _BAD_OF_ITSELF else None
    return "bad" if turned else "good"


_BAD_OF_ITSELF = frozenset({"老样子", "原样", "漏", "漏水", "堵", "坏", "冰", "冰凉", "滴答"})
