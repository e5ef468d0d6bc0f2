"""What a caller wishes of the line itself: another language, a slower pace; both remembered."""

from __future__ import annotations

from core.residents.operations import remember_language, remember_pace
from core.wording.catalogue import LANGUAGES
from ivr.actions import action
from ivr.calls import place_of
from ivr.engine import how_asked
from ivr.menus import MENUS
from ivr.pieces import Line
from ivr.scene import Scene
from ivr.steps import AskMenu, Record, Step


@action("switch_language", "again", title="换一种语言,记住")
def switch_language(scene: Scene, _value: str) -> Step:
    """Go on in the other language, and speak it to this telephone from now on."""
    call = scene.call
    call.language = LANGUAGES[(LANGUAGES.index(call.language) + 1) % len(LANGUAGES)]
    if call.phone is not None:
        remember_language(scene.session, call.community_id, call.phone, call.language)
    return _again(scene, "voice.common.language_changed")


@action("change_pace", "again", title="说慢点,再按一次恢复,记住")
def change_pace(scene: Scene, _value: str) -> Step:
    """Go on slowly, or again at the normal pace, and speak so to this telephone from now on."""
    call = scene.call
    call.slow = not call.slow
    if call.phone is not None:
        remember_pace(scene.session, call.community_id, call.phone, slow=call.slow)
    return _again(scene, "voice.common.slower" if call.slow else "voice.common.normal_pace")


def _again(scene: Scene, key: str) -> Step:
    if scene.call.menu not in MENUS:
        return Record(before=(Line(key),))
    place = place_of(scene.call)
    return AskMenu(place, how_asked(place), before=(Line(key),))
