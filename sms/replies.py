"""A resident's reading → core → words: one text is answered by one text of one segment."""

from __future__ import annotations

from core.points.queries import has_points
from core.questions.queries import open_question
from core.understanding.requests import parts_of
from sms.commands import (
    Answer,
    AskHelp,
    AskPerson,
    AskStatus,
    BorrowedPhone,
    Chase,
    Code,
    Command,
    Nothing,
    OptIn,
    OptOut,
    Reading,
    ReportTrouble,
    SmallTalk,
    Withdraw,
)
from sms.conversation import Incoming, Reply
from sms.neighbour_answers import obey_neighbour_wish
from sms.neighbour_commands import NEIGHBOUR_WISHES
from sms.points_commands import POINTS_WISHES
from sms.replies_answers import answer_digit, answer_in_words
from sms.replies_emergency import (
    add_to_emergency,
    answer_all_is_well,
    answer_emergency,
    answer_possible_emergency,
)
from sms.replies_joining import join_earlier, keep_several
from sms.replies_points import answer_points
from sms.replies_status import answer_status
from sms.replies_trouble import (
    add_words,
    keep_for_somebody,
    keep_pictures,
    keep_trouble,
    said_before,
)
from sms.replies_wishes import (
    answer_code,
    ask_for_person,
    ask_what_is_meant,
    is_long_code,
    opt_in_again,
    opt_out_at_once,
    withdraw,
)

_ALL_IS_WELL = SmallTalk("well")  # 没事了: no small talk to somebody who hurries there


def reply_to_resident(incoming: Incoming, reading: Reading) -> Reply:
    """Answer one text; danger goes before everything, an open question before free words."""
    emergency = reading.emergency
    if emergency is not None and emergency.certainty == "sure":
        return answer_emergency(incoming, emergency)
    command = reading.commands[0]
    about_danger = _about_danger(incoming, command)
    if about_danger is not None:
        return about_danger
    answered = answer_in_words(incoming, command)
    if answered is not None:
        return answered
    if emergency is not None and isinstance(command, ReportTrouble | Chase | BorrowedPhone):
        return answer_possible_emergency(incoming, emergency)
    reports = [said for said in reading.commands if isinstance(said, ReportTrouble)]
    if len(reports) == len(reading.commands) > 1:
        return keep_several(incoming, [report.words for report in reports])
    first = _obey(incoming, command)
    for further in reading.commands[1:]:
        _obey(incoming, further)
    return first


def _about_danger(incoming: Incoming, command: Command) -> Reply | None:
    """Answer what belongs to an emergency that was told before; None if none is fresh."""
    if command == _ALL_IS_WELL:
        return answer_all_is_well(incoming) or add_to_emergency(incoming)
    if isinstance(command, ReportTrouble | Chase | BorrowedPhone):
        return add_to_emergency(incoming)
    return None


def _obey(incoming: Incoming, command: Command) -> Reply:
    match command:
        case Answer(digit, words):
            return answer_digit(incoming, digit, words)
        case AskStatus(number):
            if number is not None and is_long_code(incoming, str(number)):
                return answer_code(incoming, str(number))
            return answer_status(incoming, number)
        case Withdraw(number):
            return withdraw(incoming, number)
        case Code(code):
            return answer_code(incoming, code)
        case BorrowedPhone(whose):
            return keep_for_somebody(incoming, whose)
        case Chase():
            return add_words(incoming)
        case Nothing():
            return keep_pictures(incoming) if incoming.media else ask_what_is_meant(incoming)
        case _:
            return _obey_plain(incoming, command)


def _obey_plain(incoming: Incoming, command: Command) -> Reply:
    """Obey what needs no number."""
    if isinstance(command, NEIGHBOUR_WISHES):
        return obey_neighbour_wish(incoming, command)
    if isinstance(command, POINTS_WISHES):
        return answer_points(incoming, command)
    match command:
        case AskPerson():
            return ask_for_person(incoming)
        case AskHelp():
            return Reply(incoming.say(_help_key(incoming)), "help")
        case OptOut():
            return opt_out_at_once(incoming)
        case OptIn():
            return opt_in_again(incoming)
        case SmallTalk(kind):
            return _answer_talk(incoming, "fine" if kind == "well" else kind)
        case ReportTrouble(words):
            return _keep(incoming, words)
        case _:
            return keep_trouble(incoming, incoming.words)


def _keep(incoming: Incoming, words: str) -> Reply:
    """Keep free words: on the case they go on, as several cases, or as one."""
    joined = None if said_before(incoming) else join_earlier(incoming)
    if joined is not None:
        return joined
    parts = parts_of(words)
    return keep_several(incoming, parts) if len(parts) > 1 else keep_trouble(incoming, words)


def _help_key(incoming: Incoming) -> str:
    """Name only what there is: not every community has points."""
    there_are = has_points(incoming.session, incoming.community.id, incoming.now)
    return "sms.resident.help_points" if there_are else "sms.resident.help"


def _answer_talk(incoming: Incoming, kind: str) -> Reply:
    """Answer thanks and greetings, which are no request; a picture beside them is one."""
    if incoming.media:
        return keep_pictures(incoming)
    waiting = open_question(incoming.session, incoming.community.id, incoming.phone, incoming.now)
    if waiting is not None and kind == "fine":
        return Reply(waiting.words, "asked again")  # 好的 to a survey tells nothing
    return Reply(incoming.say(f"sms.resident.{kind}"), f"talk:{kind}")
