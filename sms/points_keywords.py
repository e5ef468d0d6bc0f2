"""Texts about points → what they ask for: pure and total, on words that are cleaned already."""

from __future__ import annotations

import re
from collections.abc import Callable

from sms.courtesy import AFTER_WORDS, BEFORE_WORDS
from sms.points_commands import (
    AskActivities,
    AskPoints,
    Attend,
    Credit,
    HandOver,
    KeeperCommand,
    PointsWish,
    Redeem,
    SignUp,
    TakeAttendance,
    TakeBack,
)

_GAP = r"[\s:,。.、!?;#~-]*"
_BEFORE = rf"(?:{BEFORE_WORDS}|[\s:,。.、!~])*+"
_AFTER = rf"(?:{AFTER_WORDS}|[\s:,。.、!?~])*+"
_SCORE = r"(?:积\s*分|积份|机分|鸡分|级分|计分|集分|基分|积芬|jifen)"
_HOW_MANY = "(?:余额|查询|明细|多少分|多少|几分|够不够|有没有)"
_THINGS = "(?:什么东西|什么|啥东西|啥|哪些东西|哪些|东西|奖品|礼品)"

_POINTS = re.compile(
    rf"{_BEFORE}(?:家|的|查询?|还|现在|一共|总共|有|剩|{_HOW_MANY}|\s)*{_SCORE}"
    rf"(?:是|还|现在|一共|总共|有|剩|{_HOW_MANY}|\s)*{_AFTER}"
    rf"|{_BEFORE}(?:my\s*)?(?:points|balance|score)(?:\s*balance)?{_AFTER}"
    rf"|how\s*many\s*points(?:\s*(?:do|have))?(?:\s*i)?(?:\s*have)?(?:\s*got)?[?\s]*"
)
_EXCHANGE = "(?:兑换|对换|兑奖|兑还|队换|兑唤|换购|duihuan|redeem|exchange)"
_SHOP = re.compile(
    rf"{_BEFORE}(?:(?:用|拿)?{_SCORE}(?:能|可以|都)*(?:换|{_EXCHANGE}){_THINGS}?"
    rf"|{_SCORE}(?:超市|商店|商城|兑换)|奖品|(?:有|能|可以)*{_EXCHANGE}(?:{_THINGS}|表|单)?"
    rf"|(?:能|可以)换{_THINGS}|(?:the\s*)?(?:shop|rewards?)){_AFTER}"
)
_REDEEM = re.compile(
    rf"{_BEFORE}(?:(?:用|拿)?{_SCORE}(?:换|{_EXCHANGE})|{_EXCHANGE}){_GAP}(?P<what>.{{1,24}}?){_AFTER}"
)
# 我想换桶油: things of the shop; what is to be repaired is exchanged too (换灯泡), and is none.
_GOODS = (
    "(?:花生|菜籽|大豆|香|食用|葵花|胡麻|芝麻)?油|大?米|面粉?|挂面|鸡?蛋|盐|糖|醋|酱油|茶叶?|牛?奶"
    "|洗衣[液粉]|洗洁精|洗手液|洗发水|沐浴露|香皂|肥皂|牙[膏刷]|毛巾"
    "|(?:卫生|卷|抽|餐巾|手)?纸巾?|垃圾袋|保温杯|水杯|雨伞|手套|袜子"
)
_SWAP = re.compile(
    rf"{_BEFORE}(?:(?:用|拿|把|的|我)*(?:{_SCORE}|分)?(?:能|够|可以)*(?:换|兑|领|拿){_GAP})"
    rf"(?:一|两|1|2)?(?:瓶|桶|袋|包|提|盒|份|个|点|些|块|卷|斤|条|双|把)?(?P<what>{_GOODS})"
    rf"(?:不|行不|好不)?{_AFTER}"
)
_MEASURE = re.compile(r"^(?:一|1)?(?:瓶|桶|袋|包|提|盒|份|个|点|些|块|卷)(?=.)")
_ACTIVITIES = re.compile(
    rf"{_BEFORE}(?:最近|近期|这周|本周|今天|明天|下周|都|社区|有)*(?:什么|啥|哪些)?(?:活动|活懂|huodong)"
    rf"(?:安排|表|通知|有哪些|有啥|有什么|呢)?{_AFTER}"
    rf"|{_BEFORE}(?:what(?:'?s|\s*is)\s*on|activities|activity|events?){_AFTER}"
)
_SIGN_UP = re.compile(
    rf"{_BEFORE}(?:报名|抱名|报明|报民|报铭|报个名|报上名|报一下名|报一个名|baoming|sign\s*(?:me\s*)?up|join)(?:\s*(?:参加|去|for))?"
    rf"{_GAP}(?:第|no\.?)?(?P<what>.{{0,20}}?)号?(?:的?活动)?{_AFTER}"
)
_NUMBER_FIRST = re.compile(
    rf"{_BEFORE}(?:参加|报)?(?:第|no\.?)?(?P<what>\d{{1,6}})(?:号)?(?:的?活动)?\s*(?:报名|抱名|报明|参加){_AFTER}"
)
_COUNT_ME = re.compile(
    rf"{_BEFORE}(?:参加|第)*(?P<what>(?!给)[^\s,。的了]{{1,12}}?)[\s,，]*(?:个)?"
    rf"(?:(?:也)?算(?:上)?我(?:们)?(?:一个|一份|俩)|我(?:也|要|来)*报(?:个)?名){_AFTER}"
)
_TAKE_PART = re.compile(
    rf"{_BEFORE}(?:也|来|去)*参加(?:第|no\.?)?(?P<what>\d{{1,6}}|[^\s,。的了不]{{2,8}}?)"
    rf"(?:号)?(?:的?活动|那个)?{_AFTER}"
)
_ATTEND = re.compile(
    rf"{_BEFORE}(?:签到|签道|签倒|欠到|千到|前到|签个到|qiandao|attend(?:ed|ance)?|check\s*in)"
    rf"(?:码|code)?(?:是)?{_GAP}(?P<code>[\d零〇一二三四五六七八九幺两\s-]{{0,12}}){_AFTER}"
)
_HANZI_DIGITS = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")
_MOST_CHARACTERS = 60  # a longer text is no command

_NAMED = r"[\s:,。.、!;#]*(?P<words>.*)"  # a minus belongs to the number behind it
_KEEPER: tuple[tuple[re.Pattern[str], Callable[[str], KeeperCommand]], ...] = tuple(
    (re.compile(f"(?:{words}){_NAMED}", re.DOTALL), make)
    for words, make in (
        ("加积分|加分|家分|佳分|嘉分|jiafen|credit", Credit),
        (r"扣回|扣会|口回|抠回|扣分|收回积分|kouhui|take\s*back", TakeBack),
        (r"发放|发方|发房|fafang|hand(?:ed)?\s*over", HandOver),
        (r"签到|签道|签倒|qiandao|attend(?:ance)?\b", TakeAttendance),
    )
)


def read_points_wish(cleaned: str) -> PointsWish | None:
    """Read a resident's cleaned text as a wish about points; None if it is anything else.

    >>> read_points_wish("查一下我的积分"), read_points_wish("兑换 一瓶花生油")
    (AskPoints(), Redeem(what='花生油'))
    >>> read_points_wish("报名参加12号活动"), read_points_wish("签到 四八二幺")
    (SignUp(what='12'), Attend(code='4821'))
    >>> read_points_wish("积分没给我算上") is None
    True
    """
    if len(cleaned) > _MOST_CHARACTERS:
        return None
    for pattern, make in _WISHES:
        found = pattern.fullmatch(cleaned)
        if found:
            return make(found)
    return None


def read_keeper_command(cleaned: str) -> KeeperCommand | None:
    """Read a cleaned text of staff as a keeper's command; None if it is anything else.

    >>> read_keeper_command("加分 金桂兰 扫雪 3")
    Credit(words='金桂兰 扫雪 3')
    """
    for pattern, make in _KEEPER:
        found = pattern.fullmatch(cleaned)
        if found:
            return make(found["words"].strip())
    return None


def code_of(written: str) -> str:
    """Return the digits of a code, whatever script and gaps it was written with.

    >>> code_of("四八 二-1")
    '4821'
    """
    return re.sub(r"\D", "", written.translate(_HANZI_DIGITS))


def _redeem(found: re.Match[str]) -> PointsWish:
    return Redeem(_MEASURE.sub("", found["what"].strip()))


_WISHES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], PointsWish]], ...] = (
    (_POINTS, lambda _found: AskPoints()),
    (_SHOP, lambda _found: Redeem()),
    (_SWAP, _redeem),
    (_REDEEM, _redeem),
    (_ACTIVITIES, lambda _found: AskActivities()),
    (_NUMBER_FIRST, lambda found: SignUp(found["what"])),
    (_SIGN_UP, lambda found: SignUp(found["what"].strip())),
    (_COUNT_ME, lambda found: SignUp(found["what"].strip())),
    (_TAKE_PART, lambda found: SignUp(found["what"].strip())),
    (_ATTEND, lambda found: Attend(code_of(found["code"]))),
)
