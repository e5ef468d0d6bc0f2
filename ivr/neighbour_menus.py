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
    Menu(
        name="notice",
        title="通知电话:听明白了按1,以后不要通知按2",
        opening=(),
        choices=(
            Choice("1", "voice.neighbours.heard", Do("reach_heard")),
            Choice("2", "voice.neighbours.no_more", Do("reach_no_more")),
            _STRANGER,
        ),
        doubt=Doubt("voice.neighbours.heard_doubt", yes=Do("reach_heard"), no=Do("reach_person")),
        before="notice",
        on_person=Do("reach_person"),
        on_silence=Do("reach_silent"),
        on_wrong=Do("reach_person"),
    ),
    Menu(
        name="standing_who",
        title="定期帮办:是不是本人",
        opening=("voice.callback.opening", "voice.callback.check"),
        choices=(
            Choice("1", "voice.callback.yourself", Do("standing_yourself")),
            Choice("2", "voice.callback.not_now", Do("standing_later")),
            _STRANGER,
        ),
        doubt=Doubt(
            "voice.neighbours.who_doubt", yes=Do("standing_yourself"), no=Do("standing_later")
        ),
        on_person=Do("reach_person"),
        on_silence=Do("reach_silent"),
        on_wrong=Do("reach_person"),
    ),
    Menu(
        name="standing",
        title="定期帮办:照旧,还是这次不用",
        opening=("voice.neighbours.standing",),
        choices=(
            Choice("1", "voice.neighbours.as_always", Do("standing_answer", "1")),
            Choice("2", "voice.neighbours.not_this_time", Do("standing_answer", "2")),
            Choice("3", "", Do("reach_person")),  # as in the text; 0 is spoken
        ),
        doubt=Doubt(
            "voice.neighbours.standing_doubt",
            yes=Do("standing_answer", "1"),
            no=Do("standing_answer", "2"),
        ),
        on_person=Do("reach_person"),
        on_silence=Do("reach_silent"),
        on_wrong=Do("reach_person"),
    ),
    Menu(
        name="welfare",
        title="平安电话:按任意键表示平安",
        opening=("voice.neighbours.welfare", "voice.neighbours.any_key"),
        choices=(),
        other_keys=Do("welfare_safe"),
        short="voice.neighbours.welfare_there",
        on_leaving="welfare_key",
        on_person=Do("reach_person"),
        on_silence=Do("reach_silent"),
        patience=3,
        wait_seconds=10,
    ),
    Menu(
        name="welfare_contact",
        title="平安电话没人接:打给联系人",
        opening=(
            "voice.callback.opening",
            "voice.callback.check",
            "voice.neighbours.contact",
        ),
        choices=(
            Choice("1", "voice.neighbours.contact_safe", Do("contact_safe")),
            Choice("2", "voice.neighbours.contact_not", Do("contact_not")),
            _STRANGER,
        ),
        doubt=Doubt("voice.neighbours.contact_doubt", yes=Do("contact_safe"), no=Do("contact_not")),
        on_person=Do("reach_person"),
        on_silence=Do("reach_silent"),
        on_wrong=Do("reach_person"),
    ),
)

STARTS_NEIGHBOURS = ("consult", "told", "notice", "standing_who", "welfare", "welfare_contact")
