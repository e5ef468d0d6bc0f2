"""What a resident asks of the line itself: a wish with nothing but fillers beside it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.understanding.hearing import TYPED, Heard, hear
from core.understanding.lexicon import read_lexicon
from core.understanding.numbers import NUMBER, UNITS, read_digits
from core.understanding.sayings import Sayings, Spoken
from core.understanding.typical import default_typical
from core.understanding.vocabulary import Found, Vocabulary

_LONGEST = 45  # letters; a longer text is a letter, and its wish stays among its words
_MOST_REST = 4
_REST_IN_CLAUSE = 3  # letters beside a plain wish, in its own clause
_NUMBERED = re.compile(rf"(?:第|no)?({NUMBER})(?:号(?!楼|院)|件(?!套))?(?!\d|-|{UNITS})")
_PARTICLES = frozenset(
    ["le", "ma", "ba", "a", "le", "de", "wo", "li", "men", "ge", "yi", "qin"]
)  # folded, typed in pinyin
_OF_A_NUMBER = "numbered"
_SURNAME = (
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋"
    "蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷"
    "侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤常]"
)  # 张师傅, 小李, 王大妈: whom a wish is said to.
_SOMEBODY = re.compile(
    f"{_SURNAME}(?:师傅|主任|书记|站长|经理|医生|大夫|老师|网格员?|同志|姑娘|姐|哥|大姐|大哥|大爷|大妈|大娘|奶奶|爷爷|阿姨|叔|婶|工)"
    f"|[小老阿]{_SURNAME}(?:师傅|主任|同志)?"
)
# How much more like such wishes than like anything else, where much stands beside one.
# (Chosen on sentences of our own; a request is never to be swallowed.)
_ALIKE = 0.5
# The same where no word of the lists names the wish; asking after a matter loses no word.
# (No sentence of the training half's requests comes as near; casual texts hardly do.)
_ALIKE_UNNAMED = {
    **{"": 2.2, "ask_status": 0.6, "opt_out": 1.0, "opt_in": 1.3, "thanks": 0.8},
    **{"greeting": 1.2, "ask_help": 1.7, "ask_person": 1.8, "withdraw": 1.8},
}
_SHORTEST_UNNAMED, _LONGEST_UNNAMED = 4, 16  # letters
_ASKS = re.compile(r"[^|](?:没|没有|没得|吗|么|不)$")
_TO_ONE = re.compile("你(?![们好])")  # the line is 你们 or 您; one 你 may be a friend
# How much more like another wish a text must be than like the one that its words name.
_RATHER = 0.8
_AGAINST = 2.0  # the same where a word stands in a text that usually speaks against the wish


@dataclass(frozen=True)
class Wish:
    """A wish: the command's name, the case it names, the words that decided and what is left."""

    name: str
    number: int | None
    words: str
    rest: str
    confidence: float


@dataclass(frozen=True)
class _Words:
    sayings: Sayings
    fillers: Vocabulary
    things: Vocabulary
    friends: Vocabulary
    order: tuple[str, ...]


def read_wish(text: str) -> Wish | None:
    """Read a text as one wish; None if it says more, or something else. Never raises.

    >>> read_wish("给我回个电话吧,我打字慢").name
    'ask_person'
    >>> read_wish("一五八号办完没有").number
    158
    >>> read_wish("取消我们楼的活动太可惜") is None
    True
    """
    heard = hear(text)
    if not heard.letters or len(heard.letters) > _LONGEST:
        return None
    lexicon = _lexicon()
    number, named = _number_in(heard.letters)
    parts = lexicon.sayings.parts(heard)
    said = lexicon.sayings.find(heard, parts)
    filled = _filled(heard, lexicon.fillers) | named
    things = filled | _filled(heard, lexicon.things)
    to_friend = bool(lexicon.friends.find(heard) or _TO_ONE.search(heard.letters))
    wishes = [
        (number is not None and name in _ABOUT_THINGS, covers, -rank, name, spoken)
        for rank, name in enumerate(lexicon.order)
        if _may_be_meant(name, said, heard.letters)
        for known in [(things if name in _ABOUT_THINGS else filled) | _of_kind(name, parts)]
        for spoken, way in _ways(said, name, number)
        if (covers := _covers(heard, spoken, known, "" if to_friend else way)) is not None
    ]
    if not wishes:
        return None if to_friend else _resembling(heard, said, number, filled)
    *_, name, spoken = max(wishes, key=lambda wish: wish[:3])
    rest = _rest(heard, spoken, filled | _of_kind(name, parts))
    is_plain_report = name == "report" and len(heard.letters) <= len(spoken.places()) + 2
    if rest or "|" in heard.letters or (name == "report" and not is_plain_report):
        name = _rather(heard, name)
    return Wish(name, number, spoken.words, rest, 0.75 if rest else 0.95)


def _resembling(
    heard: Heard, said: dict[str, list[Spoken]], number: int | None, filled: set[int]
) -> Wish | None:
    """Take a wish with much beside it, if the whole text is like such wishes: 不找了,猫回来了."""
    name, weight = _most_alike(heard)
    is_unlikely = name in _ASKED_PLAINLY or f"{name} not" in said
    if is_unlikely and (name in _ASKED_PLAINLY or weight <= _AGAINST):
        return None
    cues = said.get(f"{name} sayings") or said.get(f"{name} plain")
    if cues and weight > _ALIKE:
        return Wish(name, number, cues[0].words, _rest(heard, cues[0], filled), 0.6)
    if weight > _ALIKE_UNNAMED.get(name, _ALIKE_UNNAMED[""]) and _is_said_shortly(heard):
        return Wish(name, number, "", heard.letters, 0.5)
    return None


def _is_said_shortly(heard: Heard) -> bool:
    said = [place for place, sounds in enumerate(heard.sounds) if sounds]
    return len(said) >= _SHORTEST_UNNAMED and len(heard.letters) <= _LONGEST_UNNAMED


def _rather(heard: Heard, name: str) -> str:
    """Take another wish than the one that words name, if a text is much more like that one."""
    better, weight = _most_alike(heard)
    if better in _ASKED_PLAINLY or name in _KIND or weight <= _ALIKE:
        return name
    alike = default_typical().resembles(heard)
    margin = alike[f"command.{better}"] - alike.get(f"command.{name}", 0.0)
    return better if margin > _RATHER else name


def _most_alike(heard: Heard) -> tuple[str, float]:
    """Return the wish that a text is most like, and how much more than like anything else."""
    alike = default_typical().resembles(heard)
    wished = {
        name: alike[label] for name in _lexicon().order if (label := f"command.{name}") in alike
    }
    otherwise = max(
        weight for label, weight in alike.items() if not label.startswith(("command.", "answer."))
    )
    name = max(wished, key=lambda known: wished[known])
    return name, wished[name] - otherwise


def _may_be_meant(name: str, said: dict[str, list[Spoken]], letters: str) -> bool:
    if name == "fine" and _ASKS.search(letters):
        return False  # 你们给记下了没 is no 记下了
    return f"{name} not" not in said or f"{name} always" in said


def _of_kind(name: str, parts: dict[str, list[Found]]) -> set[int]:
    """Return where words stand of which such wishes are made, in whatever order: 短信 烦 别发."""
    names = _made_of(name)
    return {
        place
        for part, found in parts.items()
        if part in names
        for one in found
        if one.alone and len(one.word) > 1
        for place in range(one.start, one.end)
    }


@functools.cache
def _made_of(name: str) -> frozenset[str]:
    sayings = _lexicon().sayings
    return sayings.names_of(f"{name} sayings") | sayings.names_of(f"{name} plain")


def _ways(
    said: dict[str, list[Spoken]], name: str, number: int | None
) -> Iterator[tuple[Spoken, str]]:
    for way in ("sayings", "plain", _OF_A_NUMBER):
        if way != _OF_A_NUMBER or number is not None:
            for spoken in said.get(f"{name} {way}", ()):
                yield spoken, way


def _covers(heard: Heard, spoken: Spoken, filled: set[int], way: str) -> tuple[int, int] | None:
    """Return how few letters a wish leaves over and how many it covers; None if too much else."""
    own = spoken.places()
    rest = [
        place
        for place, letter in enumerate(heard.letters)
        if letter != "|" and place not in own and place not in filled
    ]
    covers = (-len(rest), len(own))
    if way == "plain":
        beside = [place for place in rest if _in_clause(heard.letters, place, spoken)]
        return covers if len(beside) <= _REST_IN_CLAUSE else None
    allowed = min(_MOST_REST, max(len(heard.letters) // 5, len(heard.letters) >= 5)) if way else 0
    return covers if len(rest) <= allowed else None


def _in_clause(letters: str, place: int, spoken: Spoken) -> bool:
    begin = letters.rfind("|", 0, spoken.start) + 1
    end = letters.find("|", spoken.end)
    return begin <= place < (end if end >= 0 else len(letters))


def _rest(heard: Heard, spoken: Spoken, filled: set[int]) -> str:
    own = spoken.places()
    return "".join(
        letter
        for place, letter in enumerate(heard.letters)
        if letter not in ("|", TYPED) and place not in own and place not in filled
    )


def _filled(heard: Heard, fillers: Vocabulary) -> set[int]:
    filled = {
        place
        for found in fillers.find(heard)
        if found.alone
        for place in range(found.start, found.end)
    }
    named = {
        place
        for found in _SOMEBODY.finditer(heard.letters)
        for place in range(found.start(), found.end())
    }
    typed = {
        place
        for place, letter in enumerate(heard.letters)
        if letter == TYPED and _PARTICLES & set(heard.sounds[place])
    }
    return filled | typed | named


def _number_in(letters: str) -> tuple[int | None, set[int]]:
    """Find the number of a case, and where it stands."""
    for found in _NUMBERED.finditer(letters):
        written = found.group(1)
        if not written.isdecimal() and len(written) < 2:
            continue  # 一 and 两 count things
        number = read_digits(written)
        if number is not None:
            return number, set(range(found.start(), found.end()))
    return None, set()


@functools.cache
def _lexicon() -> _Words:
    lexicon = read_lexicon("commands")
    spelling = {"by_sound": lexicon["by_sound"], "never_sounded": lexicon["as_they_stand"]}
    names = [name for name, entry in lexicon.items() if name not in _NO_WISH]
    lists = {f"{name} {way}": sayings for name in names for way, sayings in lexicon[name].items()}
    return _Words(
        Sayings(lists, lexicon["group"], **spelling, typed_alone=True),
        Vocabulary(lexicon["filler"]["words"], **spelling, typed_alone=True),
        Vocabulary(lexicon["things"]["words"]),
        Vocabulary(lexicon["friend"]["words"]),
        tuple(sorted(names, key=_ORDER.index)),
    )


_ASKED_PLAINLY = frozenset({"report", "fine"})
_KIND = frozenset({"fine", "thanks", "greeting"})
_ABOUT_THINGS = frozenset({"ask_status", "withdraw"})
_NO_WISH = frozenset({"by_sound", "as_they_stand", "group", "filler", "things", "friend"})
# Of two that cover as much, the first: 取消退订 is no withdrawal, 谢谢 before 好.
_ORDER = [
    "opt_in",
    "opt_out",
    "withdraw",
    "ask_person",
    "ask_help",
    "redeem",
    "ask_points",
    "ask_activities",
    "ask_status",
    "thanks",
    "greeting",
    "report",
    "fine",
]
