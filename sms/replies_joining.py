"""Texts that belong together are one case; one text that holds several requests is several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from core.cases.queries import case_by_id, open_cases_of_phone
from core.cases.refining import refine_case
from core.cases.rules import OPEN, Category, Channel, Urgency
from core.cases.tables import CaseRow
from core.inbound.queries import texts_since
from core.questions.operations import drop
from core.questions.queries import questions_about_case
from core.questions.rules import QuestionKind
from core.understanding.categories import Suggestion
from core.understanding.places import find_place
from sms.conversation import Incoming, Reply, numbered
from sms.replies_trouble import MOST_CHOICES, add_to, begin_case, fetch_pictures, keep_trouble
from sms.replies_unsure import is_asked_about, is_unsure

_TOGETHER = timedelta(seconds=60)
_LONGEST_PIECE = 60  # letters; a longer text is a matter of its own, whatever it speaks of
_PLACE_MISSED_FOR = timedelta(days=1)


def join_earlier(incoming: Incoming) -> Reply | None:
    """Keep a text on the case that this phone's text of a moment ago began, if it goes on there.

    It goes on if it names no matter, or if the first one had named none. A bare address is kept
    where one is missing, also later that day. None: it is a matter of its own.
    """
    suggestion = incoming.suggest(incoming.words)
    case = _of_a_moment_ago(incoming)
    if case is not None and _goes_on(incoming, case, suggestion):
        return _join(incoming, case, suggestion)
    homeless = _without_place(incoming)
    if homeless is not None and not suggestion.words and find_place(incoming.words):
        return _join(incoming, homeless, suggestion)
    return None


def keep_several(incoming: Incoming, parts: Sequence[str]) -> Reply:
    """Open a case for each request of one text; the first keeps the text as it was sent."""
    suggestions = [incoming.suggest(part) for part in parts]
    matters = dict.fromkeys((found.category, found.summary) for found in suggestions)
    if len(matters) == 1:
        return keep_trouble(incoming, incoming.words)
    cases = [
        begin_case(incoming, suggestion, words=incoming.words if first else part)
        for first, part, suggestion in _numbered_parts(parts, suggestions)
    ]
    fetch_pictures(incoming, cases[0])
    named = [
        incoming.part("sms.question.item", what=case.summary, **numbered(case))
        for case in cases[: MOST_CHOICES[incoming.language]]
    ]
    words = incoming.say(
        "sms.receipt.several",
        choices=incoming.part("sms.question.comma").join(named),
        day=incoming.day(cases[0].due_at),
    )
    return Reply(words, "trouble: several", cases[0].id)


def _numbered_parts(
    parts: Sequence[str], suggestions: Sequence[Suggestion]
) -> list[tuple[bool, str, Suggestion]]:
    """Leave out parts about what another part named already; the first text holds them anyway."""
    kept: dict[tuple[str, str], tuple[bool, str, Suggestion]] = {}
    for part, found in zip(parts, suggestions, strict=True):
        kept.setdefault((found.category, found.summary), (not kept, part, found))
    return list(kept.values())


def _of_a_moment_ago(incoming: Incoming) -> CaseRow | None:
    if incoming.phone is None:
        return None
    since = incoming.now - _TOGETHER
    earlier = [
        text
        for text in texts_since(incoming.session, incoming.community.id, incoming.phone, since)
        if text.provider_id != incoming.text_id
    ]
    if not earlier or earlier[-1].case_id is None:
        return None
    case = case_by_id(incoming.session, earlier[-1].case_id)
    is_new = case is not None and case.opened_at > since and case.channel == Channel.SMS
    return case if is_new and case is not None and _may_grow(case) else None


def _goes_on(incoming: Incoming, case: CaseRow, suggestion: Suggestion) -> bool:
    if len(incoming.words) > _LONGEST_PIECE:
        return False
    place = find_place(incoming.words)
    if place and case.place and not case.place.startswith(place):
        return False
    return not suggestion.words or is_asked_about(incoming, case)


def _without_place(incoming: Incoming) -> CaseRow | None:
    since = incoming.now - _PLACE_MISSED_FOR
    found = open_cases_of_phone(incoming.session, incoming.community.id, incoming.phone)
    return next(
        (case for case in found if not case.place and case.opened_at >= since and _may_grow(case)),
        None,
    )


def _may_grow(case: CaseRow) -> bool:
    return case.status in OPEN and case.urgency != Urgency.EMERGENCY


def _join(incoming: Incoming, case: CaseRow, suggestion: Suggestion) -> Reply:
    case.words = f"{case.words}\n{incoming.words}"
    was_a_guess = is_asked_about(incoming, case)
    if was_a_guess and not is_unsure(suggestion):
        case.category = Category.OTHER
    english = incoming.language != "zh_CN"
    refine_case(
        incoming.session,
        case,
        category=suggestion.category,
        urgency=suggestion.urgency,
        summary=suggestion.english_summary if english else suggestion.summary,
        place=find_place(incoming.words) or "",
        channel=Channel.SMS,
        now=incoming.now,
    )
    if was_a_guess and case.category != Category.OTHER and incoming.phone is not None:
        for question in questions_about_case(incoming.session, incoming.phone, case.id):
            if question.kind == QuestionKind.WHAT_KIND:
                drop(incoming.session, question, incoming.now)
    reply = add_to(incoming, case)
    return Reply(reply.words, "trouble: more", case.id)
