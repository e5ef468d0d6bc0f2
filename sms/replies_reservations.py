"""Reservations, places and attendance by text, and the digit that undoes each."""

from __future__ import annotations

from typing import Any

from core.cases.rules import Channel
from core.errors import Refusal
from core.points.announcing import announce_reservation, offer_to_tell, signed_up_words
from core.points.operations import (
    attend_by_code,
    cancel_reservation,
    reserve_reward,
    sign_up,
    wish_for,
    withdraw_sign_up,
)
from core.points.queries import (
    activity_by_id,
    redemption_by_id,
    reservations_of,
    reward_by_id,
    reward_of,
)
from core.points.tables import ActivityRow, RedemptionRow, RewardRow
from core.points.telling import name_of
from core.questions.operations import ask_in_reply
from core.questions.rules import QuestionKind
from core.residents.queries import resident_by_id, text_phone
from core.residents.tables import ResidentRow
from sms.conversation import Incoming, Reply


def reserve(incoming: Incoming, resident: ResidentRow, reward: RewardRow) -> Reply:
    """Reserve a reward; of one that is kept already it is asked whether they want another."""
    kept = [
        redemption
        for redemption in reservations_of(incoming.session, resident.id)
        if redemption.reward_id == reward.id
    ]
    if kept:
        return _ask_for_another(incoming, resident, kept[0], reward)
    return reserve_now(incoming, resident, reward)


def reserve_now(incoming: Incoming, resident: ResidentRow, reward: RewardRow) -> Reply:
    """Hold a piece and its points; its code goes to the registered phone and no other."""
    session, community = incoming.session, incoming.community
    try:
        redemption = reserve_reward(
            session,
            community=community,
            resident=resident,
            reward=reward,
            phone=incoming.phone,
            channel=Channel.SMS,
            now=incoming.now,
        )
    except Refusal as refusal:
        if refusal.key != "sms.points.sold_out":
            raise
        return Reply(_offer_to_tell(incoming, resident, reward), "redeem: sold out")
    words = announce_reservation(
        session,
        community=community,
        redemption=redemption,
        now=incoming.now,
        replying_to=incoming.phone,
    )
    if words is None or text_phone(session, resident.id) != incoming.phone:
        words = incoming.say("sms.points.reserved_elsewhere", reward=_name(incoming, reward))
    return Reply(words, "redeem")


def take_place(incoming: Incoming, resident: ResidentRow, activity: ActivityRow) -> Reply:
    """Sign somebody up, and say how that is undone."""
    sign_up(
        incoming.session,
        community=incoming.community,
        resident=resident,
        activity=activity,
        now=incoming.now,
    )
    words = signed_up_words(
        incoming.session,
        community=incoming.community,
        resident=resident,
        activity=activity,
        phone=incoming.phone or "",
        now=incoming.now,
    )
    return Reply(words, "sign up")


def attend(incoming: Incoming, resident: ResidentRow, code: str) -> Reply:
    """Take the code that was read out on the spot; the points are told by a text of their own."""
    attend_by_code(
        incoming.session,
        community=incoming.community,
        resident=resident,
        code=code,
        channel=Channel.SMS,
        now=incoming.now,
    )
    return Reply(incoming.say("sms.points.attended"), "attend")


def settle_reservation(incoming: Incoming, about: dict[str, Any], digit: int) -> Reply | None:
    """Let a reservation go with 2; 1 keeps it, or takes another where that was asked."""
    redemption = redemption_by_id(incoming.session, about["redemption_id"])
    if digit not in (1, 2) or redemption is None:
        return None
    if digit == 1:
        return _take_another(incoming, about)
    balance = cancel_reservation(
        incoming.session, redemption, channel=Channel.SMS, now=incoming.now
    )
    words = incoming.say(
        "sms.points.cancelled",
        reward=_name(incoming, reward_of(incoming.session, redemption)),
        points=str(redemption.price),
        balance=str(balance),
    )
    return Reply(words, "reservation: cancelled")


def settle_sign_up(incoming: Incoming, about: dict[str, Any], digit: int) -> Reply | None:
    """Free a place with 2."""
    activity = activity_by_id(incoming.session, incoming.community.id, about["activity_id"])
    resident = resident_by_id(incoming.session, about["resident_id"])
    if digit not in (1, 2) or activity is None or resident is None:
        return None
    is_off = digit == 2 and withdraw_sign_up(
        incoming.session, community=incoming.community, resident=resident, activity=activity
    )
    if not is_off:
        return Reply(incoming.say("sms.resident.already"), "sign up: stays")
    what = name_of(activity, incoming.language)
    return Reply(incoming.say("sms.points.signed_off", what=what), "sign up: off")


def settle_wish(incoming: Incoming, about: dict[str, Any], digit: int) -> Reply | None:
    """Remember with 1 that somebody wants to be told once a reward is there again."""
    reward = reward_by_id(incoming.session, incoming.community.id, about["reward_id"])
    resident = resident_by_id(incoming.session, about["resident_id"])
    if digit not in (1, 2) or reward is None or resident is None:
        return None
    if digit == 2:
        return Reply(incoming.say("sms.resident.fine"), "wish: no")
    wish_for(
        incoming.session,
        community=incoming.community,
        resident=resident,
        reward=reward,
        now=incoming.now,
    )
    words = incoming.say("sms.points.wish_kept", reward=_name(incoming, reward))
    return Reply(words, "wish: kept")


def _ask_for_another(
    incoming: Incoming, resident: ResidentRow, kept: RedemptionRow, reward: RewardRow
) -> Reply:
    words = incoming.say("sms.points.kept_already", reward=_name(incoming, reward), code=kept.code)
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=incoming.phone or "",
        kind=QuestionKind.RESERVATION,
        about={
            "redemption_id": kept.id,
            "another": reward.id,
            "resident_id": resident.id,
        },
        words=words,
        now=incoming.now,
    )
    return Reply(words, "redeem: another?")


def _take_another(incoming: Incoming, about: dict[str, Any]) -> Reply:
    reward = reward_by_id(incoming.session, incoming.community.id, about.get("another", 0))
    resident = resident_by_id(incoming.session, about.get("resident_id"))
    if reward is None or resident is None:
        return Reply(incoming.say("sms.resident.already"), "reservation: stays")
    return reserve_now(incoming, resident, reward)


def _offer_to_tell(incoming: Incoming, resident: ResidentRow, reward: RewardRow) -> str:
    return offer_to_tell(
        incoming.session,
        community=incoming.community,
        resident=resident,
        reward=reward,
        phone=incoming.phone or "",
        now=incoming.now,
    )


def _name(incoming: Incoming, reward: RewardRow) -> str:
    return name_of(reward, incoming.language)
