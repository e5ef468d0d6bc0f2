"""The walks: each rings, presses and waits as callers do, and says what breaks a bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.config import Settings
from app.flow_check import bars
from app.flow_check.neighbours import neighbour_calls
from app.flow_check.shape import shape_problems
from app.flow_check.stage import Answer, Scene, Stage
from app.flow_check.village import ELDER, YOUNGER
from app.flow_check.ways import (
    AFTERNOON,
    DAY_TWO,
    EVERY_EAR,
    Callbacks,
    Ear,
    Way,
    cry_for_help,
    hear_recording,
    night,
    owe_callbacks,
    report,
    ring_again,
    ring_and_press,
    sign_up,
)
from core.wording.catalogue import say
from ivr.menus import MENUS

KEYS = "0123456789*#"
_DAY_WAYS: dict[str, Way] = {
    "first": ring_and_press(""),
    "report": ring_and_press("1"),
    "speak": ring_and_press("11"),
    "anything_else": report,
    "status": ring_and_press("2"),
    "shelf": ring_and_press("3"),
    "take": ring_and_press("31"),
    "taken": sign_up,
    "go_on": ring_again,
}
_FIRST_MENUS = ("first", "go_on", "first_night", "go_on_night")
_PLAIN = Ear()
_Told = Callable[[str], None]


def flow_problems(settings: Settings, *, told: _Told = lambda _: None) -> Iterator[str]:
    """Walk every menu; yield what breaks a bar. ``told`` hears how far it is."""
    yield from shape_problems()
    with _stage(settings) as stage:
        for name, walk in _WALKS:
            told(name)
            for problem in dict.fromkeys(walk(stage)):
                yield f"{name}: {problem}"


@contextmanager
def _stage(settings: Settings) -> Iterator[Stage]:
    with TemporaryDirectory(prefix="linli-flow-") as folder:
        stage = Stage(settings, Path(folder))
        try:
            yield stage
        finally:
            stage.close()


def _day(stage: Stage) -> Iterator[str]:
    """Hear every menu of the day, by every ear."""
    for ear in EVERY_EAR:
        for menu, way in _DAY_WAYS.items():
            scene = way(stage, ear)
            yield from _heard(stage, menu, ear, scene.answer)
            if menu in _FIRST_MENUS:
                yield from _first(menu, ear, scene)
            scene.hang_up()


def _night(stage: Stage) -> Iterator[str]:
    night(stage)
    for ear in EVERY_EAR:
        for menu, way in (("first_night", ring_and_press("")), ("go_on_night", ring_again)):
            scene = way(stage, ear)
            yield from _heard(stage, menu, ear, scene.answer)
            yield from _first(menu, ear, scene)
            scene.hang_up()


def _keys(stage: Stage) -> Iterator[str]:
    """Press every key at every menu of the day."""
    for menu in ("first", "report", "anything_else", "go_on"):
        for key in KEYS:
            scene = _DAY_WAYS[menu](stage, _PLAIN)
            before = scene.answer
            after = scene.press(key).answer
            for problem in _after_key(key, before, after):
                yield f"{menu}, key {key}: {problem}"
            scene.hang_up()


def _mistakes(stage: Stage) -> Iterator[str]:
    """Press wrong keys and stay silent."""
    for menu in ("first", "report", "anything_else", "go_on"):
        way = _DAY_WAYS[menu]
        scene = way(stage, _PLAIN)
        full = scene.answer
        once = scene.press("7").answer
        if once.seconds >= full.seconds and menu != "anything_else":
            yield f"{menu}: after a wrong key the prompt is not shorter"
        twice = scene.press("7").answer
        if bars.keys_named(twice.words, "zh_CN") != ["1", "2"]:
            yield f"{menu}: after two wrong keys no yes/no question: {twice.words}"
        if not scene.press("7").answer.reaches_somebody:
            yield f"{menu}: three wrong keys reach nobody"
        scene.hang_up()
        mixed = way(stage, _PLAIN).press("7").stay_silent()
        if not mixed.answer.reaches_somebody:
            yield f"{menu}: a wrong key and then silence reach nobody"
        mixed.hang_up()
    yield from _silences(stage)


def _silences(stage: Stage) -> Iterator[str]:
    scene = _DAY_WAYS["report"](stage, _PLAIN)
    full = scene.answer
    once = scene.stay_silent().answer
    if say("voice.common.no_hurry", "zh_CN") not in once.words or once.seconds >= full.seconds:
        yield f"report: after one silence not shorter, or without 不着急: {once.words}"
    if not scene.stay_silent().answer.reaches_somebody:
        yield "report: two silences reach nobody"
    scene.hang_up()


def _remembered(stage: Stage) -> Iterator[str]:
    """Ask for another pace and another language, and ring again."""
    phone = stage.phone(YOUNGER, "zh_CN")
    normal = stage.ring(phone)
    normal.press("9").hang_up()
    slow = stage.ring(phone)
    if slow.answer.seconds <= normal.answer.seconds and slow.answer.seconds < 15:
        yield "the slower pace is not remembered"
    slow.press("8").hang_up()
    english = stage.ring(phone)
    if "press" not in english.answer.words:
        yield "the language is not remembered"
    english.hang_up()


def _recorder(stage: Stage) -> Iterator[str]:
    scene = ring_and_press("11")(stage, _PLAIN)
    while scene.answer.waits == "keys":
        scene.stay_silent()
    waits = scene.answer
    if waits.waits != "speech" or waits.wait_seconds < bars.RECORDER_SILENCE:
        yield f"the recorder ends after {waits.wait_seconds} s of silence"
    if waits.longest_seconds > bars.RECORDER_LONGEST:
        yield f"the recorder runs for {waits.longest_seconds} s"
    before = stage.last_case_number()
    scene.speak().hang_up()
    if stage.last_case_number() != before + 1:
        yield "a recording opened no case"


def _outbound(stage: Stage) -> Iterator[str]:
    """Answer the calls that we owe: is it you, is it solved, how was it."""
    everybody = {ear: 3 for ear in EVERY_EAR if ear.kind == ELDER}
    owed = owe_callbacks(stage, everybody | {Ear(kind=ELDER): 8}, done=True)
    stage.go_to(AFTERNOON)
    for ear in everybody:
        yield from _our_call(stage, owed, ear)
    yield from _our_keys(stage, owed)


def _our_call(stage: Stage, owed: Callbacks, ear: Ear) -> Iterator[str]:
    for menu, keys in (("who", ""), ("solved", "1"), ("satisfied", "11")):
        scene = owed.answer(stage, ear, keys)
        if scene is None:
            yield f"{menu} ({ear}): the telephone does not ring"
            continue
        yield from _heard(stage, menu, ear, scene.answer)
        if menu == "who":
            yield from _opening(ear, scene.answer)
        scene.hang_up()


def _opening(ear: Ear, answer: Answer) -> Iterator[str]:
    if answer.said and (answer.said[0].seconds or 0) > bars.OPENING * (1.32 if ear.slow else 1):
        yield f"who ({ear}): names us after {answer.said[0].seconds:.1f} s"
    if answer.seconds > bars.MACHINE:
        yield f"who ({ear}): a machine hears {answer.seconds:.1f} s, at most {bars.MACHINE:.0f} s"
    if "下水道" in answer.words or "维修" in answer.words:
        yield f"who ({ear}): says what it is about before the right person pressed 1"


def _our_keys(stage: Stage, owed: Callbacks) -> Iterator[str]:
    ear = Ear(kind=ELDER)
    for key, ends in (("0", False), ("2", True), ("3", True), ("*", False), ("7", False)):
        scene = owed.answer(stage, ear)
        if scene is None:
            yield f"who, key {key}: the telephone does not ring"
            continue
        answer = scene.press(key).answer
        if not answer.words and not answer.reaches_somebody:
            yield f"who, key {key}: nothing is answered"
        if ends != (answer.waits == ""):
            yield f"who, key {key}: {'goes on' if ends else 'ends'}"
        scene.hang_up()


def _progress(stage: Stage) -> Iterator[str]:
    """Answer a progress call of somebody whose matter is under way."""
    ears = {ear: 1 for ear in EVERY_EAR if ear.kind == ELDER}
    owed = owe_callbacks(stage, ears, done=False)
    stage.go_to(DAY_TWO)
    for ear in ears:
        scene = owed.answer(stage, ear, "1")
        if scene is None:
            yield f"progress ({ear}): the telephone does not ring"
            continue
        yield from _heard(stage, "progress", ear, scene.answer)
        scene.hang_up()


def _staff(stage: Stage) -> Iterator[str]:
    """Answer what rings staff: an alarm, a recording."""
    for menu, way in (("listen", hear_recording), ("alarm", cry_for_help)):
        scene = way(stage)
        if scene is None:
            yield f"{menu}: the telephone does not ring"
            continue
        yield from _heard(stage, menu, Ear(), scene.answer)
        scene.press("1").hang_up()


def _neighbours(stage: Stage) -> Iterator[str]:
    """Answer the calls about the neighbourhood."""
    for menu, ear, answer in neighbour_calls(stage):
        if answer is None:
            yield f"{menu} ({ear}): the telephone does not ring"
        else:
            yield from _heard(stage, menu, ear, answer)


def _heard(stage: Stage, menu: str, ear: Ear, answer: Answer) -> Iterator[str]:
    """Say what is wrong with what was heard at a menu."""
    problems = [
        *(bars.in_words(answer.words, ear.language) if _is_ours(menu) else ()),
        *bars.in_lengths(answer.said, slow=ear.slow or _is_slow(menu)),
        *(() if _is_slow(menu) and not ear.slow else bars.in_pace(answer.said, slow=ear.slow)),
        *_in_sound(stage, answer, ear.language),
    ]
    if not answer.words:
        problems.append("nothing is heard")
    wanted = bars.FIRST_KEY_ELDER if ear.kind == ELDER else bars.FIRST_KEY
    if answer.waits == "keys" and menu != "speak" and answer.wait_seconds < wanted:
        problems.append(f"waits {answer.wait_seconds} s for a key, {wanted} s wished")
    for problem in problems:
        yield f"{menu} ({ear}): {problem}"


def _in_sound(stage: Stage, answer: Answer, language: str) -> Iterator[str]:
    for piece in answer.said:
        if piece.hash and language == "zh_CN":
            yield from bars.in_pauses(stage.audio(piece.hash), piece.words, language)


def _first(menu: str, ear: Ear, scene: Scene) -> Iterator[str]:
    """Say what is wrong with a first menu, and with doing nothing at it."""
    answer = scene.answer
    where = f"{menu} ({ear})"
    emergency = say("voice.first.emergency", ear.language)
    if not answer.words.startswith(emergency):
        yield f"{where}: the emergency sentence is not first"
    elif (answer.said[0].seconds or 0) > bars.EMERGENCY_SENTENCE * (1.32 if ear.slow else 1):
        yield f"{where}: the emergency sentence lasts {answer.said[0].seconds:.1f} s"
    if answer.seconds > bars.FIRST_MENU:
        yield f"{where}: {answer.seconds:.1f} s, at most {bars.FIRST_MENU:.0f} s"
    named = bars.keys_named(answer.words, ear.language)
    if ear.kind == ELDER and menu == "first" and named[:1] != ["0"]:
        yield f"{where}: a person is not offered first"
    reached = answer.seconds + answer.wait_seconds
    if reached > bars.REACHED:
        yield f"{where}: doing nothing is answered after {reached:.1f} s"
    if not scene.stay_silent().answer.reaches_somebody:
        yield f"{where}: doing nothing reaches nobody"


def _after_key(key: str, before: Answer, after: Answer) -> Iterator[str]:
    if not after.words and not after.reaches_somebody:
        yield "nothing is answered"
    if after.waits == "" and key not in "#2":
        yield "the line is dead"
    if key == "0" and after.waits != "callee":
        yield "no person's telephone rings"
    if key == "*" and not after.words.endswith(before.words[-12:]):
        yield f"something else is said: {after.words}"
    if key == "8" and "press" not in after.words:
        yield f"not in English: {after.words}"
    if key == "9" and say("voice.common.slower", "zh_CN") not in after.words:
        yield f"not slower: {after.words}"


def _is_slow(menu: str) -> bool:
    """Tell whether a menu is read slowly to everybody; what comes before it is not."""
    return menu in MENUS and MENUS[menu].slow


def _is_ours(menu: str) -> bool:
    return MENUS[menu].audience == "resident" if menu in MENUS else True


_WALKS: tuple[tuple[str, Callable[[Stage], Iterator[str]]], ...] = (
    ("by day", _day),
    ("keys", _keys),
    ("mistakes", _mistakes),
    ("remembered", _remembered),
    ("recorder", _recorder),
    ("our calls", _outbound),
    ("progress calls", _progress),
    ("staff", _staff),
    ("neighbours", _neighbours),
    ("by night", _night),
)
