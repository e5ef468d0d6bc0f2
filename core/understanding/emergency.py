"""Danger to life or home, seen in a text: by sure sayings, possible ones, and how they sound."""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass, field, replace
from typing import Literal

from core.understanding.additions import additions_in_force
from core.understanding.hearing import MASK, Heard, hear, mask
from core.understanding.lexicon import pattern_of, read_lexicon
from core.understanding.sayings import Sayings, Spoken
from core.understanding.typical import Typical, default_typical

Certainty = Literal["sure", "possible"]

_NEAR_BEFORE, _FAR_BEFORE = 8, 16  # letters before a saying, within its clause
_AFTER_REACH = 8
_LETTER = 150  # letters; a longer text is a letter, and whoever is in danger writes none
_BARE_NUMBERS = {"119": "fire", "120": "medical", "110": "violence"}
# How much more like danger than like anything else: to be asked about without a known saying,
# and not to be, although one was found. A person who looks in vain is the smaller harm.
_ALIKE, _UNLIKE = -0.1, -0.4
_SURELY_UNLIKE = -0.3  # what sounded sure is asked about first
_FEWEST_ALIKE, _ENOUGH_ALIKE = 5, 10  # letters; shorter texts resemble too much
_ALIKE_IN_FEW = 0.3
_JOINED = re.compile(r"(?<!\d)\d++(?:\s?[-–—/.]++\s?\d++)+")  # 5-1-101: a place
# 幺二零 is a cry too, unless it counts or is a house number: 一一九栋, 一百一十, 零一二零.
_FIGURES = {
    "一零": "110",
    "幺零": "110",
    "一九": "119",
    "幺九": "119",
    "二零": "120",
    "二〇": "120",
}
_IN_HANZI = re.compile(
    r"(?<![\d零〇一二三四五六七八九十幺两百千第])[一幺](?:[一幺][零九]|二[零〇])"
    r"(?![\d零〇一二三四五六七八九十幺两百千点]|号|栋|楼|单元|室|幢|座|块|元|平|米|斤|户|个|路)"
)
_SPACED = re.compile(r"(?<!\d)\d++(?:\s++\d++)+")  # 5 1 101; but 120 3 2 402 is a cry
_NO_WORDS = frozenset({MASK, "|"})
# Where somebody is says nothing of what happens there.
# 我在青湖华庭3号楼: with its address taken out, nothing is left but where somebody is.
_WHERE_ONLY = re.compile(r"(?:我|俺|咱|我们|俺们)?(?:家|人)?(?:就)?(?:住|在|是)+\w{0,8}")
_ADDRESS = re.compile(
    r"(?:\d{1,4}|[零〇一二三四五六七八九十百两]{1,4})(?:号楼|号院|栋|幢|单元|门(?=\d)|层|室|楼)|\d{2,}"
)
_LATIN = re.compile(r"[a-z' 0-9]{2,}")
_CONFIDENCE: dict[Certainty, float] = {"sure": 0.95, "possible": 0.6}


@dataclass(frozen=True)
class Emergency:
    """A danger that was seen: its kind, how certain, and the words that decided.

    ``confidence`` goes from 0 to 1; ``letters`` counts how many of the text's those words are.
    """

    danger: str
    certainty: Certainty
    words: str
    confidence: float = field(default=0.95, compare=False)
    letters: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Dangers:
    """The lexicon of danger, compiled: what speaks for it, by kind, and what against it."""

    kinds: tuple[str, ...]  # in the order of what must be told first
    sayings: Sayings
    calm: Sayings
    english: dict[str, re.Pattern[str]]
    english_calm: re.Pattern[str]
    typical: Typical


def find_emergency(text: str, dangers: Dangers | None = None) -> Emergency | None:
    """Tell whether a text speaks of danger, in any spelling; None if not. Never raises.

    >>> find_emergency("老头子晕倒了").danger
    'medical'
    >>> find_emergency("jiu ming a").certainty
    'sure'
    >>> find_emergency("这个月煤气费怎么交") is None
    True
    """
    dangers = dangers or default_dangers()
    heard = _without_long_numbers(_placeless(hear(text)))
    bare = heard.letters.strip("|")
    if bare in _BARE_NUMBERS:
        return Emergency(_BARE_NUMBERS[bare], "sure", bare)
    english = _in_english(heard, dangers)
    if english is not None:
        return english
    masks = dangers.calm.find(heard).get("masks", [])
    masked = mask(heard, ((sign.start, sign.end) for sign in masks))
    said = dangers.sayings.find(masked)
    spoken = _weighed(masked, said, dangers.calm.find(masked), dangers.kinds) if said else None
    return _compared(heard, spoken, dangers)


def _weighed(
    heard: Heard,
    said: dict[str, list[Spoken]],
    calm: dict[str, list[Spoken]],
    kinds: tuple[str, ...],
) -> Emergency | None:
    """Take the surest saying; a bare cry or number takes its kind from whatever else was said."""
    found = [
        Emergency(kind, certainty, spoken.words, _CONFIDENCE[certainty], len(spoken.places()))
        for kind in kinds
        for wanted in ("sure", "possible")
        for spoken in said.get(f"{kind} {wanted}", ())
        if (certainty := _certainty(heard, spoken, wanted, _calm_for(kind, calm))) is not None
    ]
    if not found:
        return None
    surest = [emergency for emergency in found if emergency.certainty == "sure"]
    for emergencies in (surest, found):
        for emergency in emergencies:
            if not _is_mere_cry(emergency):
                certainty = "sure" if surest else "possible"
                return replace(emergency, certainty=certainty, confidence=_CONFIDENCE[certainty])
    return (surest or found)[0]


def _compared(heard: Heard, spoken: Emergency | None, dangers: Dangers) -> Emergency | None:
    """Compare a text with typical sentences: of danger, of look-alikes, of requests.

    What no saying named may still resemble danger; what one named as possible may resemble
    nothing but an ordinary request.
    """
    if heard.length > _LETTER or (spoken and _is_mere_cry(spoken)):
        return spoken
    heard = mask(heard, (found.span() for found in _ADDRESS.finditer(heard.letters)))
    is_address = MASK in heard.letters and _WHERE_ONLY.fullmatch(_words_of(heard.letters))
    said = sum(letter not in _NO_WORDS for letter in heard.letters)
    alike = dangers.typical.resembles(heard)
    kind = max(dangers.kinds, key=lambda name: alike.get(f"danger.{name}", -math.inf))
    otherwise = max(weight for label, weight in alike.items() if not label.startswith("danger."))
    margin = alike[f"danger.{kind}"] - otherwise
    if spoken is None:
        needed = _ALIKE if said >= _ENOUGH_ALIKE else _ALIKE_IN_FEW
        is_alike = margin > needed and said >= _FEWEST_ALIKE
        return Emergency(kind, "possible", "", 0.5) if is_alike and not is_address else None
    if spoken.letters * 2 >= said:
        return spoken  # little else is said
    if spoken.certainty == "sure":
        if margin > _SURELY_UNLIKE:
            return spoken
        return replace(spoken, certainty="possible", confidence=_CONFIDENCE["possible"])
    return spoken if margin > _UNLIKE else None


def _words_of(letters: str) -> str:
    return "".join(letter for letter in letters if letter not in _NO_WORDS)


def _calm_for(kind: str, calm: dict[str, list[Spoken]]) -> dict[str, list[Spoken]]:
    """Count what speaks for calm about this kind of danger only: 找到了, 灭了."""
    return {**calm, "calm": calm[f"calm_{kind}"]} if f"calm_{kind}" in calm else calm


def _is_mere_cry(emergency: Emergency) -> bool:
    return emergency.danger == "other" or any(sign.isdecimal() for sign in emergency.words)


def _certainty(
    heard: Heard,
    spoken: Spoken,
    wanted: str,
    calm: dict[str, list[Spoken]],
) -> Certainty | None:
    """Weigh one saying against what speaks for calm around it and in the whole text."""
    pleads = "plea" in calm
    signs_of_calm = len({sign.words for sign in calm.get("calm", ())})
    softened = _softened(heard.letters, spoken, calm)
    if softened == "near":
        return "possible" if wanted == "sure" and pleads and not signs_of_calm else None
    if heard.length > _LETTER:
        return _in_a_letter(heard, spoken, wanted, calm)
    if signs_of_calm and not pleads:
        return "possible" if wanted == "sure" and signs_of_calm == 1 and not softened else None
    if wanted == "possible" or signs_of_calm or softened:
        return "possible"
    return "possible" if "doubt" in calm and not pleads else "sure"


def _in_a_letter(
    heard: Heard, spoken: Spoken, wanted: str, calm: dict[str, list[Spoken]]
) -> Certainty | None:
    """A letter of complaint holds half of these words, and is read by a person anyway."""
    if wanted != "sure" or not spoken.written:
        return None
    dense = (spoken.end - spoken.start) * 20 >= heard.length
    return "sure" if dense and "calm" not in calm else "possible"


def _softened(
    letters: str, spoken: Spoken, calm: dict[str, list[Spoken]]
) -> Literal["near", "far", ""]:
    """Tell whether 上次 or 怕 stands before a saying in its clause or gaps, or 那家 behind it."""
    own = spoken.places()
    inside = [
        sign
        for sign in calm.get("before", ())
        if spoken.start <= sign.start and sign.end <= spoken.end and not own & sign.places()
    ]
    if inside:
        return "near"
    clause_start = letters.rfind("|", 0, spoken.start) + 1
    distances = [
        spoken.start - sign.end
        for sign in calm.get("before", ())
        if clause_start <= sign.start and sign.end <= spoken.start
    ]
    if distances and min(distances) <= _NEAR_BEFORE:
        return "near"
    clause_end = letters.find("|", spoken.end)
    last = min(spoken.end + _AFTER_REACH, clause_end if clause_end >= 0 else len(letters))
    if any(spoken.end <= sign.start and sign.end <= last for sign in calm.get("after", ())):
        return "near"
    return "far" if distances and min(distances) <= _FAR_BEFORE else ""


def _without_long_numbers(heard: Heard) -> Heard:
    """Take 110, 119 and 120 out where they are part of a longer number."""
    cut = re.sub(
        r"(?<=\d)(?:110|119|120)|(?:110|119|120)(?=\d|\.\d|-\d)",
        MASK * 3,
        heard.letters,
    )
    return replace(heard, letters=cut) if cut != heard.letters else heard


def _placeless(heard: Heard) -> Heard:
    """Take numbers out that are a place: without its hyphens 1-10 would be a 110."""
    cut = _IN_HANZI.sub(lambda found: _FIGURES[found.group()[-2:]], heard.cleaned)
    cut = _SPACED.sub(_unless_alone, _JOINED.sub(_unless_spelled, cut))
    return replace(hear(cut), length=heard.length) if cut != heard.cleaned else heard


def _unless_alone(found: re.Match[str]) -> str:
    numbers = found.group().split()
    alone = _BARE_NUMBERS.keys() & set(numbers)
    return "|".join(numbers) if alone else _unless_spelled(found)


def _unless_spelled(found: re.Match[str]) -> str:
    figures = re.findall(r"\d+", found.group())
    spelled = "".join(figures)
    is_cry = spelled in _BARE_NUMBERS and len(figures) == len(spelled)
    return spelled if is_cry else "#"  # 1 2 0, figure by figure; 1-10 is a place


def _in_english(heard: Heard, dangers: Dangers) -> Emergency | None:
    words = " ".join(_LATIN.findall(heard.cleaned.replace("’", "'")))
    if not words:
        return None
    spaced = dangers.english_calm.sub(" ", f" {' '.join(words.split())} ")
    for kind, pattern in dangers.english.items():
        found = pattern.search(spaced)
        if found:
            return Emergency(kind, "sure", found.group().strip())
    return None


def compile_dangers(
    kinds: dict[str, dict[str, list[str]]],
    groups: dict[str, list[str]],
    spelling: dict[str, list[str]],
    calm: dict[str, dict[str, list[str]]],
    typical: Typical,
) -> Dangers:
    """Compile the lexicon of danger.

    :raises core.understanding.sayings.UnknownGroup: if a saying names a group that is not there.
    """
    lists = {
        f"{kind} {certainty}": entry[certainty]
        for kind, entry in kinds.items()
        for certainty in ("sure", "possible")
    }
    english = {
        kind: pattern
        for kind, entry in kinds.items()
        if (pattern := pattern_of(f" {saying} " for saying in entry["english"]))
    }
    against = {name: entry["sayings"] for name, entry in calm.items()}
    never = {*spelling["as_they_stand"], *(word for word in against["masks"] if "…" not in word)}
    english_calm = pattern_of(f" {saying} " for saying in calm["calm"]["english"])
    if english_calm is None:
        raise ValueError("the English look-alikes of danger are empty")
    return Dangers(
        tuple(kinds),
        Sayings(lists, groups, by_sound=spelling["by_sound"], never_sounded=never),
        Sayings(against, groups),
        english,
        english_calm,
        typical,
    )


@functools.cache
def default_dangers() -> Dangers:
    """Return the lexicon of danger: Linli's, and what the office added."""
    groups, added = read_lexicon("emergency_groups"), additions_in_force()
    kinds, calm = read_lexicon("emergency"), read_lexicon("emergency_calm")
    for kind, lists in added.dangers.items():
        for certainty in ("sure", "possible"):
            kinds[kind][certainty] += lists.get(certainty, ())
    calm["masks"]["sayings"] += added.look_alikes.get("words", ())
    return compile_dangers(kinds, groups["group"], groups["spelling"], calm, default_typical())
