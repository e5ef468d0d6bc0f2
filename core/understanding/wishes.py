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
from core.understanding.vocabulary import Vocabulary

_LONGEST = 45  # letters; a longer text is a letter, and its wish stays among its words
_MOST_REST = 4
_REST_IN_CLAUSE = 3  # letters beside a plain wish, in its own clause
_NUMBERED = re.compile(rf"(?:第|no)?({NUMBER})(?:号(?!楼|院)|件(?!套))?(?!\d|-|{UNITS})")
_PARTICLES = frozenset(
    ["le", "ma", "ba", "a", "le", "de", "wo", "li", "men", "ge", "yi", "qin"]
)  # folded, typed in pinyin
_OF_A_NUMBER = "numbered"
# How much more like such wishes than like anything else, where much stands beside one.
# (Chosen on sentences of our own; a request is never to be swallowed.)
_ALIKE = 0.5
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
    said = lexicon.sayings.find(heard)
    filled = _filled(heard, lexicon.fillers) | named
    things = filled | _filled(heard, lexicon.things)
    to_friend = bool(lexicon.friends.find(heard))
    wishes = [
        (covered, -rank, name, spoken)
        for rank, name in enumerate(lexicon.order)
        for spoken, way in _ways(said, name, number)
        if f"{name} not" not in said
        and (
            covered := _covers(
                heard,
                spoken,
                things if name in _ABOUT_THINGS else filled,
                "" if to_friend else way,
            )
        )
        is not None
    ]
    if not wishes:
        return None if to_friend else _resembling(heard, said, number, filled)
    _, _, name, spoken = max(wishes, key=lambda wish: wish[:2])
    rest = _rest(heard, spoken, filled)
    if rest or "|" in heard.letters or name == "report":
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
    return None


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


def _ways(
    said: dict[str, list[Spoken]], name: str, number: int | None
) -> Iterator[tuple[Spoken, str]]:
    for way in ("sayings", "plain", _OF_A_NUMBER):
        if way != _OF_A_NUMBER or number is not None:
            for spoken in said.get(f"{name} {way}", ()):
                yield spoken, way


def _covers(heard: Heard, spoken: Spoken, filled: set[int], way: str) -> int | None:
    """Return how many letters a wish covers; None if too much else is said."""
    own = spoken.places()
    rest = [
        place
        for place, letter in enumerate(heard.letters)
        if letter != "|" and place not in own and place not in filled
    ]
    if way == "plain":
        rest = [place for place in rest if _in_clause(heard.letters, place, spoken)]
        return len(own) if len(rest) <= _REST_IN_CLAUSE else None
    if not way:
        return len(own) if not rest else None
    allowed = min(_MOST_REST, max(len(heard.letters) // 5, len(heard.letters) >= 5))
    return len(own) if len(rest) <= allowed else None


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
    typed = {
        place
        for place, letter in enumerate(heard.letters)
        if letter == TYPED and _PARTICLES & set(heard.sounds[place])
    }
    return filled | typed


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
        Sayings(lists, lexicon["group"], **spelling),
        Vocabulary(lexicon["filler"]["words"], **spelling),
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
