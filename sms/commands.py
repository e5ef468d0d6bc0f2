"""What a text may ask of Linli: one frozen dataclass a command, for residents and for staff."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.understanding.emergency import Emergency
from sms.neighbour_commands import NeighbourCommand, NeighbourWish
from sms.points_commands import KeeperCommand, PointsWish


@dataclass(frozen=True)
class ReportTrouble:
    """Free words: a request 诉求."""

    words: str


@dataclass(frozen=True)
class Chase:
    """Words about something reported before (还没来人, 又漏了)."""

    words: str


@dataclass(frozen=True)
class AskStatus:
    """进度: where a case stands; without a number, the newest ones."""

    number: int | None = None


@dataclass(frozen=True)
class Answer:
    """A digit; it belongs to the question that is open on the phone."""

    digit: int
    words: str = ""


@dataclass(frozen=True)
class AskPerson:
    """人工: a person rings back."""


@dataclass(frozen=True)
class Withdraw:
    """取消: the resident takes a case back."""

    number: int | None = None


@dataclass(frozen=True)
class AskHelp:
    """帮助: what one can text."""


@dataclass(frozen=True)
class OptOut:
    """退订: no more surveys and notices."""


@dataclass(frozen=True)
class OptIn:
    """恢复: surveys and notices again."""


@dataclass(frozen=True)
class SmallTalk:
    """Thanks, greetings, 好的: no request. ``kind``: thanks, greeting, well (没事了), fine."""

    kind: str


@dataclass(frozen=True)
class BorrowedPhone:
    """我替302的王大爷说…: somebody else's matter from this phone."""

    whose: str
    words: str


@dataclass(frozen=True)
class Code:
    """Digits that came back from a registered phone: two, or six where somebody guessed."""

    code: str


@dataclass(frozen=True)
class Nothing:
    """No words at all: an empty text, or nothing that can be seen."""


@dataclass(frozen=True)
class Accept:
    """接: I take this case; ``words`` are what the resident is told of the visit."""

    number: int | None
    words: str = ""


@dataclass(frozen=True)
class Listen:
    """听: the line rings me and plays the recording."""

    number: int | None


@dataclass(frozen=True)
class Done:
    """办结: the work is done."""

    number: int | None
    words: str = ""


@dataclass(frozen=True)
class Told:
    """告知: I told the resident."""

    number: int | None
    words: str = ""


@dataclass(frozen=True)
class CallbackAnswer:
    """回访: the resident's own answer, taken by a person; ``solved`` None: not understood."""

    number: int | None
    solved: bool | None
    words: str = ""


@dataclass(frozen=True)
class Close:
    """结案: close without the resident; needs a reason and a second person."""

    number: int | None
    words: str = ""


@dataclass(frozen=True)
class FinishTask:
    """办 T7: a task is done. ``sure``: it was written with its T."""

    number: int | None
    words: str = ""
    sure: bool = True


@dataclass(frozen=True)
class Transfer:
    """转: to somebody else, named by name or role, with words for them."""

    number: int | None
    words: str = ""


@dataclass(frozen=True)
class Return:
    """退: not mine, and why."""

    number: int | None
    words: str = ""


@dataclass(frozen=True)
class Escalate:
    """上报: needs somebody above."""

    number: int | None
    words: str = ""


@dataclass(frozen=True)
class EnterFor:
    """代报: a case for a walk-in; ``words`` begin with the phone or the name."""

    words: str


@dataclass(frozen=True)
class Note:
    """备注: a line in the history of a case."""

    number: int | None
    words: str = ""


@dataclass(frozen=True)
class CallNote:
    """记: one line about the call that I took; ``words`` empty with 不用."""

    words: str
    needless: bool = False


@dataclass(frozen=True)
class Correct:
    """类别: the category of a case; an empty one was not understood."""

    number: int | None
    category: str = ""


@dataclass(frozen=True)
class Look:
    """查: show a case."""

    number: int | None


@dataclass(frozen=True)
class Mine:
    """我的: my open cases and tasks."""


@dataclass(frozen=True)
class StartDuty:
    """值班: I am on duty."""


@dataclass(frozen=True)
class EndDuty:
    """下班: I am off duty; ``words`` say who takes over, where that was written too."""

    words: str = ""


@dataclass(frozen=True)
class FreeWords:
    """Words of staff that are no command (修好了, 配件明天到)."""

    words: str


Command = (
    ReportTrouble
    | Chase
    | AskStatus
    | Answer
    | AskPerson
    | Withdraw
    | AskHelp
    | OptOut
    | OptIn
    | SmallTalk
    | BorrowedPhone
    | Code
    | Nothing
    | Accept
    | Listen
    | Done
    | Told
    | CallbackAnswer
    | Close
    | FinishTask
    | Transfer
    | Return
    | Escalate
    | EnterFor
    | Note
    | Correct
    | CallNote
    | Look
    | Mine
    | StartDuty
    | EndDuty
    | FreeWords
    | PointsWish
    | KeeperCommand
    | NeighbourWish
    | NeighbourCommand
)

# Commands that name a case by its number.
CASE_COMMANDS = (
    Accept,
    Listen,
    Done,
    Told,
    CallbackAnswer,
    Close,
    Transfer,
    Return,
    Escalate,
    Note,
    Correct,
    Look,
)
CaseCommand = (
    Accept
    | Listen
    | Done
    | Told
    | CallbackAnswer
    | Close
    | Transfer
    | Return
    | Escalate
    | Note
    | Correct
    | Look
)


@dataclass(frozen=True)
class Reading:
    """What one text was read as: its commands, and the danger it speaks of."""

    commands: tuple[Command, ...] = field(default=())
    emergency: Emergency | None = None
