"""The menus of calls about the neighbourhood: what a household says, and what it is told."""

from __future__ import annotations

from ivr.menu_shapes import Choice, Do, Doubt, GoTo, Menu

_STRANGER = Choice("3", "voice.neighbours.stranger", Do("reach_wrong"))

NEIGHBOUR_MENUS = (
    Menu(
        name="consult",
        title="协商电话:同意按1,不同意按2",
        opening=(),
        choices=(
            Choice("1", "voice.neighbours.agree", Do("ballot", "agree")),
            Choice("2", "voice.neighbours.disagree", Do("ballot", "disagree")),
            _STRANGER,
        ),
        doubt=Doubt(
            "voice.neighbours.consult_doubt",
            yes=Do("ballot", "agree"),
            no=Do("ballot", "disagree"),
        ),
        before="consult",
        on_person=Do("reach_person"),
        on_silence=Do("reach_silent"),
        on_wrong=Do("reach_person"),
    ),
    Menu(
        name="consult_right",
        title="协商电话:念一遍记的,对不对",
        opening=(),
        choices=(
            Choice("1", "voice.neighbours.right", Do("ballot_right")),
            Choice("2", "voice.neighbours.not_right", GoTo("consult_again")),
        ),
        doubt=Doubt(
            "voice.neighbours.right_doubt", yes=Do("ballot_right"), no=GoTo("consult_again")
        ),
        on_person=Do("reach_person"),
        on_silence=Do("ballot_right"),
        patience=1,
    ),
    Menu(
        name="consult_again",
        title="协商电话:再选一次",
        opening=("voice.neighbours.consult",),
        choices=(
            Choice("1", "voice.neighbours.agree", Do("ballot", "agree")),
            Choice("2", "voice.neighbours.disagree", Do("ballot", "disagree")),
        ),
        doubt=Doubt(
            "voice.neighbours.consult_doubt",
            yes=Do("ballot", "agree"),
            no=Do("ballot", "disagree"),
        ),
        on_person=Do("reach_person"),
        on_silence=Do("ballot_right"),
    ),
    Menu(
        name="told",
        title="告诉协商的结果:听明白了按1",
        opening=(),
        choices=(
            Choice("1", "voice.neighbours.heard", Do("reach_heard")),
            Choice("2", "voice.neighbours.stranger_second", Do("reach_wrong")),
        ),
        doubt=Doubt("voice.neighbours.heard_doubt", yes=Do("reach_heard"), no=Do("reach_person")),
        before="told",
        on_person=Do("reach_person"),
        on_silence=Do("reach_silent"),
        on_wrong=Do("reach_person"),
    ),
)

STARTS_NEIGHBOURS = ("consult", "told")
