"""A resident's text → what it asks for: pure, total, and strict, since most texts are free words.

A command is recognised only if nothing but politeness surrounds it: a request that merely holds
the word 取消 or 进度 stays a request.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from core.understanding.answers import read_answer
from core.understanding.categories import suggest
from core.understanding.emergency import Emergency, find_emergency
from core.understanding.normalise import clauses, clean
from core.understanding.numbers import NUMBER, read_digits
from core.understanding.wishes import Wish, read_wish
from sms.commands import (
    Answer,
    AskHelp,
    AskPerson,
    AskStatus,
    BorrowedPhone,
    Chase,
    Code,
    Command,
    Nothing,
    OptIn,
    OptOut,
    Reading,
    ReportTrouble,
    SmallTalk,
    Withdraw,
)
from sms.courtesy import AFTER, BEFORE
from sms.neighbour_commands import NEIGHBOUR_WISHES
from sms.neighbour_keywords import read_neighbour_wish
from sms.points_commands import AskActivities, AskPoints, Attend, Redeem, SignUp
from sms.points_keywords import read_points_wish
from sms.several import split_requests

_NO = f"(?:第|no)?(?P<number>{NUMBER})(?:号|件)?"
_MY_MATTER = (
    "(?:我|我家|我们|我们家|家|上次|上回|昨天|前天|那天|之前|报|反映|反应|说|修|的|得|那|这|个|件|上)*+"
    "(?:事情|事儿|事|活|单子)(?:现在|给)?"
)
_WHERE = (
    "(?:办|弄|搞|处理|进行|修|走)?(?:到|得|的)?(?:哪了|哪儿了|那了|哪里了|哪一步了|哪步了|啥程度了|什么程度了|怎么样了|怎样了|咋样了|咋样"
    "|怎么样|如何了|咋弄了|办了没|办了吗|办好没|办好了没|办好了吗|好了没|有结果没|有结果了没|有结果吗|处理了没|处理了吗|有消息没|有信没|有信儿没)"
)
_PROGRESS = (
    "(?:查询|查|看|问|办理)?(?:进度|近度|劲度|进渡|金度|进都|jindu|办到哪|状态|progress|status)"
)

_STATUS = re.compile(
    f"{BEFORE}(?:{_PROGRESS}(?:查询|到哪|怎么样|咋样|如何)?(?:{_NO})?"
    f"|(?:{_NO})(?:的)?(?:{_PROGRESS}|{_MY_MATTER}{_WHERE}|{_WHERE})"
    f"|{_MY_MATTER}{_WHERE}|whereismycase(?:{_NO})?|whataboutmycase|查询?(?:{_NO})){AFTER}".replace(
        "(?P<number>", "("
    )
)
_TAKE_BACK = "(?:取消|取销|曲消|撤销|撤回|撤掉|quxiao|cancel|withdraw)"
_WITHDRAW = re.compile(
    f"{BEFORE}(?:{_TAKE_BACK}(?:我)?(?:上次|昨天)?(?:报|反映)?(?:的)?(?:报修|那件事|那个事|这件事|事|case)?(?:{_NO})?"
    f"|把?(?:{_NO})(?:那件事|的事|事)?(?:给)?(?:{_TAKE_BACK}|不用来|不用修|不用管)"
    f"|不用来修|不用来人|不用来|不用修|不用管|不需要来){AFTER}".replace("(?P<number>", "(")
)
_PERSON = re.compile(
    f"{BEFORE}(?:转?人工(?:服务|客服)?|人公|仁工|找人工|找个人|找人|找人说话|找个人说|要人工|接人工|(?:叫|让|派)?(?:个)?人?(?:给我)?回个?电话"
    f"|(?:叫|让)(?:个)?人(?:给我)?打个?电话|打个?电话给我|来个?电话"
    f"|打个?电话|回我?个?电话|rengong|operator|agent|human"
    f"|(?:a|real)?person|call ?me ?(?:back)?|talktosomeone|speaktosomeone){AFTER}"
)
_HELP = re.compile(  # 帮 is taken as politeness by BEFORE
    f"{BEFORE}(?:帮?助|怎么用|咋用|怎么发|咋发|能发什么|能发啥|发什么|发啥|菜单|使用说明|说明书?|bangzhu|help|menu|howto|info){AFTER}"
)
_OPT_OUT = re.compile(
    f"{BEFORE}(?:td|t|退订|退定|推订|退钉|tuiding|回td|回t|(?:别|不要|不用|莫|甭)(?:再)?(?:给我)?(?:打(?:电话)?|发(?:短信|信息)?|来电话|回访|骚扰)(?:给我)?"
    f"|取消订阅|不要短信|stop|stopall|unsubscribe|optout){AFTER}"
)
_OPT_IN = re.compile(
    f"{BEFORE}(?:恢复|恢复短信|恢复回访|恢复通知|恢复订阅|重新订阅|huifu|start|resume|subscribe){AFTER}"
)
_TALK = re.compile(
    "(?:谢谢|多谢|感谢|谢了|谢|辛苦|你好|您好|大家好|早上好|中午好|下午好|晚上好|早安|晚安|新年好|过年好|节日快乐|新年快乐|春节快乐|好的|好嘞|好咧|好|嗯|恩|哦|噢|行|中|得嘞"
    "|收到|知道|晓得|明白|清楚|放心|再见|拜拜|你们|您们|大家|了|啊|呀|哈|呵|嘿|的|您|你|都|太|很|非常|十分|社区|师傅|同志|小李|领导|麻烦|给|添|不客气|没关系|没事|不用谢"
    "|喂|在吗|在不在|有人吗|真|棒|赞|ok|okay|thanks|thankyou|thank|you|verymuch|very|much|hello|hi|hey|good|morning|evening|bye|great|fine|yes|received|gotit|so|dear|all)++"
)
_GREETING = re.compile(
    "你好|您好|大家好|拜拜|再见|早安|晚安|早上好|晚上好|下午好|中午好|在吗|在不在|有人吗|喂|hello|hi|hey|新年|过年|节日|春节"
)
_WELL = re.compile("没事|没关系|放心")
_THANKS = re.compile("谢|辛苦|thank|棒|赞")
_WHEN = "(?:什么|啥|么)时候|啥时间|什么时间|几时|几点|多会儿?|多咱|何时|哪天|哪会儿?"
_COMES = "来|到|修|弄|解决|处理|办|上门|派|答复|回话|轮到|整|换|装|清|管|搞"
_CHASE = re.compile(
    f"(?:{_WHEN})(?:才?能|才|会|给|可以|我|你们|人|师傅|上|给我|给俺|再|派人|安排人|有人)*(?:{_COMES})"
    "|还没(?:有)?(?:人)?来|没(?:有)?人来|没来人|没见人|(?:怎么|咋|为什么|为啥)(?:到现在)?(?:还|也|都)(?:没|不)|催一|催催|催下|再催|催单"
    "|等了?(?:你们)?(?:都|快)?(?:好|一|两|几|三|半|大半)(?:天|个|几天|上午|下午|晌|会儿|礼拜|星期|周|月)"
    "|(?:消息|动静|回音|回话|答复|下文|信儿?|影儿?|影子|人影|结果)(?:都|也)?(?:没有|没得|没见|全无|冇)|没(?:有|个|啥)?(?:消息|动静|回音|回话|答复|下文|信儿|影儿|人影|结果)"
    "|又(?:漏|堵|坏|停|不热|不亮|不通|凉)了|还是(?:不|漏|堵|坏|没|老样子)|(?:没|未)(?:有)?(?:修|弄|办|搞|整)好|没(?:有)?解决|(?:上次|上回|昨天|前天|前儿|那天)(?:我)?(?:跟你们|给你们|和你们)?(?:报|说|反映)(?:的|过)|还在(?:漏|堵)"
    "|(?:不是)?说(?:好|是|了)?(?:的)?(?:今天|明天|昨天|上午|下午|马上)(?:就)?(?:来|派|修)|人呢|师傅(?:还)?没来|修好了|弄好了|已经好了|nobodycame|noonecame|still(?:not|broken|leaking|no)|whenwill|anynews|notfixed"
)
_CHASE_CHARACTERS = 40
_A_FRIEND = re.compile("你(?!们)|老公|老婆|老师|同学|宿舍|学校|飞机|上课|亲爱|宝贝|手机")
_PREFIX = re.compile(
    r"^\s*(?:求助|报修|报事|反映|反应|投诉|咨询|诉求|我要报修|我要报事|我要反映|我要投诉)\s*[:：,，。\s]+"
)
_REPORTS = re.compile(
    r"[\s,。!:]*(?:你好|您好|喂|麻烦|请|我|俺|想|要|来|帮我|给我|再|也|社区|你们)*[\s,。!:]*"
    r"(?:报修|报事|报个修|报个事|报一个|保修|报一下|报下|投诉|求助|反映|反应|举报|诉求|上报一|登记一下|登记个|记一个|记个"
    r"|提个意见|提意见|提个建议|提建议|咨询|问个事|问一个事|有个事|有件事|申请维修)"
)
_SOMEBODY = (
    "大爷|大妈|大娘|奶奶|爷爷|姥姥|姥爷|外婆|阿姨|叔|婶|伯|舅|姑|老人|邻居|妈|爸|老伴|老头|老太"
    "|他|她|姓|家|哥|姐|先生|女士|老师|岳|婆|公公|室|楼|\\d"
)
_FOR_SOMEBODY = re.compile(
    rf"(?:{BEFORE}\|)?我?(?:是)?(?:替|帮|代|给|帮着|代替)(?P<whose>(?!我家|我们|我说|忙)[^|]{{1,14}}?)(?:说一?下|说一?声|说个?事|说|报个?修|报个?事|报一?下|报"
    r"|问一?下|问个?事|问|反映一?下|反映|发个?短信|发|讲|写|捎个?话|捎个?信|求助)(?:的|[|])?(?P<words>.{2,})"
)
_BORROWED = re.compile(
    "(?:借|用)(?:的|了|着)?(?:一下)?(?:别人|邻居|人家|他人|对门|隔壁|孩子|女儿|儿子|老乡|路人)?(?:家)?(?:的)?(?:手机|电话)(?:发|打|说|报|给你)|(?:这|手机|电话)是(?:别人|邻居|借)的"
)
_LONE_HANZI = re.compile("[零〇一二三四五六七八九幺]{3,6}")
_LONE_NUMBER = re.compile(r"(?:第|no\.? ?|#)?(\d{2,7})(?:号|件)?[.。!,]?")
_QUESTION_MARKS = re.compile(r"[?？]+")
_SETTLED = re.compile(
    "好了|亮了|通了|热了|来水|来电|收到|送到|拿到|[修弄办换搞]好|解决|真好|修得|回来了"
)
_THANKFUL_SIGNS = re.compile("[🙏🙇🌹💐❤♥🌷👍👏]")
_WAVE = re.compile("[👋😊😀🙂😄]")
_COMMAND_CHARACTERS = 60  # a longer text is no command; its beginning is not searched either
_MOST_COMMANDS = 3
_PLAINLY_SAID = 10  # letters; a longer text says more than the wish in it
_READ_CHARACTERS = 2_000  # of a letter no more is looked at for a command
_FREE = (ReportTrouble, Chase, BorrowedPhone)
# A number that stands beside one of these is a case's, an activity's or a code.
_NUMBERED_WISHES = (
    *(AskStatus, Withdraw, AskPoints, AskActivities, Redeem, SignUp, Attend),
    *NEIGHBOUR_WISHES,
)


def parse(text: str) -> Reading:
    """Read one message; never raises, since every message deserves an answer.

    >>> parse("求助：下水道堵了").commands
    (ReportTrouble(words='下水道堵了'),)
    >>> parse("进度０１５８").commands
    (AskStatus(number=158),)
    >>> parse("我想取消我们楼的垃圾桶").commands
    (ReportTrouble(words='我想取消我们楼的垃圾桶'),)
    """
    cleaned = clean(text)
    said = clauses(cleaned[:_READ_CHARACTERS])
    wish = read_points_wish(cleaned)
    emergency = _named_danger(wish) or find_emergency(text)
    if emergency and emergency.certainty == "sure" and _name_in(wish):
        wish = None  # words that speak of danger are no name of an activity
    commands = (wish,) if wish else _commands(text, cleaned, said, _MOST_COMMANDS)
    if emergency and isinstance(commands[0], Chase):
        commands = (ReportTrouble(text.strip()),)  # 大爷好几天没见人了 asks after no case
    if emergency and isinstance(commands[0], _NUMBERED_WISHES):
        named = said.strip("|")
        # 进度120 names a case; 120 alone is a cry
        is_cry = named in ("110", "119", "120") or _is_worded(emergency)
        is_farewell = emergency.danger == "suicide" and isinstance(commands[0], Withdraw)
        if is_farewell and len(said) > _PLAINLY_SAID:
            commands = (ReportTrouble(text.strip()),)  # 以后不用来了,我要走了
        elif not is_cry:
            emergency = None
    if emergency and not isinstance(commands[0], _FREE):
        return _beside_danger(text, said, commands, emergency)
    return Reading(commands, emergency)


def _beside_danger(
    text: str, said: str, commands: tuple[Command, ...], emergency: Emergency
) -> Reading:
    """Take a farewell for what it is: 谢谢你们照顾,我走了 is no mere thanks, 谢谢 alone is."""
    is_plain = len(said) <= _PLAINLY_SAID and not emergency.words
    if is_plain and emergency.certainty == "possible":
        return Reading(commands, None)
    may_mean_it = isinstance(commands[0], SmallTalk | OptOut | OptIn | AskHelp | AskPerson)
    if may_mean_it and emergency.certainty == "possible":
        return Reading((ReportTrouble(text.strip()),), emergency)
    return Reading(commands, emergency)


def read_command(said: str) -> Command | None:
    """Read closed-up words as one command; None if they are free words."""
    flat = said.replace("|", "")
    if not flat or len(flat) > _COMMAND_CHARACTERS:
        return None
    for pattern, make in _COMMANDS:
        found = pattern.fullmatch(flat)
        if found:
            return make(found)
    return None


def _commands(text: str, cleaned: str, said: str, most: int) -> tuple[Command, ...]:
    if not said:
        return (_unworded(cleaned),)
    answer = read_answer(text)
    if answer.meaning == "digit" and answer.digit is not None:
        return _answer_and_more(answer.digit, answer.remark)
    neighbourly = read_neighbour_wish(cleaned)
    if neighbourly is not None:
        return (neighbourly,)
    command = read_command(said) or _lone_number(cleaned)
    wish = None if command and not isinstance(command, SmallTalk) else read_wish(text)
    if (
        wish is not None
        and (command is None or wish.name in _KINDER)
        and not _is_nothing(wish, said)
        and not _is_rather_a_request(wish, text)
    ):
        return _wished(wish, text)
    if command:
        return (command,)
    head, _, rest = said.partition("|")
    first = read_command(head) if rest and most > 1 else None
    if isinstance(first, AskStatus | Withdraw | AskPerson) and suggest(rest).words:
        return (first, ReportTrouble(rest))
    free = _free_words(text, said)
    parts = split_requests(free.words) if isinstance(free, ReportTrouble) else []
    if len(parts) > 1:
        return tuple(ReportTrouble(part) for part in parts)
    return (free,)


def is_explicit_report(text: str) -> bool:
    """Tell whether a text says of itself that it reports something (报修, 我要投诉, 求助:…).

    >>> is_explicit_report("我要报修"), is_explicit_report("下水道堵了")
    (True, False)
    """
    wish = read_wish(text)
    if wish is not None and wish.name == "report":
        return True
    return bool(_REPORTS.match(clean(text)))


def _answer_and_more(digit: int, remark: str) -> tuple[Command, ...]:
    """Read what stands after a digit: a remark, or a request of its own."""
    if len(remark) > 3 and suggest(remark).words and read_command(remark) is None:
        return (Answer(digit, remark), ReportTrouble(remark))
    return (Answer(digit, remark),)


def _name_in(wish: Command | None) -> str:
    """Return what an activity or a reward is called by; empty for one that is numbered."""
    named = wish.what if isinstance(wish, Redeem | SignUp) else ""
    return "" if named.isdecimal() else named


def _named_danger(wish: Command | None) -> Emergency | None:
    named = _name_in(wish)
    danger = find_emergency(named) if named else None
    return danger if danger and danger.certainty == "sure" else None


def _is_worded(emergency: Emergency) -> bool:
    """Tell 着火了进度呢 from a number beside a wish."""
    is_sure = emergency.certainty == "sure"
    return is_sure and not any(letter.isdecimal() for letter in emergency.words)


def _unworded(cleaned: str) -> Command:
    if not cleaned:
        return Nothing()
    if _QUESTION_MARKS.fullmatch(cleaned):
        return AskHelp()
    if _THANKFUL_SIGNS.search(cleaned):
        return SmallTalk("thanks")
    return SmallTalk("greeting" if _WAVE.search(cleaned) else "fine")


def _free_words(text: str, said: str) -> Command:
    borrowed = _FOR_SOMEBODY.match(said[:200])
    if borrowed and re.search(_SOMEBODY, borrowed["whose"]):
        return BorrowedPhone(borrowed["whose"], text.strip())
    if _BORROWED.search(said[:200]):
        return BorrowedPhone("", text.strip())
    if _chases(said):
        return Chase(text.strip())
    return ReportTrouble(_PREFIX.sub("", text.strip()))


def _wished(wish: Wish, text: str) -> tuple[Command, ...]:
    """Obey a wish; what stands beside it is kept if it speaks of a matter of its own."""
    is_loose = bool(wish.rest) or _chases(clauses(clean(text)))
    if wish.name == "ask_status" and wish.number is None and is_loose:
        return (Chase(text.strip()),)
    command = _WISHES[wish.name](wish.number)
    if wish.name in _KEEPS_BESIDE and len(wish.rest) > _REASON and suggest(wish.rest).words:
        return (command, ReportTrouble(text.strip()))
    return (command,)


def _is_nothing(wish: Wish, said: str) -> bool:
    """Tell 我要报修, a case anyway, 通了好了, more than 好了, and 水停了谢谢师傅, no thanks."""
    if wish.name == "report" or (wish.name == "fine" and wish.rest):
        return True
    is_talk = wish.name in _KINDER and bool(wish.rest)
    return is_talk and not _SETTLED.search(said) and bool(suggest(said).words)


def _is_rather_a_request(wish: Wish, text: str) -> bool:
    """Tell 派个人来修灯 from 派个人来: what stands beside the wish is a matter of its own."""
    if wish.name in _LOSES_NOTHING:
        return False
    if not wish.words:
        return bool(suggest(text).words)
    return len(wish.rest) > 1 and bool(suggest(wish.rest).words)


def _chases(said: str) -> bool:
    """Tell whether words ask after something reported, and not after a friend."""
    if len(said) > _CHASE_CHARACTERS or _A_FRIEND.search(said):
        return False
    return bool(_CHASE.search(said))


def _lone_number(cleaned: str) -> Command | None:
    if _LONE_HANZI.fullmatch(cleaned):
        return AskStatus(read_digits(cleaned))
    found = _LONE_NUMBER.fullmatch(cleaned)
    if not found:
        return None
    digits = found.group(1)
    return Code(digits) if len(digits) == 2 else AskStatus(int(digits))


def _number_in(found: re.Match[str]) -> int | None:
    written = next((group for group in found.groups() if group), None)
    return read_digits(written) if written else None


def _small_talk(found: re.Match[str]) -> Command:
    words = found.group()
    if _THANKS.search(words):
        return SmallTalk("thanks")
    if _WELL.search(words):
        return SmallTalk("well")
    return SmallTalk("greeting" if _GREETING.search(words) else "fine")


_KINDER = frozenset({"thanks", "greeting"})  # than a mere 好的, which the same words may be
_KEEPS_BESIDE = frozenset(
    {
        *("ask_status", "ask_help", "ask_person", "opt_out", "opt_in"),
        *("ask_points", "redeem", "ask_activities"),
    }
)
# Asked for beside a matter these keep it, or say no to what should not be sent.
_LOSES_NOTHING = frozenset({"ask_status", "withdraw", "opt_out", "thanks", "greeting", "fine"})
_REASON = 3  # letters; what is left beside a wish and is no longer is no request
_WISHES: dict[str, Callable[[int | None], Command]] = {
    "ask_points": lambda _number: AskPoints(),
    "redeem": lambda _number: Redeem(),
    "ask_activities": lambda _number: AskActivities(),
    "ask_status": AskStatus,
    "withdraw": Withdraw,
    "ask_person": lambda _number: AskPerson(),
    "ask_help": lambda _number: AskHelp(),
    "opt_out": lambda _number: OptOut(),
    "opt_in": lambda _number: OptIn(),
    "thanks": lambda _number: SmallTalk("thanks"),
    "greeting": lambda _number: SmallTalk("greeting"),
    "fine": lambda _number: SmallTalk("fine"),
}

_COMMANDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Command]], ...] = (
    (_TALK, _small_talk),
    (_STATUS, lambda found: AskStatus(_number_in(found))),
    (_WITHDRAW, lambda found: Withdraw(_number_in(found))),
    (_PERSON, lambda _found: AskPerson()),
    (_HELP, lambda _found: AskHelp()),
    (_OPT_OUT, lambda _found: OptOut()),
    (_OPT_IN, lambda _found: OptIn()),
)
