"""Short answers to an open question: a digit in any script, or yes and no in words."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Literal

from core.understanding.hearing import TYPED, Heard, hear
from core.understanding.lexicon import read_lexicon
from core.understanding.normalise import clauses, clean
from core.understanding.numbers import read_digits
from core.understanding.sayings import Sayings, Spoken
from core.understanding.states import State, read_state
from core.understanding.turns import is_not_yet, is_turned, turned_bad
from core.understanding.typical import Typical, default_typical

Meaning = Literal["yes", "no", "", "digit"]
Answer = Literal["yes", "no", "so_so", "person", "unclear"]
QUESTIONS = ("SOLVED", "SATISFIED", "AGREE", "CONFIRM_ORDER", "WELFARE")

_DIGITS = {
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "零": 0,
    "幺": 1, "壹": 1, "贰": 2, "叁": 3, "两": 2, "〇": 0,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "zero": 0,
    "yi": 1, "er": 2, "san": 3, "ling": 0,
}  # fmt: skip
_DIGIT = re.compile(
    r"(?:(?:我|那|就|那就|俺|请)*(?:回复?|选择?|按|答|发|是|第|要|打)?(?:个|的是|了|的)?"
    r"(?:数字|第)?|answer|option)?[|]?"
    r"([0-9]|[一二三四五六七八九零幺壹贰叁]|one|two|three|four|five|yi|er|san|ling)"
    r"(?:个|号|项|条|键|吧|啊|呀|哈|的|了|啦|哦|呗|嘛|呢|哩|嘞)*(?:[|](.*)|谢谢.*|thanks.*)?"
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
_APART = re.compile(r"([0-9])[ ,。.、!:]+(?![\d号楼栋幢座单室层门元块点个])(.+)")
_LIST = re.compile(r"1[|].*[|]?2[|]|1[|][^|]+2")
# 3不满意: the digit and its own meaning, closed up.
_WITH_MEANING = re.compile(
    r"([0-3])((?:不|没|很|挺|太|非常|已|都|还)*(?:满意|同意|好|好了|修好|解决|一般|要|行|可以|反对|送|差|人工|找人).*)"
)
_LONGEST_TEXT = 4_000
_MOST_WORDS = 40  # a longer text says more than yes or no; its beginning still may
_BY_DIGIT: dict[str, dict[int, Answer]] = {
    "SATISFIED": {1: "yes", 2: "so_so", 3: "no", 0: "person"},
}
_USUAL_DIGITS: dict[int, Answer] = {1: "yes", 2: "no", 0: "person"}
_RANK: tuple[Answer, ...] = ("person", "no", "so_so", "yes")
# Right before a good word they turn it round: 没修好, 冇弄妥, 唔同意, 还没有彻底好了.
_DENYING = re.compile(
    r"(?:没|冇|未|唔|莫|(?<!特)(?<!级)别|甭|不|无|木有|mei)(?:有|得|能|给|太|大|很|咋|怎么|完全|全|彻底|都|人|真|再|算|敢说|能说|多){0,2}$"
)
_BUT = re.compile("但|可是|就是(?!的|了|好)|不过|只是|只有|可惜|偏偏|结果|谁知|没想到")
_MAY_DENY = re.compile("[没冇未唔莫甭不]|还(?=[^行好可是有])|又|mei|bu")
# A bare 没有 and then more; twice it only waves aside.
_DENIED_FIRST = re.compile(
    r"(?P<first>(?:没有|没得|没|冇|木有)[啊呀呢]?)[|]?(?P<again>(?:没有|没得|没|冇|木有)[啊呀]?)?"
    r"(?(again)[|]?|[|])(?P<rest>.{2,})"
)
_NODS = frozenset({"好的", "嗯嗯", "好嘞", "好吧", "好咧", "好好"})  # 好的,不用了
_OF_TROUBLE = ("SOLVED", "WELFARE")
_ASKING = re.compile(r"(?:没|没有|吗|么|不|嘛)[|?]*$")


_OPPOSITE: dict[Answer, Answer] = {"yes": "no", "no": "yes"}
_ALIKE = 0.8  # how much more like one answer than like any other, where no word is known
_AGAINST = 1.5  # the same, for a text to be doubted
_CLOSE = 6  # letters behind a digit that speak of the same
_SUPPOSING = re.compile("要是|如果|假如|除非|万一|的话|再说|等.{1,8}再")
_RHETORICAL = re.compile(
    "谁说|谁讲|谁会不|(?:哪|怎么|咋|岂|哪里|怎)(?:能|会|敢|可能)?不|难道|才怪|不.{0,4}都不行|能不.{0,5}[吗么]"
)
_SHORT = 2  # letters; a longer no is not overruled by the state of the thing
_NUMERAL = "[0-9零一二三四五六七八九十百两满半]{1,4}"
_MARKS = re.compile(
    rf"(?:我|给|你们|打|个|评|能|可以|就|得|值|服务)*(?:(?P<points>{_NUMERAL})分|(?P<stars>{_NUMERAL})(?:颗|个)?(?:星|心))"
    r"(?:吧|啊|呀|嘛|的|好评|差评|满意|以上|给你们)*"
)
_WORD_MARKS = {"满": 100, "半": 50}
_GOOD_MARK, _FAIR_MARK = 0.8, 0.6
# A lone syllable in Latin letters is no pinyin elsewhere.
_LONE = {
    "hao": "好", "xing": "行", "dui": "对", "shi": "是", "bu": "不", "mei": "没", "yao": "要",
    "song": "送", "cheng": "成", "zhong": "中", "en": "嗯", "cha": "差", "mai": "买", "y": "yes",
    "n": "no",
}  # fmt: skip


@dataclass(frozen=True)
class ShortAnswer:
    """What a text answers: a digit, or yes or no in words, and what was said besides."""

    meaning: Meaning
    digit: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class Answered:
    """What a text answers to a named question, the words that decided, and the remark.

    A text that says more than its answer is its own remark, whole; ``confidence`` from 0 to 1.
    """

    answer: Answer
    words: str
    remark: str
    confidence: float


def read_answer(text: str) -> ShortAnswer:
    """Read a text as the answer to a question; an empty meaning is no answer. Never raises.

    >>> read_answer("回１").digit
    1
    >>> read_answer("修好了,谢谢").meaning
    'yes'
    >>> read_answer("还没弄好").meaning
    'no'
    """
    cleaned = clean(text[:_LONGEST_TEXT])
    said = clauses(cleaned)
    found = _APART.fullmatch(cleaned) or _DIGIT.fullmatch(said) or _WITH_MEANING.fullmatch(said)
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


def answer_question(text: str, question: str) -> Answered:
    """Read a text as the answer to one of :data:`QUESTIONS`. Never raises.

    >>> answer_question("没意见", "AGREE").answer, answer_question("没有", "SOLVED").answer
    ('yes', 'no')
    >>> answer_question("凑合吧", "SATISFIED").answer
    'so_so'
    """
    short = read_answer(text)
    if short.meaning == "digit" and short.digit is not None:
        return _by_digit(short.digit, short.remark, question)
    scored = _scored(short.remark) if question == "SATISFIED" else None
    if scored is not None:
        return Answered(scored, short.remark, "", 0.9)
    return _in_words(_LONE.get(short.remark, text), question)


def _by_digit(digit: int, remark: str, question: str) -> Answered:
    """Take the digit, but ask again where the words right behind it say the opposite: 1没好."""
    answer = _BY_DIGIT.get(question, _USUAL_DIGITS).get(digit, "unclear")
    if 1 < len(remark) <= _CLOSE and _in_words(remark, question).answer == _OPPOSITE.get(answer):
        return Answered("unclear", str(digit), remark, 0.5)
    return Answered(answer, str(digit), remark, 0.99)


def _in_words(text: str, question: str) -> Answered:
    heard = hear(text)
    denied = _DENIED_FIRST.match(heard.letters)
    if denied and question in _OF_TROUBLE:
        return _behind_denial(text, denied, question)
    said = _said(heard, question)
    if question != "SOLVED":
        said = turned_bad(heard.letters, said)
    state = read_state(heard.letters) if question == "SOLVED" else None
    if not said:
        return _unnamed(heard, question, state, text.strip())
    answer, spoken = _weighed(said)
    answer = _turned(heard, question, said, spoken) if answer == "yes" else answer
    if state is not None:
        if answer == "yes" and state == "bad":
            state = _state_beside(heard, said)
        is_first = all(one.start >= spoken.start for one in said.get("yes", ()))
        answer = _beside_state(answer, state, spoken, is_first=is_first) if state else answer
    elif answer == "no" and _is_meant_either_way(heard, question, said):
        answer = "unclear"
    covered = sum(len(one.places()) for ones in said.values() for one in ones)
    letters = len(heard.letters.replace("|", ""))
    if letters > covered + 2:
        answer = _doubted(heard, question, answer)
    remark = text.strip() if letters > covered + 2 else ""
    return Answered(answer, spoken.words, remark, round(min(0.95, 0.5 + covered / letters / 2), 2))


def _behind_denial(text: str, denied: re.Match[str], question: str) -> Answered:
    """Read 没有没有,好了 by what follows; 没有,好了 may be meant either way."""
    found = _in_words(denied["rest"], question)
    is_twice = bool(denied["again"]) or question == "WELFARE"
    if found.answer == "unclear" and not found.words:
        return Answered("no" if question == "SOLVED" else "unclear", denied["first"], text, 0.6)
    answer = "unclear" if found.answer == "yes" and not is_twice else found.answer
    return Answered(answer, found.words, text.strip(), min(found.confidence, 0.7))


def _is_meant_either_way(heard: Heard, question: str, said: dict[str, list[Spoken]]) -> bool:
    """Tell whether a good word stands beside a bad one: 头晕好了, 谁说不满意, 不要停要送."""
    if _RHETORICAL.search(heard.letters):
        return True
    bad = {place for one in said.get("no", ()) for place in one.places()}
    # 还行就是头晕 is looked after; 头晕,今天好了 is asked about
    since = min(bad, default=0) if question == "WELFARE" else 0
    return any(
        len(one.places()) > 1
        and one.start >= since
        and not (one.start == 0 and one.words in _NODS)
        and not one.places() & bad
        and not _is_denied(heard, one)
        and not is_turned(heard.letters, one)
        for one in said.get("yes", ())
    )


def _unnamed(heard: Heard, question: str, state: State | None, text: str) -> Answered:
    """Answer by the state of the thing, or by what the text resembles, where no saying is found."""
    if state is not None:
        return Answered("yes" if state == "good" else "no", heard.letters, text, 0.6)
    alike = _resembled(heard, question)
    if alike is None or alike[1] < _ALIKE:
        return Answered("unclear", "", text, 0.3)
    return Answered(alike[0], "", text, 0.5)


def _doubted(heard: Heard, question: str, answer: Answer) -> Answer:
    """Ask again where words say yes and the whole text resembles those that say no, or so."""
    alike = _resembled(heard, question) if answer in _OPPOSITE else None
    if _SUPPOSING.search(heard.letters):
        return "unclear"
    is_against = alike is not None and alike[0] == _OPPOSITE.get(answer) and alike[1] > _AGAINST
    return "unclear" if is_against else answer


def _resembled(heard: Heard, question: str) -> tuple[Answer, float] | None:
    """Return the answer that a text is most like, and how much more than like any other."""
    beginning = f"answer.{question.lower()}_"
    weights = _typical(question).resembles(heard)
    best, *others = sorted(weights, key=lambda label: -weights[label])
    name = next((known for known in (*_RANK, "unclear") if f"{beginning}{known}" == best), None)
    return (name, weights[best] - weights[others[0]]) if name and weights[best] > 0 else None


@functools.cache
def _typical(question: str) -> Typical:
    return default_typical().among(f"answer.{question.lower()}_")


def _state_beside(heard: Heard, said: dict[str, list[Spoken]]) -> State | None:
    """Return the state that is spoken of outside the words that say yes."""
    own = {place for one in said.get("yes", ()) for place in one.places()}
    rest = ("|" if place in own else letter for place, letter in enumerate(heard.letters))
    return read_state("".join(rest))


def _beside_state(answer: Answer, state: State, spoken: Spoken, *, is_first: bool) -> Answer:
    """Let the state turn a short no round (不再漏), and doubt a yes (好了,一会又灭)."""
    is_denial = bool(_MAY_DENY.match(spoken.words)) and len(spoken.places()) <= _SHORT
    if answer == "no" and state == "good" and is_denial:
        return "yes" if is_first else "unclear"  # 说是修好了,其实没有
    return "unclear" if answer == "yes" and state == "bad" else answer


def _scored(said: str) -> Answer | None:
    """Read marks out of a hundred and stars out of five: 打95分, 三颗星."""
    found = _MARKS.fullmatch(said)
    if found is None:
        return None
    of, top = (found["points"], 100) if found["points"] else (found["stars"], 5)
    mark = read_digits(of) if of not in _WORD_MARKS else _WORD_MARKS[of] * top // 100
    if mark is None:
        return None
    top = 10 if top == 100 and mark <= 10 else top
    share = mark / top
    return "yes" if share >= _GOOD_MARK else "so_so" if share >= _FAIR_MARK else "no"


def _weighed(said: dict[str, list[Spoken]]) -> tuple[Answer, Spoken]:
    asked = max(said.get("unclear", ()), key=lambda one: len(one.places()), default=None)
    for answer in _RANK:
        if answer in said:
            spoken = max(said[answer], key=lambda one: len(one.places()))
            # 等我数数还剩几片 holds 还剩; 同意不同意的有啥用 holds both
            if asked is not None and len(asked.places()) >= len(spoken.places()):
                return "unclear", asked
            return answer, spoken
    return "unclear", said["unclear"][0]


def _turned(heard: Heard, question: str, said: dict[str, list[Spoken]], spoken: Spoken) -> Answer:
    """Hear what turns a good word round; where it may be meant either way it is unclear.

    A matter taken for solved that is not would be closed, so that doubt is asked about.
    """
    good = [one for name in ("yes", "so_so") for one in said.get(name, ())]
    if any(_is_denied(heard, one) or is_turned(heard.letters, one) for one in good):
        return "no"
    if question == "SOLVED" and any(is_not_yet(heard.letters, one) for one in good):
        return "unclear"
    covered = {place for one in good for place in one.places()}
    rest = "".join(
        " " if place in covered else letter for place, letter in enumerate(heard.letters)
    )
    but = _BUT.search(rest)
    if but and not rest[but.end() :].isspace():
        return "unclear"
    if _ASKING.search(rest) and heard.cleaned.endswith(("?", "没", "没有", "吗", "么")):
        return "unclear"
    return "unclear" if _MAY_DENY.search(rest[spoken.start :]) else "yes"


def _is_denied(heard: Heard, spoken: Spoken) -> bool:
    before = "".join(
        "mei" if letter == TYPED and sounds == ("mei",) else letter
        for letter, sounds in zip(
            heard.letters[: spoken.start], heard.sounds[: spoken.start], strict=True
        )
    )
    return bool(_DENYING.search(before))


def _said(heard: Heard, question: str) -> dict[str, list[Spoken]]:
    """Find what was said, without sayings that stand within longer ones."""
    found = _lexicon(question).find(heard)
    everything = sorted(
        ((one, name) for name, ones in found.items() for one in ones),
        key=lambda pair: -len(pair[0].places()),
    )
    kept: list[tuple[Spoken, str]] = []
    for one, name in everything:
        places = one.places()
        if not any(places < other.places() for other, _ in kept):
            kept.append((one, name))
    said: dict[str, list[Spoken]] = {}
    for one, name in kept:
        said.setdefault(name.partition(" ")[0], []).append(one)
    return said


@functools.cache
def _lexicon(question: str) -> Sayings:
    lexicon = read_lexicon("answers")
    own = lexicon.get(question.lower(), {})
    lists: dict[str, list[str]] = {
        name: [*own.get(name, ()), *lexicon["all"].get(name, ())] for name in (*_RANK, "unclear")
    }
    return Sayings(lists, {}, by_sound=lexicon["by_sound"], typed_alone=True, typed_letters=True)
