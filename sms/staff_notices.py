"""通知 by text: propose, agree, look, the next stage, stop."""

from __future__ import annotations

import dataclasses
import re
from datetime import datetime
from typing import Any

from core.cases.queries import case_by_number
from core.cases.tables import CaseRow
from core.communities.queries import display_name
from core.communities.tables import EstateRow
from core.notices.opening import Draft, second_person
from core.notices.operations import (
    agree,
    ask_for_next_stage,
    check_may_open,
    disagree,
    draft,
    expiry,
    propose,
    stop_notice,
)
from core.notices.opinions import newest_of_case, opinions_of
from core.notices.queries import notice_by_number, notices_of, progress_of, stages_of
from core.notices.rules import Audience, Channel, Progress, Wish, bar, read_wish
from core.notices.tables import NoticeRow
from core.questions.operations import settle
from core.questions.tables import QuestionRow
from core.staff.codes import send_code
from core.staff.tables import StaffRow
from core.staff.where import Where, read_where
from core.understanding.normalise import as_written
from core.wording.days import moment_words
from sms.conversation import Incoming, Reply
from sms.staff_codes import is_proved_now

COMMAND = "notice"  # under which a notice waits for its code
_NUMBERED = re.compile(
    r"(?:第|no\.?|#)?(?P<number>\d{1,6})号?(?![\d-]|号?楼|栋|幢|座|点)\s*(?P<rest>.*)"
)
_STOP = re.compile(r"(?:停|停发|别发|取消|stop)(?:了|吧)?")
_NEXT = re.compile(r"(?:下一?批|第二批|全体|next)")
_MOST_LISTED = 6
_MOST_SETTINGS = 6


def notify(incoming: Incoming, staff: StaffRow, words: str) -> Reply:
    """Obey 通知.

    :raises Refusal: whatever core has against it.
    """
    check_may_open(incoming.community, staff)
    numbered = _NUMBERED.fullmatch(words)
    if not words:
        return _list(incoming)
    if numbered is None:
        return _propose(incoming, staff, words)
    notice = notice_by_number(incoming.session, incoming.community.id, int(numbered["number"]))
    rest = numbered["rest"].strip(" ,:、")
    if notice is None or not (not rest or _STOP.fullmatch(rest) or _NEXT.fullmatch(rest)):
        return _no_such(incoming, numbered["number"])
    if _STOP.fullmatch(rest):
        return _stop(incoming, notice)
    if _NEXT.fullmatch(rest):
        return _next(incoming, notice)
    return _look(incoming, notice)


def notify_of_case(incoming: Incoming, staff: StaffRow, number: int | None, words: str) -> Reply:
    """Obey 重大 12 words: the members of the case's estate first, then everybody of it.

    :raises Refusal: whatever core has against it.
    """
    check_may_open(incoming.community, staff)
    case = case_by_number(incoming.session, incoming.community.id, number or 0)
    if case is None or not words:
        return _opinions(incoming, case)
    estate = incoming.session.get(EstateRow, case.estate_id or 0)
    shown = estate.name if estate is not None else display_name(incoming.community, "zh_CN")
    given = {
        "words": as_written(incoming.words, words),
        "channel": Channel.TEXT,
        "audience": Audience(estate_id=case.estate_id, shown=shown),
        "members_first": True,
        "expires_at": None,
        "case_id": case.id,
    }
    return _begin(incoming, staff, given)


def _opinions(incoming: Incoming, case: CaseRow | None) -> Reply:
    """Show what members think of a case, as far as they were asked."""
    notice = newest_of_case(incoming.session, case.id) if case is not None else None
    found = opinions_of(incoming.session, notice) if notice is not None else None
    if case is None or found is None:
        return Reply(incoming.say("sms.notice.major_how"), "major: how")
    said = incoming.part("sms.notice.semicolon").join(reversed(found.words))
    words = incoming.fitted(
        lambda cut: incoming.say(
            "sms.notice.opinions",
            bare=str(case.number),
            asked=str(found.asked),
            answered=str(found.answered),
            words=cut,
        ),
        said,
    )
    return Reply(words, "major: opinions", case.id)


def propose_proved(incoming: Incoming, staff: StaffRow, waiting: dict[str, Any]) -> Reply:
    """Propose the notice that waited for its code.

    :raises Refusal: whatever core has against it by now.
    """
    expires_at = waiting["expires_at"]
    given = {
        **waiting,
        "channel": Channel(waiting["channel"]),
        "audience": Audience(**waiting["audience"]),
        "expires_at": datetime.fromisoformat(expires_at) if expires_at else None,
    }
    return _open(incoming, staff, given)


def answer_second(
    incoming: Incoming, staff: StaffRow, question: QuestionRow, digit: int
) -> Reply | None:
    """Take the second person's 1 or 2 about a stage."""
    if digit not in (1, 2):
        return None
    settle(incoming.session, question, str(digit), incoming.now)
    settle_stage = agree if digit == 1 else disagree
    notice = settle_stage(
        incoming.session, int(question.about["stage_id"]), staff, now=incoming.now
    )
    key = "you_agreed" if digit == 1 else "you_disagreed"
    words = incoming.say(f"sms.notice.{key}", number=str(notice.number))
    return Reply(words, f"notice {notice.number}: {key}")


def _propose(incoming: Incoming, staff: StaffRow, words: str) -> Reply:
    wish, where, rest = _read_head(incoming, staff, words)
    named = f"{where.shown if where else ''}{wish.named}"
    given = {
        "words": as_written(incoming.words, rest),
        "channel": wish.channel,
        "audience": Audience(
            group=wish.group,
            min_age=wish.min_age,
            need=wish.need,
            estate_id=where.estate.id if where else None,
            place=where.place if where else "",
            shown=named,
        ),
        "members_first": wish.members_first,
        "expires_at": expiry(incoming.community, wish.until, incoming.now),
    }
    if not named:
        return Reply(incoming.say("sms.notice.help"), "notice: to whom?")
    return _begin(incoming, staff, given)


def _begin(incoming: Incoming, staff: StaffRow, given: dict[str, Any]) -> Reply:
    drafted = _draft(incoming, staff, given)
    if is_proved_now(incoming):
        return _open(incoming, staff, given)
    send_code(
        incoming.session,
        community=incoming.community,
        staff=staff,
        phone=incoming.phone or "",
        command=COMMAND,
        arguments={
            **given,
            "audience": dataclasses.asdict(drafted.audience),
            "expires_at": drafted.expires_at.isoformat() if drafted.expires_at else None,
        },
        now=incoming.now,
        real_now=incoming.real_now,
        language=incoming.language,
    )
    return Reply(_said_back(incoming, staff, drafted), "notice: code")


def _said_back(incoming: Incoming, staff: StaffRow, drafted: Draft) -> str:
    until = ""
    if drafted.expires_at is not None:
        zone = incoming.office.zone
        time = moment_words(drafted.expires_at, incoming.now, zone, incoming.language)
        until = incoming.part("sms.notice.until", time=time)
    second = second_person(incoming.session, incoming.community, staff)
    return incoming.fitted(
        lambda cut: incoming.say(
            "sms.notice.code_asked",
            who=drafted.audience.shown,
            count=str(drafted.phones),
            how=incoming.part(f"sms.notice.how_{drafted.channel}"),
            until=until,
            second=second.name,
            words=cut,
        ),
        drafted.words,
    )


def _read_head(incoming: Incoming, staff: StaffRow, words: str) -> tuple[Wish, Where | None, str]:
    """Read whom, where and how, in any order, until the words themselves begin."""
    wish, where, rest = Wish(), None, words
    for _ in range(_MOST_SETTINGS):
        changed, after = read_wish(rest, wish)
        if changed is wish and where is None:
            where, after = read_where(
                incoming.session, community=incoming.community, words=rest.lstrip(), staff=staff
            )
        if after == rest:
            break
        wish, rest = changed, after
    return wish, where, rest.strip(" ,，。:：、")


def _draft(incoming: Incoming, staff: StaffRow, given: dict[str, Any]) -> Draft:
    return draft(
        incoming.session,
        community=incoming.community,
        staff=staff,
        now=incoming.now,
        **{name: value for name, value in given.items() if name != "case_id"},
    )


def _open(incoming: Incoming, staff: StaffRow, given: dict[str, Any]) -> Reply:
    notice = propose(
        incoming.session,
        community=incoming.community,
        staff=staff,
        drafted=_draft(incoming, staff, given),
        now=incoming.now,
        case_id=given.get("case_id"),
    )
    second = second_person(incoming.session, incoming.community, staff)
    words = incoming.say("sms.notice.proposed", number=str(notice.number), second=second.name)
    return Reply(words, f"notice {notice.number}: proposed")


def _no_such(incoming: Incoming, number: str) -> Reply:
    return Reply(incoming.say("sms.notice.no_such", number=number), "notice: none")


def _stop(incoming: Incoming, notice: NoticeRow) -> Reply:
    stop_notice(incoming.session, notice, now=incoming.now)
    found = progress_of(incoming.session, notice)
    words = incoming.say("sms.notice.stopped", number=str(notice.number), **_counts(found))
    return Reply(words, f"notice {notice.number}: stopped")


def _next(incoming: Incoming, notice: NoticeRow) -> Reply:
    second = ask_for_next_stage(incoming.session, notice, now=incoming.now)
    words = incoming.say("sms.notice.stage_asked", number=str(notice.number), second=second.name)
    return Reply(words, f"notice {notice.number}: next stage")


def _look(incoming: Incoming, notice: NoticeRow) -> Reply:
    found = progress_of(incoming.session, notice)
    words = incoming.say(
        "sms.notice.look",
        number=str(notice.number),
        state=_state(incoming, notice),
        bar=bar(found),
        waiting=str(found.waiting + found.under_way + found.unknown),
        opinions=_opinion_count(incoming, notice),
        **_counts(found),
    )
    return Reply(words, f"notice {notice.number}: look")


def _list(incoming: Incoming) -> Reply:
    rows = notices_of(incoming.session, incoming.community.id)[-_MOST_LISTED:]
    if not rows:
        return Reply(incoming.say("sms.notice.help"), "notice: none")
    lines = [
        incoming.part(
            "sms.notice.list_line",
            number=str(row.number),
            state=_state(incoming, row),
            words=row.words[:12],
        )
        for row in reversed(rows)
    ]
    listed = incoming.part("sms.question.comma").join(lines)
    words = incoming.fitted(lambda cut: incoming.say("sms.notice.list", lines=cut), listed)
    return Reply(words, "notice: list")


def _state(incoming: Incoming, notice: NoticeRow) -> str:
    """Say where a notice stands: as its last stage that was begun."""
    stages = stages_of(incoming.session, notice.id)
    begun = [stage for stage in stages if stage.state != "proposed"] or stages[:1]
    return incoming.part(f"sms.notice.state_{begun[-1].state}")


def _opinion_count(incoming: Incoming, notice: NoticeRow) -> str:
    found = opinions_of(incoming.session, notice)
    if found is None:
        return ""
    return incoming.part(
        "sms.notice.opinion_count", asked=str(found.asked), answered=str(found.answered)
    )


def _counts(found: Progress) -> dict[str, str]:
    names = ("phones", "reached", "heard", "refused", "unreachable")
    return {name: str(getattr(found, name)) for name in names}
