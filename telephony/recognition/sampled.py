"""Spoken templates filled in as on a usual day, for whoever listens to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.wording.catalogue import say
from core.wording.ear import case_number_spoken, digits_spoken, language_of, phone_spoken
from core.wording.parts import Part, parts_of, slots_in, spoken_keys

_NUMBERS = (158, 2047)
_CODES = ("4062", "9137")
_FILLED: dict[str, Mapping[str, tuple[str, ...]]] = {
    "zh_CN": {
        "community": ("东城社区", "东城社区"),
        "leader": ("小李", "网格长"),
        "who": ("王师傅", "值班员张敏"),
        "called": ("金奶奶", "马大爷"),
        "matter": ("下水道", "楼道灯"),
        "day": ("星期四", "下星期二"),
        "danger": ("着火", "有人摔倒"),
        "person": ("金奶奶", "马大爷"),
        "item": ("花生油，三百分", "冬至包饺子，星期二"),
        "what": ("花生油", "冬至包饺子"),
        "points": ("三百零五", "八十"),
        "count": ("两", "三"),
        "room": ("四零二", "幺幺零幺"),
    },
    "en": {
        "community": ("the East Town community", "the East Town community"),
        "leader": ("Mr Li", "the grid leader"),
        "who": ("Mr Wang", "The person on duty"),
        "called": ("Mrs Jin", "Mr Ma"),
        "matter": ("the drain", "the stair light"),
        "day": ("Thursday", "next Tuesday"),
        "danger": ("a fire", "somebody fell down"),
        "person": ("Mrs Jin", "Mr Ma"),
        "item": ("peanut oil, three hundred points", "making dumplings, Tuesday"),
        "what": ("peanut oil", "making dumplings"),
        "points": ("three hundred and five", "eighty"),
        "count": ("two", "three"),
        "room": ("four zero two", "one one zero one"),
    },
}
_PHONE = "5800000"
_ON = {"zh_CN": ("读书会", "冬至包饺子"), "en": ("the reading circle", "making dumplings")}
# What only ever fills a slot is listened to as it is heard: in its sentence.
_FILLS = {
    "voice.callback.matter_of_number": ("voice.callback.matter", "matter"),
    "voice.common.called_unknown": ("voice.callback.yourself", "called"),
    "voice.common.leader_unknown": ("voice.callback.opening", "leader"),
    "voice.common.responsible_unknown": ("voice.receipt.who", "who"),
    "voice.points.activity": ("voice.points.item_1", "item_1"),
    "voice.points.reward": ("voice.points.item_1", "item_1"),
}
_DANGER = "voice.danger."


@dataclass(frozen=True)
class Sample:
    """A spoken sentence and what it consists of.

    ``key`` is what it is a sample of; it stands inside ``template`` if it only fills a slot.
    """

    key: str
    language: str
    words: str
    parts: tuple[Part, ...]
    template: str
    slots: Mapping[str, str]


def samples(language: str) -> Iterator[Sample]:
    """Yield every spoken template as it stands, or filled in twice."""
    for key in spoken_keys():
        for turn in (0, 1) if slots_in(key, language) else (0,):
            slots = _slots(key, language, turn)
            if (sentence := _sentence_of(key)) is not None:
                inside, slot = sentence
                slots = {**_slots(inside, language, turn), slot: say(key, language, **slots)}
            else:
                inside = key
            words = say(inside, language, **slots)
            if language_of(words, language) != language:
                continue  # a hint in English, which stands in every language
            parts = parts_of(inside, language, slots)
            yield Sample(key, language, words, parts, inside, slots)


def fills_a_slot(key: str) -> bool:
    """Tell whether a template is only heard inside another."""
    return _sentence_of(key) is not None


def _sentence_of(key: str) -> tuple[str, str] | None:
    return ("voice.staff.alarm", "danger") if key.startswith(_DANGER) else _FILLS.get(key)


def _slots(key: str, language: str, turn: int) -> dict[str, str]:
    slots = {name: _filled(name, language, turn) for name in slots_in(key, language)}
    return {**slots, "what": _ON[language][turn]} if key == "voice.points.activity" else slots


def _filled(name: str, language: str, turn: int) -> str:
    if name == "number":
        return case_number_spoken(_NUMBERS[turn], language)
    if name == "staffed":
        return phone_spoken(_PHONE, language)
    if name == "code":
        return digits_spoken(_CODES[turn], language)
    return _FILLED[language][name.partition("_")[0]][turn]  # item_1, person_2
