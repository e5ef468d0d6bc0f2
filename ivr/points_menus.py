"""The menus of points: whose, what there is (three at a time), yes or no, and what was taken."""

from __future__ import annotations

from core.residents.rules import PIN_LENGTH
from ivr.menu_shapes import Choice, Do, Doubt, Menu


def _numbered(name: str, action: str) -> tuple[Choice, ...]:
    """Offer what stands first, second and third, as far as there is anything."""
    return tuple(
        Choice(key, f"voice.points.{name}_{key}", Do(action, key), only_with=f"{name}_{key}")
        for key in "123"
    )


POINTS_MENUS = (
    Menu(
        name="whose_points",
        title="积分:同用一个电话的,问是哪一位",
        opening=("voice.points.whose",),
        choices=_numbered("person", "points_of"),
        doubt=Doubt("voice.points.whose_doubt", yes=Do("points_of", "1"), no=Do("person")),
        named="people",
    ),
    Menu(
        name="pin",
        title="积分:有密码的人,按了密码才念余额;不按就念能换的",
        opening=("voice.points.pin",),
        choices=(),
        digits=PIN_LENGTH,
        keyed=Do("pin_keyed"),
        on_silence=Do("no_pin"),
        patience=1,
        closing="voice.points.pin_or_wait",
    ),
    Menu(
        name="shelf",
        title="积分:能换的、能报名的,一次念三样,慢慢念;不按就念下三样",
        opening=(),
        choices=_numbered("item", "choose"),
        doubt=Doubt("voice.points.shelf_doubt", yes=Do("choose", "1"), no=Do("next_page")),
        on_silence=Do("next_page"),
        patience=1,
        closing="voice.points.more",
        before="shelf",
        named="items",
        slow=True,
    ),
    Menu(
        name="take",
        title="积分:念一遍选的那样,要不要",
        opening=("voice.points.chosen",),
        choices=(
            Choice("1", "voice.points.take", Do("take")),
            Choice("2", "voice.points.not_take", Do("leave_it")),
        ),
        doubt=Doubt("voice.points.take_doubt", yes=Do("take"), no=Do("leave_it")),
        named="chosen",
    ),
    Menu(
        name="taken",
        title="积分:留好了,不要了按2",
        opening=(),
        choices=(
            Choice("1", "voice.points.good", Do("after_points")),
            Choice("2", "voice.points.not_wanted", Do("give_back")),
        ),
        doubt=Doubt("voice.points.taken_doubt", yes=Do("after_points"), no=Do("give_back")),
        on_silence=Do("after_points"),
        patience=1,
        before="taken",
    ),
    Menu(
        name="announced",
        title="只有座机的人换了东西:打过去核对",
        opening=("voice.points.call_opening", "voice.callback.check", "voice.points.call_what"),
        choices=(
            Choice("1", "voice.points.mine", Do("mine")),
            Choice("2", "voice.points.not_mine", Do("give_back")),
        ),
        doubt=Doubt("voice.points.mine_doubt", yes=Do("mine"), no=Do("give_back")),
        on_silence=Do("nobody_there"),
    ),
)
