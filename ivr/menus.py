"""The call flows, as data that a community worker can read.

A menu says what is spoken, which keys it offers and where each leads. Keys 0 (a person),
``*`` (again), ``#`` (finished), 8 (another language) and 9 (slower) mean the same everywhere and
are not listed; the engine knows them. The words stand in core/wording/<language>/voice.toml.
"""

from __future__ import annotations

from ivr.menu_shapes import Choice, Do, Doubt, GoTo, Menu, Recorder, Then
from ivr.neighbour_menus import NEIGHBOUR_MENUS, STARTS_NEIGHBOURS
from ivr.points_menus import POINTS_MENUS

__all__ = [
    "MENUS",
    "RECORDER",
    "RING_SECONDS",
    "STARTS_INBOUND",
    "STARTS_OUTBOUND",
    "Choice",
    "Do",
    "Doubt",
    "GoTo",
    "Menu",
    "Recorder",
    "Then",
]

_EMERGENCY = "voice.first.emergency"
_GREETING = "voice.first.greeting"
_REPORT = Choice("1", "voice.first.report", GoTo("report"))
_STATUS = Choice("2", "voice.first.status", Do("status"))
_POINTS = Choice("3", "voice.first.points", Do("points"), only_with="points")
_POINTS_UNSPOKEN = Choice("3", "", Do("points"), only_with="points")  # for whoever knows it
_GO_ON = Choice("1", "voice.first.go_on", Do("go_on"))
_SOMETHING_ELSE = Choice("2", "voice.first.something_else", GoTo("report"))
_IS_IT_A_REPORT = Doubt("voice.first.doubt", yes=GoTo("report"), no=Do("person"))
_IS_IT_AN_EMERGENCY = Doubt(
    "voice.first.night_doubt", yes=Do("night_person"), no=Do("record", "other")
)


def _alarm(name: str, title: str, says: str, *, person: str = "voice.staff.resident") -> Menu:
    return Menu(
        name=name,
        title=title,
        opening=(says,),
        choices=(Choice("1", "voice.staff.acknowledge", Do("alarm_acknowledge")),),
        doubt=Doubt(
            "voice.staff.alarm_doubt", yes=Do("alarm_acknowledge"), no=Do("alarm_unanswered")
        ),
        short=says,
        person=person,
        on_person=Do("alarm_connect"),
        on_silence=Do("alarm_unanswered"),
        on_wrong=Do("alarm_unanswered"),
        patience=3,
        audience="staff",
    )


_MENUS = (
    Menu(
        name="first",
        title="第一层菜单(上班时间)",
        opening=(_EMERGENCY, _GREETING),
        choices=(_REPORT, _STATUS, _POINTS),
        doubt=_IS_IT_A_REPORT,
        patience=1,
        longest_seconds=20,
    ),
    Menu(
        name="first_elder",
        title="第一层菜单(75岁以上的来电人,先找人)",
        opening=(_EMERGENCY, _GREETING),
        choices=(_REPORT, _STATUS, _POINTS),
        doubt=_IS_IT_A_REPORT,
        person_first=True,
        patience=1,
        longest_seconds=20,
        wait_seconds=10,
    ),
    Menu(
        name="first_night",
        title="第一层菜单(下班以后,先问要不要人马上来)",
        opening=(_EMERGENCY, _GREETING),
        choices=(_REPORT, _STATUS, _POINTS_UNSPOKEN),
        doubt=_IS_IT_AN_EMERGENCY,
        person="voice.first.come_now",
        person_first=True,
        on_person=Do("night_person"),
        patience=1,
        longest_seconds=20,
    ),
    Menu(
        name="go_on",
        title="半小时内又打来,接着上回说(上班时间)",
        opening=(_EMERGENCY, "voice.first.here"),
        choices=(_GO_ON, _SOMETHING_ELSE, Choice("3", "voice.first.status_third", Do("status"))),
        doubt=Doubt("voice.first.go_on_doubt", yes=Do("go_on"), no=GoTo("report")),
        patience=1,
        longest_seconds=20,
    ),
    Menu(
        name="go_on_night",
        title="半小时内又打来,接着上回说(下班以后)",
        opening=(_EMERGENCY, "voice.first.here"),
        choices=(_GO_ON, _SOMETHING_ELSE),
        doubt=_IS_IT_AN_EMERGENCY,
        person="voice.first.come_now",
        person_first=True,
        on_person=Do("night_person"),
        patience=1,
        longest_seconds=20,
    ),
    Menu(
        name="report",
        title="报什么事",
        opening=("voice.report.what",),
        choices=(
            Choice("1", "voice.report.repair", Do("record", "repair")),
            Choice("2", "voice.report.errand", Do("record", "errand")),
            Choice("3", "voice.report.other", Do("record", "other")),
        ),
        doubt=Doubt("voice.report.doubt", yes=Do("record", "repair"), no=Do("record", "other")),
    ),
    Menu(
        name="speak",
        title="请在响声后说(说之前也能按键)",
        opening=("voice.recorder.speak", "voice.recorder.finish"),
        choices=(),
        other_keys=Do("start_recording"),
        short="voice.recorder.again",
        person="",
        on_silence=Do("start_recording"),
        on_wrong=Do("start_recording"),
        patience=1,
        wait_seconds=1,  # the tone comes right after the words; whoever waits wants to speak
    ),
    Menu(
        name="anything_else",
        title="还有别的事吗",
        opening=(),
        choices=(Choice("1", "voice.end.something_else", GoTo("report")),),
        doubt=Doubt("voice.end.doubt", yes=GoTo("report"), no=Do("finish")),
        closing="voice.end.you_may_hang_up",
        on_silence=Do("quiet_end"),
    ),
    Menu(
        name="who",
        title="回访:是不是本人",
        opening=("voice.callback.opening", "voice.callback.check"),
        choices=(
            Choice("1", "voice.callback.yourself", Do("right_person")),
            Choice("2", "voice.callback.not_now", Do("not_now"), later=True),
            Choice("3", "voice.callback.wrong_number", Do("wrong_number"), later=True),
        ),
        doubt=Doubt("voice.callback.who_doubt", yes=Do("right_person"), no=Do("not_now")),
        person="",
        on_silence=Do("callback_silent"),
        longest_seconds=15,  # an answering machine hears no more
    ),
    Menu(
        name="solved",
        title="回访:修好了没有",
        opening=("voice.callback.matter",),
        choices=(
            Choice("1", "voice.callback.solved", Do("solved", "yes")),
            Choice("2", "voice.callback.not_solved", Do("solved", "no")),
        ),
        doubt=Doubt("voice.callback.solved_doubt", yes=Do("solved", "yes"), no=Do("solved", "no")),
        person="voice.callback.person",
        on_silence=Do("callback_silent"),
    ),
    Menu(
        name="satisfied",
        title="回访:满意吗(可以不答)",
        opening=("voice.callback.satisfied",),
        choices=(
            Choice("1", "voice.callback.satisfied_yes", Do("satisfied", "yes")),
            Choice("2", "voice.callback.satisfied_so_so", Do("satisfied", "so_so")),
            Choice("3", "voice.callback.satisfied_no", Do("satisfied", "no")),
        ),
        doubt=Doubt(
            "voice.callback.satisfied_doubt",
            yes=Do("satisfied", "yes"),
            no=Do("satisfied", "no"),
        ),
        on_silence=Do("callback_thanks"),
    ),
    Menu(
        name="progress",
        title="进度电话:办到哪了",
        opening=(),
        choices=(Choice("1", "voice.progress.heard", Do("progress_heard")),),
        doubt=Doubt("voice.progress.doubt", yes=Do("progress_heard"), no=Do("person")),
        on_silence=Do("progress_heard"),
        patience=1,
        before="progress",
        on_leaving="progress_was_heard",
    ),
    _alarm("alarm", "给工作人员:急事", "voice.staff.alarm"),
    _alarm("alarm_possible", "给工作人员:疑似急事", "voice.staff.alarm_possible"),
    _alarm("alarm_recording", "给工作人员:夜里的录音", "voice.staff.recording_at_night"),
    _alarm("alarm_drill", "给工作人员:演练", "voice.staff.alarm_drill", person=""),
    Menu(
        name="listen",
        title="给工作人员:听录音",
        opening=(),
        choices=(Choice("1", "voice.staff.accept", Do("listen_accept")),),
        doubt=Doubt("voice.staff.listen_doubt", yes=Do("listen_accept"), no=Do("staff_goodbye")),
        short="voice.staff.again",
        person="voice.staff.resident",
        on_person=Do("resident"),
        on_silence=Do("staff_goodbye"),
        on_wrong=Do("staff_goodbye"),
        audience="staff",
        before="recording",
    ),
)

MENUS: dict[str, Menu] = {menu.name: menu for menu in (*_MENUS, *POINTS_MENUS, *NEIGHBOUR_MENUS)}

RECORDER = Recorder(name="recorder", title="响声后说话")

# Where a call may begin: of those who ring us, and of those whom we ring.
STARTS_INBOUND = ("first", "first_elder", "first_night", "go_on", "go_on_night")
STARTS_OUTBOUND = (
    "who",
    "alarm",
    "alarm_possible",
    "alarm_recording",
    "alarm_drill",
    "listen",
    "announced",
    *STARTS_NEIGHBOURS,
)

RING_SECONDS = 20
