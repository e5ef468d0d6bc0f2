"""Points by text: the balance, the shop, what is on; on a shared phone it is asked whose."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from core.points.announcing import activities_words, balance_words, shop_words
from core.points.finding import find_activity, find_reward
from core.points.queries import has_points
from core.points.tables import ActivityRow, RewardRow
from core.points.telling import name_of, short
from core.questions.operations import ask_in_reply
from core.questions.rules import QuestionKind
from core.residents.tables import ResidentRow
from core.understanding.categories import suggest
from core.wording.segments import segments_of
from sms.conversation import Incoming, Reply
from sms.points_commands import AskActivities, AskPoints, Attend, PointsWish, Redeem, SignUp
from sms.replies_reservations import attend, reserve, take_place
from sms.replies_trouble import keep_trouble
from sms.units import units_of

_MOST_CHOICES = 3
_LONGEST_NAME = 5  # letters of a thing that we have not got; more is a question or a complaint
_WISHES: dict[str, type[PointsWish]] = {
    wish.__name__: wish for wish in (AskPoints, Redeem, SignUp, Attend)
}


def answer_points(incoming: Incoming, wish: PointsWish) -> Reply:
    """Answer a wish about points; what anybody may hear needs no resident."""
    session, community = incoming.session, incoming.community
    if not has_points(session, community.id, incoming.now):
        return Reply(incoming.say("sms.points.none_here"), "points: none here")
    match wish:
        case Redeem(""):
            return Reply(shop_words(session, community, incoming.language), "shop")
        case AskActivities() | SignUp(""):
            words = activities_words(session, community, incoming.language, incoming.now)
            return Reply(words, "activities")
        case Attend(""):
            return Reply(incoming.say("sms.points.attend_how"), "attend: how")
    if not incoming.residents:
        return Reply(incoming.say("sms.points.not_registered"), "points: not registered")
    if incoming.resident is None:
        return _ask_whose(incoming, wish)
    return answer_for(incoming, incoming.resident, wish)


def answer_for(incoming: Incoming, resident: ResidentRow, wish: PointsWish) -> Reply:
    """Answer a wish of the one resident whose it is."""
    match wish:
        case Redeem(what) if what:
            return _redeem(incoming, resident, what)
        case SignUp(what):
            return _sign_up(incoming, resident, what)
        case Attend(code):
            return attend(incoming, resident, code)
        case _:
            words = balance_words(incoming.session, incoming.community, resident)
            return Reply(words, "points")


def answer_whose(incoming: Incoming, about: dict[str, Any], resident: ResidentRow) -> Reply:
    """Go on with a wish once a digit has said whose it is."""
    wish = _WISHES[about["wish"]](**about["fields"])
    return answer_for(incoming, resident, wish)


def ask_which_thing(
    incoming: Incoming,
    things: Sequence[ActivityRow] | Sequence[RewardRow],
    *,
    key: str,
    kind: QuestionKind,
    about: dict[str, Any],
    words: str,
) -> Reply:
    """Offer by digit what sounds like the words, as many as one segment holds."""
    language = incoming.language
    names = [name_of(thing, language) for thing in things[:_MOST_CHOICES]]
    asked, count = _as_many_as_fit(incoming, key, names, short(words, language))
    ids = [thing.id for thing in things[:count]]
    _ask(incoming, kind, {**about, "choices": ids}, asked)
    return Reply(asked, f"which: {kind}")


def _redeem(incoming: Incoming, resident: ResidentRow, what: str) -> Reply:
    found = find_reward(incoming.session, incoming.community.id, what)
    if found.exact is not None:
        return reserve(incoming, resident, found.exact)
    if found.near:
        return ask_which_thing(
            incoming,
            found.near,
            key="sms.points.which_reward",
            kind=QuestionKind.WHICH_REWARD,
            about={"resident_id": resident.id},
            words=what,
        )
    if _says_more(what):
        return keep_trouble(incoming, incoming.words)
    words = shop_words(incoming.session, incoming.community, incoming.language)
    return Reply(words, "shop: not there")


def _sign_up(incoming: Incoming, resident: ResidentRow, what: str) -> Reply:
    found = find_activity(incoming.session, incoming.community.id, what, now=incoming.now)
    if found.exact is not None:
        return take_place(incoming, resident, found.exact)
    if found.near:
        return ask_which_thing(
            incoming,
            found.near,
            key="sms.points.which_activity",
            kind=QuestionKind.WHICH_ACTIVITY,
            about={"resident_id": resident.id},
            words=what,
        )
    if _says_more(what):
        return keep_trouble(incoming, incoming.words)
    words = incoming.say("sms.points.unknown_activity_plain", words=short(what, incoming.language))
    return Reply(words, "activity: not there")


def _says_more(words: str) -> bool:
    """Tell whether words are a matter of their own: nothing that somebody says is lost."""
    return units_of(words) > _LONGEST_NAME or bool(suggest(words).words)


def _ask_whose(incoming: Incoming, wish: PointsWish) -> Reply:
    people = incoming.residents[:_MOST_CHOICES]
    names = [short(person.called, incoming.language) for person in people]
    asked, _ = _as_many_as_fit(incoming, "sms.points.whose", names, "")
    about = {
        "wish": type(wish).__name__,
        "fields": dataclasses.asdict(wish),
        "choices": [person.id for person in people],
    }
    _ask(incoming, QuestionKind.WHICH_PERSON, about, asked)
    return Reply(asked, "points: whose")


def _ask(incoming: Incoming, kind: QuestionKind, about: dict[str, Any], words: str) -> None:
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=incoming.phone or "",
        kind=kind,
        about=about,
        words=words,
        now=incoming.now,
    )


def _as_many_as_fit(
    incoming: Incoming, key: str, names: Sequence[str], words: str
) -> tuple[str, int]:
    """Return the question and how many choices it holds in one segment."""
    comma = incoming.part("sms.question.comma")
    asked = ""
    for count in range(len(names), 0, -1):
        lines = [
            incoming.part("sms.points.choice", digit=str(digit), what=name)
            for digit, name in enumerate(names[:count], start=1)
        ]
        asked = incoming.say(key, choices=comma.join(lines), words=words)
        if segments_of(asked) == 1:
            return asked, count
    return asked, 1
