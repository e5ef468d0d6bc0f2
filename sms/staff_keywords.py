"""A staff text → what it asks for: pure and total.

One hand holds the railing: spaces, full-width digits, the number before or behind, a missing
number and common slips are all taken; a number counts only if no unit follows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from core.understanding.answers import answer_question, read_answer
from core.understanding.categories import read_category
from core.understanding.emergency import find_emergency
from core.understanding.normalise import clauses, clean
from core.understanding.numbers import FOLLOWED_BY_UNIT, read_digits, with_figures
from core.understanding.spelling import respell_beginning
from sms import staff_patterns as patterns
from sms.commands import (
    Accept,
    Answer,
    AskHelp,
    CallbackAnswer,
    CallNote,
    Close,
    Code,
    Command,
    Correct,
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
from sms.points_keywords import read_keeper_command
from sms.staff_loosely import read_loosely
from sms.staff_standing_words import read_standing_words

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
    said = patterns.TOLD_BY.sub("", clauses(words), count=1)
    if patterns.NOBODY.match(said):
        return None
    digit = read_answer(said).digit
    if digit is not None:
        return {1: True, 2: False}.get(digit)
    answer = answer_question(said, "SOLVED").answer
    if answer in ("yes", "no"):
        return answer == "yes"
    return None if not patterns.UNSOLVED.match(said) else False


def _read(text: str, cleaned: str) -> Command:
    if not clauses(cleaned):
        return SmallTalk("fine") if cleaned else Nothing()
    cleaned = with_figures(cleaned)
    plain = patterns.POLITE.sub("", cleaned, count=1)
    if len(plain) > 1 and plain.isdecimal():
        plain = cleaned  # 收到12 is more than a code
    for written in (cleaned, plain, respell_beginning(plain, patterns.SPELLED)):
        for reader in _READERS:
            command = reader(written)
            if command is not None:
                return command
    for written in (cleaned, plain, respell_beginning(plain, patterns.SPELLED)):
        command = _loosely(written)
        if command is not None:
            return command
    talk = read_command(clauses(cleaned))
    return talk if isinstance(talk, SmallTalk) else FreeWords(text.strip())


def _plain(cleaned: str) -> Command | None:
    closed_up = cleaned.replace(" ", "")
    for pattern, command in _PLAIN:
        if pattern.fullmatch(cleaned) or pattern.fullmatch(closed_up):
            return command
    handed = patterns.END_FOR.fullmatch(cleaned)
    return EndDuty((handed["words"] or handed["whom"]).strip()) if handed else None


def _corrected(cleaned: str) -> Command | None:
    """Read 类别 12 维修, 12 类别维修 and 58应该是安全."""
    named = patterns.CATEGORY_WORDS.search(cleaned)
    if named and named.end() - named.start() >= 2 and len(cleaned) <= _LONGEST_CORRECTION:
        rest = f"{cleaned[: named.start()]} {cleaned[named.end() :]}"
        numbered = re.search(r"(?<!\d)(\d{1,6})(?!\d)", rest)
        words = rest.replace(numbered.group(1), " ") if numbered else rest
        category = read_category(words)
        if numbered or category:
            return Correct(int(numbered.group(1)) if numbered else None, category or "")
    should = patterns.SHOULD_BE.fullmatch(cleaned)
    category = read_category(should["words"]) if should and len(cleaned) < 20 else None
    return Correct(int(should["number"]), category) if should and category else None


def _digits(cleaned: str) -> Command | None:
    code = patterns.A_CODE.fullmatch(cleaned)
    if code:
        return Code(code.group(1))
    answer = read_answer(cleaned)
    if answer.meaning == "digit" and answer.digit is not None:
        return Answer(answer.digit, answer.remark)
    return None


def _task(cleaned: str) -> Command | None:
    first = patterns.TASK_FIRST.fullmatch(cleaned)
    if first:
        return FinishTask(int(first["number"]), first["words"].strip(), sure=True)
    found = patterns.FINISH.fullmatch(cleaned)
    numbered = patterns.TASK.fullmatch(found["rest"]) if found else None
    if found is None or numbered is None:
        return None
    if not found["mark"] and found["verb"] not in _TASK_VERBS:
        return None  # 办结 12 ends a case; only a T makes it a task
    if not found["mark"] and re.match(FOLLOWED_BY_UNIT, found["rest"][numbered.end("number") :]):
        return None
    return FinishTask(int(numbered["number"]), numbered["words"].strip(), bool(found["mark"]))


def _case(cleaned: str) -> Command | None:
    if patterns.AMBULANCE.match(cleaned):
        return None
    state = patterns.STATE.fullmatch(cleaned)
    if state:
        return Look(int(state["number"]))
    behind = _behind_number(cleaned)
    if behind is not None:
        return behind
    turned = patterns.NUMBER_FIRST.fullmatch(cleaned)
    number = int(turned["number"]) if turned else None
    said = turned["rest"] if turned else cleaned
    for name, pattern in patterns.KEYWORD.items():
        found = pattern.fullmatch(said)
        if found:
            return _numbered(name, found, number)
    return None


def _behind_number(cleaned: str) -> Command | None:
    """Read 12修好了 and 给12加个备注, which are commands only because of their number."""
    noted = patterns.NOTE_FOR.fullmatch(cleaned)
    if noted:
        return Note(int(noted["number"]), noted["words"].strip())
    for name, pattern in patterns.BEHIND_NUMBER.items():
        found = pattern.fullmatch(cleaned)
        if found:
            is_asked = name == "done" and patterns.ASKED.fullmatch(found["words"].strip())
            return _MAKE["look" if is_asked else name](int(found["number"]), found["words"].strip())
    return None


def _numbered(name: str, found: re.Match[str], number: int | None) -> Command | None:
    make, rest = _MAKE[name], found["rest"].strip()
    if number is not None and name != "callback" and patterns.ASKED.fullmatch(rest):
        return Look(number)  # 12接了没
    if number is not None:
        return make(number, rest)
    named = patterns.TARGET_AND_NUMBER.fullmatch(rest) if name == "transfer" else None
    if named:
        return make(int(named["number"]), named["words"])
    numbered = patterns.NUMBERED.fullmatch(rest)
    if numbered and _stands_alone(numbered):
        return make(read_digits(numbered["number"]), numbered["words"].strip())
    if name == "look" and rest and not found["keyword"].startswith("查"):
        return None  # 看 3号楼灯亮着呢: words
    spaced = found["rest"] != found.string[len(found["keyword"]) :]
    if found["keyword"] in patterns.SHORT and not (spaced or _may_follow(name, rest)):
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
        return bool(patterns.VISIT.match(rest))
    if name == "transfer":
        return bool(re.match(r"(?:给|物业|网格|值班|主任|副主任)", rest))
    return not rest


def _entered(cleaned: str) -> Command | None:
    found = patterns.ENTER.fullmatch(cleaned)
    if found:
        return EnterFor(found["words"].strip())
    named = patterns.ENTER_FOR.fullmatch(cleaned)
    return EnterFor(f"{named['who']} {named['words'].strip()}") if named else None


def _noted(cleaned: str) -> Command | None:
    found = patterns.RECORD.fullmatch(cleaned)
    return CallNote(found["words"].strip()) if found else None


def _loosely(cleaned: str) -> Command | None:
    """Read other words than the commands' own, once these were not found."""
    found = read_loosely(cleaned)
    if found is None:
        return _STANDING.get(read_standing_words(cleaned) or "")
    if found.name == "finish_task":
        return FinishTask(found.number, found.words, sure=True)
    return _MAKE[found.name](found.number, found.words)


_READERS: tuple[Callable[[str], Command | None], ...] = (
    _plain,
    _digits,
    read_keeper_command,
    read_neighbour_command,
    _task,
    _corrected,
    _entered,
    _case,
    _noted,
)
_STANDING: dict[str, Command] = {
    "mine": Mine(),
    "start_duty": StartDuty(),
    "end_duty": EndDuty(),
}
_LONGEST_CORRECTION = 40  # letters
_TASK_VERBS = frozenset({"办", "ban", "done", "task", "完成"})
_PLAIN: tuple[tuple[re.Pattern[str], Command], ...] = (
    (patterns.NEEDLESS, CallNote("", needless=True)),
    (patterns.MINE, Mine()),
    (patterns.START, StartDuty()),
    (patterns.END, EndDuty()),
    (patterns.HELP, AskHelp()),
)
