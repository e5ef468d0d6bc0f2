"""The words of a consultation, as households and staff read and hear them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from core.communities.queries import display_name, office_of
from core.communities.tables import CommunityRow
from core.consultations.rules import Count, yuan
from core.consultations.tables import ConsultationRow, HouseholdRow
from core.sla.hours import local_day
from core.wording.catalogue import say, text
from core.wording.days import day_words

STAFF_LANGUAGE = "zh_CN"
LONGEST_TEXT = 70  # UTF-16 units of one segment
_LONGEST_SUBJECT = 12
_ENDS = "，。；,;.！!？?"


def written(community: CommunityRow, language: str, key: str, **slots: str) -> str:
    """Return a signed text; the number to ring is known to every template."""
    return text(
        f"sms.consultation.{key}",
        language,
        community=display_name(community, language),
        **{"phone": office_of(community).staffed_number, **slots},
    )


def question_words(
    community: CommunityRow,
    words: str,
    closes_at: datetime,
    now: datetime,
    *,
    language: str = STAFF_LANGUAGE,
    again: bool = False,
) -> str:
    """Write the question as a household reads it; ``again``: to those who are silent."""
    return written(
        community,
        language,
        "ask_again" if again else "ask",
        words=words.rstrip(_ENDS),
        day=day_of(community, closes_at, now, language),
    )


def units(words: str) -> int:
    """Count the UTF-16 units of a text."""
    return len(words.encode("utf-16-le")) // 2


def day_of(community: CommunityRow, at: datetime, now: datetime, language: str) -> str:
    """Name the local day of an instant."""
    office = office_of(community)
    return day_words(local_day(office, at), local_day(office, now), language)


def subject_of(consultation: ConsultationRow) -> str:
    """Name a question in few words: its first clause.

    >>> subject_of(ConsultationRow(words="疏通主管道共360元，12户每户30元"))
    '疏通主管道共360元'
    """
    head = consultation.words
    for sign in _ENDS:
        head = head.split(sign)[0]
    return head if len(head) <= _LONGEST_SUBJECT else head[: _LONGEST_SUBJECT - 1] + "…"


def result_words(
    community: CommunityRow,
    consultation: ConsultationRow,
    household: HouseholdRow,
    *,
    language: str,
) -> str:
    """Write the result as a household reads it, with what it is to pay."""
    key = _result_key(consultation, household).removeprefix("sms.consultation.")
    return written(community, language, key, **_result_slots(consultation, household))


def spoken_result(consultation: ConsultationRow, household: HouseholdRow, language: str) -> str:
    """Return the result as it is spoken: unsigned, since the call has said who rings."""
    return say(
        _result_key(consultation, household), language, **_result_slots(consultation, household)
    )


def _result_key(consultation: ConsultationRow, household: HouseholdRow) -> str:
    carried = bool((consultation.result or {})["carried"])
    if not carried:
        return "sms.consultation.result_failed"
    cost = "" if household.share_fen is None else "_cost"
    return f"sms.consultation.result_carried{cost}"


def _result_slots(consultation: ConsultationRow, household: HouseholdRow) -> dict[str, str]:
    result = consultation.result or {}
    return {
        "what": subject_of(consultation),
        "agree": str(result["agree"]),
        "disagree": str(result["disagree"]),
        "yuan": yuan(household.share_fen or 0),
    }


def verdict_words(carried: bool, language: str) -> str:
    """Say whether it carried."""
    return say(f"sms.consultation.{'carried' if carried else 'not_carried'}", language)


def answer_words(answer: str, language: str) -> str:
    """Say an answer: 同意, 不同意."""
    return say(f"sms.consultation.{answer}", language)


def count_slots(counted: Count) -> dict[str, str]:
    """Return the slots of a count."""
    return {
        "asked": str(counted.asked),
        "agree": str(counted.agree),
        "disagree": str(counted.disagree),
        "silent": str(counted.silent),
    }


def rooms_words(households: Iterable[HouseholdRow], language: str) -> str:
    """Name doors by their rooms: 402 501; with their stair where several are asked."""
    rows = list(households)
    stairs = {row.place.rpartition("-")[0] for row in rows}
    doors = [row.place.rpartition("-")[2] if len(stairs) == 1 else row.place for row in rows]
    return " ".join(doors) or say("sms.consultation.nobody_left", language)
