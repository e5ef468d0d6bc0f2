"""Requests in free words: each leaves a case, or a line on the case that it belongs to."""

from __future__ import annotations

from core.cases.notes import add_repeat
from core.cases.opening import open_case
from core.cases.queries import case_by_id, open_cases_of_phone
from core.cases.rules import Category, Channel, Urgency
from core.cases.tables import CaseRow
from core.outbox.operations import enqueue_fetch
from core.questions.operations import ask_in_reply
from core.questions.rules import QuestionKind
from core.tasks.operations import open_task
from core.tasks.rules import TaskKind
from core.understanding.categories import Suggestion, suggest
from core.understanding.normalise import clauses, clean
from core.understanding.places import find_place, find_room
from sms.conversation import Incoming, Reply, numbered
from sms.units import units_of

_SHORTEST_REQUEST = 4  # letters; below that nobody can tell what was meant
MOST_CHOICES = {"zh_CN": 3, "en": 2}  # more do not fit one segment


def keep_trouble(incoming: Incoming, words: str) -> Reply:
    """Open a case of free words; what nobody can make out is asked about by a person."""
    said_before = _said_before(incoming)
    if said_before is not None:
        return _add_to(incoming, said_before)
    suggestion = suggest(words)
    case = begin_case(incoming, suggestion)
    _fetch_pictures(incoming, case)
    if suggestion.words or units_of(words) >= _SHORTEST_REQUEST:
        return Reply(receipt(incoming, case), "trouble", case.id)
    return _ask_by_phone(incoming, case, TaskKind.CALL_BACK, "sms.receipt.unsure")


def keep_pictures(incoming: Incoming) -> Reply:
    """Open a case of a picture without words; a person asks what it shows."""
    words = incoming.part("sms.receipt.only_picture")
    case = begin_case(
        incoming, suggest(incoming.words), words="" if incoming.words.strip() else words
    )
    _fetch_pictures(incoming, case)
    return _ask_by_phone(incoming, case, TaskKind.PICTURE, "sms.receipt.picture")


def keep_for_somebody(incoming: Incoming, whose: str) -> Reply:
    """Open a case from a borrowed phone: a person finds out whose it is."""
    place = find_place(incoming.words) or _same_stair(incoming, whose)
    case = begin_case(incoming, suggest(incoming.words), borrowed=True, place=place)
    _fetch_pictures(incoming, case)
    return Reply(_receipt(incoming, case, "sms.receipt.borrowed"), "borrowed phone", case.id)


def begin_case(
    incoming: Incoming,
    suggestion: Suggestion,
    *,
    words: str = "",
    borrowed: bool = False,
    place: str = "",
    urgency: str = "",
    danger: str = "",
) -> CaseRow:
    """Open the case of a text with its full words, wherever it came from."""
    english = incoming.language != "zh_CN"
    return open_case(
        incoming.session,
        community=incoming.community,
        channel=Channel.SMS,
        words=words or incoming.words,
        now=incoming.now,
        phone=incoming.phone,
        resident=None if borrowed else incoming.resident,
        category=Category(suggestion.category),
        urgency=Urgency(urgency or suggestion.urgency),
        danger=danger,
        place=place or find_place(incoming.words) or "",
        summary=suggestion.english_summary if english else suggestion.summary,
        borrowed=borrowed,
    )


def add_words(incoming: Incoming) -> Reply:
    """Keep 还没来人 on the open case; with several open, ask which one is meant."""
    cases = list(open_cases_of_phone(incoming.session, incoming.community.id, incoming.phone))
    if not cases:
        return keep_trouble(incoming, incoming.words)
    # the newest gets the words at once, so that they are kept if nobody answers the question
    added = _add_to(incoming, cases[0])
    return added if len(cases) == 1 else _ask_which(incoming, cases)


def added_words(incoming: Incoming, case: CaseRow) -> str:
    """Say on which case the words were kept, and that somebody knows."""
    return incoming.say("sms.receipt.added", **numbered(case), person=incoming.responsible(case))


def move_words(incoming: Incoming, chosen: int, about: dict[str, object]) -> Reply:
    """Keep words that were asked about on the case that was chosen; 0 is a new matter."""
    words = str(about.get("words", ""))
    case = case_by_id(incoming.session, chosen) if chosen else None
    if case is None:
        case = begin_case(incoming, suggest(words), words=words)
        return Reply(receipt(incoming, case), "which case: new", case.id)
    if chosen != about.get("kept_on"):
        add_repeat(incoming.session, case, words=words, channel=Channel.SMS, now=incoming.now)
    return Reply(added_words(incoming, case), "which case", case.id)


def receipt(incoming: Incoming, case: CaseRow) -> str:
    """Name the number, who is responsible, and until which weekday they are heard from."""
    return _receipt(incoming, case, "sms.receipt.kept")


def choice_words(incoming: Incoming, cases: list[CaseRow]) -> str:
    """List cases by digit: 1下水道0158,2电梯0160."""
    parts = [
        incoming.part("sms.question.choice", digit=str(digit), what=case.summary, **numbered(case))
        for digit, case in enumerate(cases, start=1)
    ]
    return incoming.part("sms.question.comma").join(parts)


def _receipt(incoming: Incoming, case: CaseRow, key: str) -> str:
    return incoming.say(
        key,
        **numbered(case),
        person=incoming.responsible(case),
        day=incoming.day(case.due_at),
    )


def _said_before(incoming: Incoming) -> CaseRow | None:
    """Return the open case that was opened by the very same words: somebody asks again."""
    said = clauses(clean(incoming.words))
    for case in open_cases_of_phone(incoming.session, incoming.community.id, incoming.phone):
        if said and clauses(clean(case.words)) == said:
            return case
    return None


def _add_to(incoming: Incoming, case: CaseRow) -> Reply:
    add_repeat(
        incoming.session,
        case,
        words=incoming.words,
        channel=Channel.SMS,
        now=incoming.now,
    )
    _fetch_pictures(incoming, case)
    return Reply(added_words(incoming, case), "chase", case.id)


def _same_stair(incoming: Incoming, whose: str) -> str:
    """Read 302 as the neighbour's room on the stair of the one who texts."""
    room = find_room(whose)
    stair = incoming.resident.place.rpartition("-")[0] if incoming.resident else ""
    return f"{stair}-{room}" if room and stair else ""


def _ask_which(incoming: Incoming, cases: list[CaseRow]) -> Reply:
    offered = cases[: MOST_CHOICES[incoming.language]]
    words = incoming.say(
        "sms.question.which_case",
        choices=choice_words(incoming, offered),
        other=str(len(offered) + 1),
    )
    if incoming.phone is not None:
        ask_in_reply(
            incoming.session,
            community_id=incoming.community.id,
            phone=incoming.phone,
            kind=QuestionKind.WHICH_CASE,
            about={
                "choices": [*(case.id for case in offered), 0],
                "words": incoming.words,
                "kept_on": cases[0].id,
            },
            words=words,
            now=incoming.now,
        )
    return Reply(words, "chase: which case", cases[0].id)


def _ask_by_phone(incoming: Incoming, case: CaseRow, kind: TaskKind, key: str) -> Reply:
    open_task(
        incoming.session,
        community=incoming.community,
        kind=kind,
        words=case.words,
        now=incoming.now,
        key=f"{incoming.text_id}:ask",
        case_id=case.id,
        phone=incoming.phone,
    )
    words = incoming.say(key, **numbered(case), person=incoming.on_duty())
    return Reply(words, "unsure" if kind is TaskKind.CALL_BACK else "picture", case.id)


def _fetch_pictures(incoming: Incoming, case: CaseRow) -> None:
    for position, url in enumerate(incoming.media):
        enqueue_fetch(
            incoming.session,
            community_id=incoming.community.id,
            url=url,
            key=f"{incoming.text_id}:media:{position}",
            now=incoming.now,
            detail={"text_id": incoming.text_id},
            case_id=case.id,
        )
