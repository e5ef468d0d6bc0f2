"""A staff text → what it asks for: pure and total.

One hand holds the railing: spaces, full-width digits, the number before or behind, a missing
number and common slips are all taken; a number counts only if no unit follows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from core.understanding.answers import read_answer
from core.understanding.emergency import find_emergency
from core.understanding.normalise import clauses, clean
from sms.commands import (
    Accept,
    Answer,
    AskHelp,
    CallbackAnswer,
    CallNote,
    Close,
    Code,
    Command,
    Done,
    EndDuty,
    EnterFor,
    Escalate,
    FinishTask,
    FreeWords,
    Listen,
    Look,
    Mine,
    Note,
    Nothing,
    Reading,
    Return,
    SmallTalk,
    StartDuty,
    Told,
    Transfer,
)
from sms.keywords import read_command
from sms.neighbour_keywords import read_neighbour_command
from sms.numbers import FOLLOWED_BY_UNIT, NUMBER, read_digits
from sms.points_keywords import read_keeper_command

_GAP = r"[\s:,。.、!;#~-]*"
_NUMBERED = re.compile(
    rf"(?:第|no\.?|件|#)?\s*(?P<number>{NUMBER})\s*(?:号(?!楼|院)|件(?!套))?(?!\d|[-:.~]\d|{FOLLOWED_BY_UNIT})"
    rf"{_GAP}(?P<words>.*)",
    re.DOTALL,
)
_TASK = re.compile(
    rf"(?:t|待办)?\s*{_GAP}(?P<number>\d{{1,6}})(?!\d){_GAP}(?P<words>.*)", re.DOTALL
)
_VISIT = re.compile(
    r"(?:了|啦|吧)?$|[\s:,。.、]|(?:我|这就|立刻|马上|现在|一会|等会|过会|今|明|后天|上午|中午|下午|晚上|早上|星期|周|礼拜"
    r"|半小时|[0-9一二两三四五六七八九十]+(?:点|分|个?小时)|tomorrow|today|now|this|at )"
)
_SOLVED = re.compile(
    r"^(?:已经|都|说)?(?:好了|好啦|修好|解决|办好|弄好|通了|满意|可以了|没问题|yes|solved|ok|done|fixed|是)"
)
_UNSOLVED = re.compile(r"^(?:还|说|都)*(?:没|未|不|又|还是|no|not|否)")

_WORDS: dict[str, str] = {
    "accept": "接单|接件|接受|接了|接|jiedan|accept|take",
    "listen": "回听|听录音|听|listen",
    "done": "办结了|办结|办接|办节|办劫|办解|搬结|办完了|办完|办好了|办好|完成了|完成"
    "|banjie|done|finished",
    "told": "告知了|告知|告之|告诉|gaozhi|told",
    "callback": "回访|回仿|回防|huifang|callback",
    "close": "结案|节案|接案|jiean|close",
    "transfer": "转派|转给|转单|转交|转|zhuan|transfer",
    "return": "退单|退件|退回|退|return",
    "escalate": "上报|上抱|向上报|shangbao|escalate",
    "note": "备注|备住|背注|beizhu|note",
    "look": "查看|查询|查|look|show",
}
_SHORT = {
    "接",
    "听",
    "转",
    "退",
    "查",
    "take",
    "done",
    "told",
    "close",
    "note",
    "look",
    "show",
    "return",
    "listen",
    "accept",
    "接了",
    "办好",
    "办完",
    "完成",
    "告诉",
    "办好了",
    "办完了",
    "完成了",
    "接受",
    "finished",
}
_KEYWORD = {
    name: re.compile(rf"(?P<keyword>{words}){_GAP}(?P<rest>.*)", re.DOTALL)
    for name, words in _WORDS.items()
}
_NUMBER_FIRST = re.compile(
    rf"(?:第|no\.?|#)?\s*(?P<number>\d{{1,6}})\s*(?:号|件)?{_GAP}(?P<rest>(?:"
    + "|".join(_WORDS.values())
    + r").*)",
    re.DOTALL,
)
_FINISH = re.compile(
    rf"(?:办|done|task|完成)(?P<gap>{_GAP})(?P<rest>(?P<mark>t|待办)?\s*\d.*)", re.DOTALL
)
_ENTER = re.compile(rf"(?:代报|代抱|带报|替报|daibao|enter){_GAP}(?P<words>.*)", re.DOTALL)
_RECORD = re.compile(
    rf"(?:记一下|记录|记|log)(?![得者住性忆不没号])(?P<gap>{_GAP})(?P<words>.*)", re.DOTALL
)
_NEEDLESS = re.compile(r"(?:不用|不用记|不用了|不用记了|不记|不需要|no ?need)[了。.!]*")
_MINE = re.compile(
    r"(?:查|看)?(?:我的|我的件|我的单|我的单子|我的待办|我的事|待办|wode|mine|my cases)[?。.!]*"
)
_START = re.compile(r"(?:我)?(?:开始|来)?(?:值班|上班|到岗|zhiban|on ?duty)(?:了|啦)?[。.!]*")
_END = re.compile(r"(?:我)?(?:要)?(?:下班|下岗|xiaban|off ?duty)(?:了|啦)?[。.!]*")
_HELP = re.compile(r"(?:帮助|怎么用|指令|命令|用法|help)[?。.!]*")
_TWO_DIGITS = re.compile(r"(?:code|验证码|码)?\s*:?\s*(\d{2})[。.!]?")

_MAKE: dict[str, Callable[[int | None, str], Command]] = {
    "accept": Accept,
    "listen": lambda number, _words: Listen(number),
    "done": Done,
    "told": Told,
    "callback": lambda number, words: CallbackAnswer(number, read_solved(words), words),
    "close": Close,
    "transfer": lambda number, words: Transfer(
        number, re.sub(r"^(?:给|派给|到|to )\s*", "", words)
    ),
    "return": Return,
    "escalate": Escalate,
    "note": Note,
    "look": lambda number, _words: Look(number),
}


def parse_staff(text: str) -> Reading:
    """Read one message of a member of staff; never raises.

    >>> parse_staff("接１２ 明天上午来").commands
    (Accept(number=12, words='明天上午来'),)
    >>> parse_staff("办结 12号楼的灯修好了").commands
    (Done(number=None, words='12号楼的灯修好了'),)
    >>> parse_staff("办T7 已经回电话").commands
    (FinishTask(number=7, words='已经回电话', sure=True),)
    >>> parse_staff("加分 金桂兰 扫雪 3").commands
    (Credit(words='金桂兰 扫雪 3'),)
    """
    cleaned = clean(text)
    command = _read(text, cleaned)
    speaks_freely = isinstance(command, FreeWords | EnterFor)
    return Reading((command,), find_emergency(text) if speaks_freely else None)


def read_solved(words: str) -> bool | None:
    """Read 好了 or 没好 at the head of an answer that somebody took; None if it is neither.

    >>> read_solved("好了,说谢谢"), read_solved("没好,还在漏"), read_solved("家里没人")
    (True, False, None)
    """
    said = clauses(words)
    if re.match(r"(?:家里?)?没(?:有)?人", said):
        return None
    if _UNSOLVED.match(said):
        return False
    if _SOLVED.match(said):
        return True
    digit = read_answer(words).digit
    return {1: True, 2: False}.get(digit) if digit is not None else None


def _read(text: str, cleaned: str) -> Command:
    if not clauses(cleaned):
        return SmallTalk("fine") if cleaned else Nothing()
    for reader in (
        *(_plain, _digits, read_keeper_command, read_neighbour_command),
        *(_task, _case, _entered, _noted),
    ):
        command = reader(cleaned)
        if command is not None:
            return command
    talk = read_command(clauses(cleaned))
    return talk if isinstance(talk, SmallTalk) else FreeWords(text.strip())


def _plain(cleaned: str) -> Command | None:
    for pattern, command in _PLAIN:
        if pattern.fullmatch(cleaned):
            return command
    return None


def _digits(cleaned: str) -> Command | None:
    two = _TWO_DIGITS.fullmatch(cleaned)
    if two:
        return Code(two.group(1))
    answer = read_answer(cleaned)
    if answer.meaning == "digit" and answer.digit is not None:
        return Answer(answer.digit, answer.remark)
    return None


def _task(cleaned: str) -> Command | None:
    found = _FINISH.fullmatch(cleaned)
    numbered = _TASK.fullmatch(found["rest"]) if found else None
    if found is None or numbered is None:
        return None
    if not found["mark"] and re.match(FOLLOWED_BY_UNIT, found["rest"][numbered.end("number") :]):
        return None
    return FinishTask(int(numbered["number"]), numbered["words"].strip(), bool(found["mark"]))


def _case(cleaned: str) -> Command | None:
    turned = _NUMBER_FIRST.fullmatch(cleaned)
    number = int(turned["number"]) if turned else None
    said = turned["rest"] if turned else cleaned
    for name, pattern in _KEYWORD.items():
        found = pattern.fullmatch(said)
        if found:
            return _numbered(name, found, number)
    return None


def _numbered(name: str, found: re.Match[str], number: int | None) -> Command | None:
    make, rest = _MAKE[name], found["rest"].strip()
    if number is not None:
        return make(number, rest)
    numbered = _NUMBERED.fullmatch(rest)
    if numbered and _stands_alone(numbered):
        return make(read_digits(numbered["number"]), numbered["words"].strip())
    spaced = found["rest"] != found.string[len(found["keyword"]) :]
    if found["keyword"] in _SHORT and not (spaced or _may_follow(name, rest)):
        return None  # 接孩子去了, 转告他, 退休: words, and no command
    return make(None, rest)


def _stands_alone(numbered: re.Match[str]) -> bool:
    """Tell a number in hanzi (接十二 明天来) from a word that begins with one (接一下)."""
    if numbered["number"].isdecimal():
        return True
    end = numbered.end("number")
    return end == len(numbered.string) or not numbered.string[end].isalnum()


def _may_follow(name: str, rest: str) -> bool:
    if name == "accept":
        return bool(_VISIT.match(rest))
    if name == "transfer":
        return bool(re.match(r"(?:给|物业|网格|值班|主任|副主任)", rest))
    return not rest


def _entered(cleaned: str) -> Command | None:
    found = _ENTER.fullmatch(cleaned)
    return EnterFor(found["words"].strip()) if found else None


def _noted(cleaned: str) -> Command | None:
    found = _RECORD.fullmatch(cleaned)
    return CallNote(found["words"].strip()) if found else None


_PLAIN: tuple[tuple[re.Pattern[str], Command], ...] = (
    (_NEEDLESS, CallNote("", needless=True)),
    (_MINE, Mine()),
    (_START, StartDuty()),
    (_END, EndDuty()),
    (_HELP, AskHelp()),
)
