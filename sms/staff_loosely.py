"""Staff texts about a numbered case in other words than the commands': 58号 灯已经换好.

The number says that a case is meant; what is to be done with it is the first verb that is said of
it. Whatever denies, puts off or asks (没修好, 明天能换好, 修好了吗) ends no case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.understanding.normalise import clauses
from core.understanding.numbers import FOLLOWED_BY_UNIT
from core.understanding.states import read_state

_GAP = r"[\s:,。.、!?;#~-]*"
_CASE = (
    rf"(?:第|no\.?|#|编号|单号|工单|案子|案件|件|单子)?\s*(?P<number>\d{{1,6}})"
    rf"(?!\d|[-:.~/]\d|{FOLLOWED_BY_UNIT})\s*(?:号单|号件|号案|号(?!楼|院)|件(?!套)|单(?![元位]))?"
    rf"\s*(?:的(?=[录语留])|这个|那个|这件|那件|这单|那单)?"
)
_NUMBER_FIRST = re.compile(
    rf"(?:把|给|在|往|对|将|跟|关于)?\s*{_CASE}{_GAP}(?P<said>.+)", re.DOTALL
)
_TASK_FIRST = re.compile(rf"(?:t|待办)\s*(?P<number>\d{{1,6}})(?!\d){_GAP}(?P<said>.+)", re.DOTALL)
_NEAR = 14  # letters after the number, within which the verb stands
_LONGEST_BEFORE = 9  # of them before it: 老人家里, 灯已经
_REPAIRED = (
    "(?:修|搞|弄|换|处理|通(?!知)|清|干|整|装|办|做|忙|解|收|拾|疏通|拾掇|补|送|"
    "拉|扫|查|接|调|送|买|谈|劝|说|安|拆|补|焊|粘|洗|打扫|清理|调解|协调)"
)
_FAMILIES: dict[str, str] = {
    "note": (
        "(?:加|写|添|做|打)?(?:一?[个条笔]|一下)?(?:备注|注明|注释)|补充(?:说明|一[下句点])?|补记|^注(?![射册重销])(?:意)?"
        "|^(?:记一?[下笔句条]|记上|记着|加一[句笔条])"
    ),
    "callback": "回?访(?:问)?(?:过|完|了|好)*(?!客)|^(?:已经?)?问过了?|回过?电话问(?:过|了)?",
    "listen": "录音|语音|留言(?!板|条)|^(?:再|重新)*(?:听|播|放)(?:一?听|一遍|一下|下|出来)?",
    "escalate": (
        "(?:向|往)上(?:级)?(?:反映|汇报|报告|请示|反应)|(?:社区|我们|咱们|这边|我)(?:协调|处理|解决|搞|弄|管|办)不[了动下]"
        "|上报(?!纸)|报上去|升级|上交|报(?:给|请|到)?(?:一下)?(?:街道|办事处|上级|上面|领导|主任|书记|区里|市里)"
        "|(?:请|交|让)(?:示|街道|办事处|上级|上面|领导|主任|书记)(?:来|去|给)?(?:定|决定|协调|处理|拍板|批|看|解决|出面)?|往上(?:报|交|走)"
        "|(?:我|这边)?(?:协调|处理|解决|搞|弄)不[了动下](?:.{0,4}(?:上报|领导|主任|上面|街道))"
        "|(?:需要?|得|要|请|该|等)(?:由)?(?:上级|上面|街道|办事处|领导|区里|市里)(?:来|去|给)?(?:协调|出面|定|决定|解决|处理|拍板|批|看)?"
    ),
    "close": (
        "结案|案子?(?:件)?(?:可以)?结|^(?:先|就|可以|给)*结了?(?:吧|了吧|掉)|注销|销案|关单|归档|封单|注销|(?:可以|给我?|先)?(?:关|销|了结|关闭)(?:了|掉|吧)"
    ),
    "return": (
        "退[单件回掉]|^退|不(?:归|属于?|是|该|在|应该?)(?:我|社区|咱|本|俺|这边|物业|归?我们|归?社区)|(?:该|归|属于?|应该?是|得找|要找)(?:物业|城管|热力|供电|供水|电力|自来水|燃气|交警|街道|别|人家|隔壁|开发商|业主)|不在(?:我们)?(?:范围|辖区|片区)"
        "|(?:我|我们|这边)?(?:管|办)不[了着到]|(?:不是|没在)(?:我们?|咱们?)(?:的)?(?:片|辖|管)"
    ),
    "transfer": (
        "转(?:派|给|交|到|办)?(?!告)|移交|派给|派(?=物业|师傅|电工|水工|小|志愿)|分给|分派|交给(?!我(?!们))|交(?=物业|网格|小|老)|指派|安排(?:给)?(?=物业|师傅|电工|水工|小|老|志愿|网格)"
        "|(?:让|请|叫|由|给)(?!我|换|修|弄|装|送|清|买|处理|解决|通|老人|居民|本人|家属|示|街道|领导|主任定|办事处|上级)(?=[^\\s,，。]{1,5}(?:去|办|处理|弄|修|看|跟|接|负责|来|师傅|主任|网格|物业|$))"
    ),
    "told": (
        "告知|告诉|通知|转告|知会|答复|回复|回话|(?:跟|和|给|对|与|同)[^,，。]{0,6}?(?:说|讲|交代|解释|打|回)(?:了|过|明|清楚|好)*(?:电话)?(?:了|过)?|(?:说|讲|解释)(?:过|清楚|明白)了?|电话(?:里)?(?:说|讲)|打过?电话(?:了|说)"
    ),
    "accept": (
        "我(?:带|跟|和|叫|喊|领)[^,，。]{1,5}(?:去|来|过去|上门|看)|^(?:好|行|ok|可以|没问题)[\\s,，。]+(?=.{0,6}(?:去|到|来|上门|过去|弄))|接(?!走|地|到|口|孩|人|送|水|电|好|触|下来|不)(?:单|手|了|下|受|着)?|收到|领(?:了|单|走)?$|认领|归我|(?:交给|给|派给?|分给)我(?!们).{0,2}|我(?:现在|马上|这就|一会儿?|下午|上午|明天|明早|待会儿?|等会儿?|先)*(?:去|来|弄|办|处理|负责|跟|管|看|上门|到|包|联系|过去|安排|落实)(?!不)"
        "|(?:马上|这就|现在|立刻|立马|一会儿?|即刻)(?:就)?(?:去|到|过去|来|上门|处理|办|出发)|(?:在|已经?)?(?:路上|出发)|跟进|(?:半|[0-9一二两三四五十]+)个?(?:小时|分钟|点半?|钟头)(?:后|内|左右|以内)?(?:就)?(?:到|去|过去)|一会儿?(?:就)?到"
    ),
    "done": (
        f"(?:已经?|都|全|给)*{_REPAIRED}(?:理|通|复)?(?:好|完|定|妥|成|掉|利索|通|毕|上|到位|过|走|亮|开|到(?!哪|什么|啥|底)|干净|决)(?!不)(?:了|啦)?"
        f"|(?:已经?|都)(?:{_REPAIRED}|解决|处理|完)了?|{_REPAIRED}了(?=$|[\\s,，。])|完毕|完事|完工|竣工|搞掂|结束|办结|完成|解决(?!不)了?|恢复(?:了|正常)?|修复"
        "|已经?(?:给)?(?:维修|清理|更换|修理|安装|疏通|处置|拆除|清运|消毒|打扫|加固|粉刷|焊接|送达|办理|调解|劝解|拉走|搬走|开锁)"
        "|(?:买|取|拿|带|领|送|办|批|盖|拧|推|合|说|劝|谈|叫|找|开|撬|抬|搬|扶|量|配|打)(?:了)?(?:回来|下来|上去|过来|过去|出来|上了|好|和|通|开了|妥|起来)(?:了|啦)?"
        "|(?:活|事|工)(?:儿)?(?:都|全|已经?)?(?:完|好|妥|毕|成)(?:了|啦)?"
        "|^(?:全|都|已经?)?(?:好|行|妥|可以|成|ok|亮|通|热|来水|来电|没事|不漏|不堵|结)(?:了|啦|咧)|^(?:ok|done|over)(?:了)?"
    ),
    "look": (
        "^(?:现在|到底)?(?:办|处理|修|弄|搞|进行|走)?(?:到|得|的)(?:哪|什么|啥|怎|咋|如何)|^(?:接|办|修|弄|处理|来|去|派|换|送)(?:好|完)?(?:了)?没(?:有)?$"
        "|^(?:给我|再|让我)?(?:看|查|瞅|打开|显示|调出|翻)(?:一?[看查下]|一眼|出来)?|.*?(?:什么|啥|哪|几楼|几号|几单元|谁|怎么|咋|多少|几时|多会)|详情|内容|明细|地址|联系(?:方式|电话|人)|电话(?:号码)?$|情况$|进[展度]|现状|状态"
    ),
}
_PATTERNS = {name: re.compile(words) for name, words in _FAMILIES.items()}
_DENIED = re.compile("没|未|不(?!是|归|属|在|该|用|漏|堵)|别|甭|莫|无法|难|暂")
_LATER = re.compile(
    "明|后天|下周|周[一二三四五六日]|准备|打算|争取|预计|计划|要|等|再|如果|要是|回头|改天|尽快|希望|下午|晚上|才能|能|会"
)
_ASKS = re.compile(r"(?:吗|没|没有|么|呢|不|嘛)[。!,\s]*$|[?？]\s*$")
_FINISHED = frozenset({"done", "told", "callback"})
_PAST = re.compile("了|过|完|好|定|掂|毕|掉|已|ok|done|妥|成|结|到位|走访|见|送到|无误")

# A verb before the number: 认领12, 派77 物业, 通知到45了.
_BEFORE: dict[str, str] = {
    "accept": (
        "我去(?=\\s*\\d)|(?:这个|这单|这件|我|就)*接|认领|领取|领|接手|接过|接了|受理|我来(?:办|弄|处理|接)?|我去(?:办|弄|处理|看)?|我(?:接|弄|办|跟|领)|收到"
    ),
    "listen": "(?:听一?听|播一下|播|放一下|放|重听|再听|回放|语音|留言|听取|打开录音|录音)",
    "done": (
        "(?:搞|弄|处理|修|做|整|忙|解|办理?)(?:完|好|定|妥|掉|掂|完毕|决|利索)|解决|办理完毕|完工|了结|结束|结了|修复"
    ),
    "told": "通知|转告|知会|答复|回复|告知",
    "callback": "回?访过?|(?:打|去)?电话回访|问过",
    "close": "结案|案子?(?:件)?(?:可以)?结|销案|关闭|关单|关掉|关|归档|销|注销",
    "transfer": "派给?|移交|分派|指派|安排|转办|分|交办|转",
    "return": "退[掉还单件回]?|打回|退",
    "escalate": "报上级|报街道|报领导|报主任|报请|呈报|上交|升级|往上报|请示",
    "note": "补充|加注|注明|注|附注|添注",
    "look": "打开|调出|调一?下|调取|显示|翻一?下|查阅|瞅瞅|看看|看一眼|查明细|详细|瞧瞧",
}
_VERB_FIRST = {
    name: re.compile(
        rf"(?:再|先|已经?|需要?|请求?|要)*(?:{words})(?:给|到|一下|一遍|一次|下|了|过|的)?{_GAP}{_CASE}"
        rf"(?:了|啦|吧)?{_GAP}(?P<words>.*)",
        re.DOTALL,
    )
    for name, words in _BEFORE.items()
}


@dataclass(frozen=True)
class Loosely:
    """A command by its name, the case's number (or the task's), and the words that go with it."""

    name: str
    number: int
    words: str


def read_loosely(cleaned: str) -> Loosely | None:
    """Read a cleaned text about a numbered case; None if nothing is said to be done with it.

    >>> read_loosely("58号 灯已经换好").name, read_loosely("77交给王师傅").words
    ('done', '王师傅')
    >>> read_loosely("58明天才能换好"), read_loosely("12点我去开会")
    (None, None)
    """
    task = _TASK_FIRST.fullmatch(cleaned)
    if task:
        said = task["said"].strip()
        is_over = _PAST.search(said) and not _puts_off(said) and not _ASKS.search(said)
        return Loosely("finish_task", int(task["number"]), said) if is_over else None
    found = _NUMBER_FIRST.fullmatch(cleaned)
    if found and found["number"] not in _CRIES:
        return _said_of_case(int(found["number"]), found["said"].strip())
    for name, pattern in _VERB_FIRST.items():
        verb = pattern.fullmatch(cleaned)
        if verb:
            return Loosely(name, int(verb["number"]), verb["words"].strip())
    return None


def _said_of_case(number: int, said: str) -> Loosely | None:
    """Take the verb that stands first; of two at one place the one that stands first here."""
    asks = bool(_ASKS.search(said))
    best: tuple[int, str, int] | None = None
    for name, pattern in _PATTERNS.items():
        found = pattern.search(said[: _NEAR * 2])
        if found is None or found.start() > _LONGEST_BEFORE:
            continue
        before = said[: found.start()]
        if name in _FINISHED and (asks or _puts_off(before)):
            continue
        if _DENIED.search(before[-3:]) and name not in ("look", "return", "escalate", "note"):
            continue
        if best is None or found.start() < best[0]:
            best = (found.start(), name, found.end())
    if best is None and not asks and not _puts_off(said) and read_state(clauses(said)) == "good":
        return Loosely("done", number, said)
    if best is None:
        return Loosely("look", number, "") if asks and len(said) <= _NEAR else None
    start, name, end = best
    rest = said[end:].strip(" ,。.:;!、了啦")
    return Loosely(name, number, said if name in _WHOLE and start else rest or _whole(name, said))


def _whole(name: str, said: str) -> str:
    return said if name in _WHOLE else ""


def _puts_off(words: str) -> bool:
    return bool(_DENIED.search(words) or _LATER.search(words))


_CRIES = frozenset({"110", "119", "120"})
# Of these all that was said is worth keeping, where it says more than the verb.
_WHOLE = frozenset({"done", "told", "return", "callback"})
