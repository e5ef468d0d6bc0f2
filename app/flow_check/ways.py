"""How to get to each menu: whose telephone, which keys, and what had to happen before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.flow_check.stage import Scene, Stage
from app.flow_check.village import CLERK, ELDER, MORNING, NIGHT_HOUR, PROPERTY, YOUNGER

AFTERNOON = MORNING.replace(hour=16, minute=35)  # in a calling window, hours after "done"
_BETWEEN_TEXTS = timedelta(minutes=4)
DAY_TWO = AFTERNOON + timedelta(days=2)  # the day of receipt is not counted


@dataclass(frozen=True)
class Ear:
    """Who hears a menu."""

    language: str = "zh_CN"
    slow: bool = False
    kind: str = YOUNGER

    def __str__(self) -> str:
        """Name it, for a message."""
        return f"{self.language} {'slow' if self.slow else 'normal'} {self.kind}"


EVERY_EAR = tuple(
    Ear(language, slow, kind)
    for kind in (YOUNGER, ELDER)
    for language in ("zh_CN", "en")
    for slow in (False, True)
)
Way = Callable[[Stage, Ear], Scene]


def ring_and_press(keys: str) -> Way:
    """Get to a menu by ringing and pressing."""

    def way(stage: Stage, ear: Ear) -> Scene:
        return stage.ring(stage.phone(ear.kind, ear.language, slow=ear.slow)).press(keys)

    return way


def sign_up(stage: Stage, ear: Ear) -> Scene:
    """Let the rewards pass, choose the first activity, and take it."""
    return ring_and_press("3")(stage, ear).stay_silent().press("11")


def ring_again(stage: Stage, ear: Ear) -> Scene:
    """Get to the menu of somebody whose call broke off after two keys."""
    phone = stage.phone(ear.kind, ear.language, slow=ear.slow)
    stage.ring(phone).press("11").hang_up()
    stage.settle()
    return stage.ring(phone)


def report(stage: Stage, ear: Ear) -> Scene:
    """Report something aloud; the call is then at what follows."""
    scene = ring_and_press("11")(stage, ear)
    while scene.answer.waits == "keys":
        scene.stay_silent()
    return scene.speak()


@dataclass
class Callbacks:
    """Neighbours whom we owe a call: each is answered once."""

    phones: dict[Ear, list[str]]

    def answer(self, stage: Stage, ear: Ear, keys: str = "") -> Scene | None:
        """Answer the telephone of one of them."""
        scene = stage.answer(self.phones[ear].pop(0))
        return None if scene is None else scene.press(keys)


def owe_callbacks(stage: Stage, ears: dict[Ear, int], *, done: bool) -> Callbacks:
    """Bring it about that we owe calls: reported, accepted, and done or still under way."""
    owed: dict[Ear, list[str]] = {}
    first = _cases(stage)
    for ear, count in ears.items():
        for _ in range(count):
            phone = stage.phone(ear.kind, ear.language, slow=ear.slow)
            owed.setdefault(ear, []).append(phone)
            scene = stage.ring(phone).press("11")
            while scene.answer.waits == "keys":
                scene.stay_silent()
            scene.speak().hang_up()
    stage.settle()
    for number in range(first + 1, _cases(stage) + 1):
        stage.clock.at += _BETWEEN_TEXTS
        stage.text(PROPERTY, f"接 {number} 明早来")
        if done:
            stage.text(PROPERTY, f"办结 {number} 通了")
    stage.settle()
    return Callbacks(owed)


def hear_recording(stage: Stage) -> Scene | None:
    """Let a member of staff ask for a recording (听), and answer."""
    stage.text(PROPERTY, f"听 {_cases(stage)}")
    stage.settle()
    return stage.answer(PROPERTY)


def cry_for_help(stage: Stage) -> Scene | None:
    """Raise an alarm by text; the duty telephone rings and is answered."""
    stage.text(stage.phone(ELDER, "zh_CN"), "老伴晕倒了叫不醒")
    stage.settle()
    return stage.answer(CLERK)


def night(stage: Stage) -> None:
    """Go to an hour at which the office is closed."""
    stage.clock.at = stage.clock.at.replace(hour=NIGHT_HOUR)


def _cases(stage: Stage) -> int:
    return stage.last_case_number()
