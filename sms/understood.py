"""One text as it is understood, in plain values: what ``linli understand`` prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from core.understanding.answers import QUESTIONS, Answered, answer_question
from core.understanding.categories import Suggestion
from core.understanding.categories import suggest as by_lexicon
from core.understanding.emergency import Emergency
from core.understanding.places import find_place
from sms.commands import Answer, BorrowedPhone, Chase, Command, FreeWords, ReportTrouble, SmallTalk
from sms.keywords import is_explicit_report, parse
from sms.staff_keywords import parse_staff

_NAMES = {
    "AskStatus": "ask_status",
    "Chase": "ask_status",
    "AskHelp": "ask_help",
    "AskPerson": "ask_person",
    "OptOut": "opt_out",
    "OptIn": "opt_in",
    "Withdraw": "withdraw",
    "BorrowedPhone": "report",
    "Answer": "answer",
    "Code": "code",
    "CallbackAnswer": "callback",
    "FinishTask": "finish_task",
    "EnterFor": "enter_for",
    "CallNote": "call_note",
    "StartDuty": "start_duty",
    "EndDuty": "end_duty",
    "Correct": "category",
    "AskPoints": "ask_points",
    "AskActivities": "ask_activities",
    "SignUp": "sign_up",
    "TakeBack": "take_back",
    "HandOver": "hand_over",
    "TakeAttendance": "take_attendance",
}
_SAYS_NOTHING_OF_ITSELF = (ReportTrouble, FreeWords, BorrowedPhone, Chase)
_COMMAND_IS_SURE = 0.95


def understand(
    text: str,
    *,
    question: str = "",
    staff: bool = False,
    suggest: Callable[[str], Suggestion] = by_lexicon,
) -> dict[str, Any]:
    """Tell how a text is read; ``question`` is the one that it answers, or empty.

    Keys: text, command (null: free words, which become a case), arguments, category, urgency,
    emergency, certainty, place, answer, confidence, why.
    """
    reading = parse_staff(text) if staff else parse(text)
    command = reading.commands[0]
    answered = answer_question(text, question) if question in QUESTIONS else None
    danger = _danger(reading.emergency, question, answered)
    is_free = isinstance(command, _SAYS_NOTHING_OF_ITSELF)
    about = suggest(text) if is_free and answered is None else None
    return {
        "text": text,
        "command": _name(command, text, danger),
        "arguments": _arguments(command),
        "category": about.category if about else None,
        "urgency": _urgency(about, danger),
        "emergency": danger.danger if danger else None,
        "certainty": danger.certainty if danger else None,
        "place": find_place(text),
        "answer": answered.answer if answered else None,
        "confidence": _confidence(about, danger, answered),
        "why": _why(about, danger, answered),
    }


def _danger(
    emergency: Emergency | None, question: str, answered: Answered | None
) -> Emergency | None:
    """Leave a mere resemblance to danger out where the text answers what was asked."""
    is_understood = answered is not None and answered.answer != "unclear"
    if emergency and emergency.certainty == "possible" and is_understood:
        return emergency if question == "WELFARE" and emergency.words else None
    return emergency


def _name(command: Command, text: str, danger: Emergency | None) -> str | None:
    if isinstance(command, SmallTalk):
        return command.kind
    if isinstance(command, ReportTrouble):
        return "report" if danger is None and is_explicit_report(text) else None
    if isinstance(command, FreeWords):
        return None
    kind = type(command).__name__
    return _NAMES.get(kind, kind.lower())


def _arguments(command: Command) -> dict[str, Any]:
    if isinstance(command, FreeWords | ReportTrouble | SmallTalk):
        return {}
    found = {name: value for name, value in asdict(command).items() if value not in (None, "")}
    if isinstance(command, Answer):
        found["number"] = found.pop("digit")
    return found


def _urgency(about: Suggestion | None, danger: Emergency | None) -> str | None:
    if danger:
        return "P0"
    return about.urgency if about else None


def _confidence(
    about: Suggestion | None, danger: Emergency | None, answered: Answered | None
) -> float:
    if danger:
        return danger.confidence
    if answered:
        return answered.confidence
    return about.confidence if about else _COMMAND_IS_SURE


def _why(
    about: Suggestion | None, danger: Emergency | None, answered: Answered | None
) -> list[str]:
    words = [danger.words or "像险情的话"] if danger else []
    words += [answered.words] if answered and answered.words else []
    return words + list(about.words if about else ())
