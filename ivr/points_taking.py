"""Taking what was chosen by key: kept, announced to the registered telephone, or why not."""

from __future__ import annotations

from core.calls.operations import remember
from core.cases.rules import Channel
from core.errors import Refusal
from core.outbox.operations import enqueue_text
from core.points.announcing import announce_reservation, offer_to_tell, signed_up_words
from core.points.landlines import announce_by_call
from core.points.operations import reserve_reward, sign_up
from core.points.queries import activity_by_id, redemption_by_id, reward_by_id
from core.points.redemptions import last_day_of
from core.points.telling import written
from core.residents.queries import text_phone
from core.residents.tables import ResidentRow
from core.sla.hours import local_day
from core.wording.ear import day_spoken, digits_spoken, quantity_spoken
from ivr.pieces import Line, Piece
from ivr.scene import Scene

_WHY_NOT = {
    "sms.points.sold_out": "sold_out",
    "sms.points.not_enough": "not_enough",
    "sms.points.too_many_reservations": "too_many",
    "sms.points.sign_up_full": "full",
    "sms.points.sign_up_over": "begun",
    "sms.points.sign_up_twice": "in_already",
}


def take_reward(
    scene: Scene, resident: ResidentRow, number: int, *, spoken: bool
) -> tuple[Piece, ...]:
    """Reserve a reward; return nothing, or the words that say why not."""
    session, community, now = scene.session, scene.community, scene.now
    reward = reward_by_id(session, community.id, number)
    if reward is None:
        return (Line("voice.points.sold_out"),)
    try:
        redemption = reserve_reward(
            session,
            community=community,
            resident=resident,
            reward=reward,
            phone=scene.call.phone,
            channel=Channel.CALL,
            now=now,
        )
    except Refusal as refusal:
        if refusal.key == "sms.points.sold_out":
            _offer_to_tell(scene, resident, number)
        return _why_not(scene, resident, refusal, spoken=spoken)
    words = announce_reservation(session, community=community, redemption=redemption, now=now)
    if words is None:
        announce_by_call(session, community=community, redemption=redemption, now=now)
    remember(scene.call, points_taken=["reward", redemption.id])
    return ()


def take_activity(
    scene: Scene, resident: ResidentRow, number: int, *, spoken: bool
) -> tuple[Piece, ...]:
    """Sign somebody up; return nothing, or the words that say why not."""
    session, community, now = scene.session, scene.community, scene.now
    activity = activity_by_id(session, community.id, number)
    if activity is None:
        return (Line("voice.points.begun"),)
    try:
        sign_up(session, community=community, resident=resident, activity=activity, now=now)
    except Refusal as refusal:
        return _why_not(scene, resident, refusal, spoken=spoken)
    phone = text_phone(session, resident.id)
    if phone is not None:
        words = signed_up_words(
            session,
            community=community,
            resident=resident,
            activity=activity,
            phone=phone,
            now=now,
        )
        _text(scene, phone, words, f"points-place:{scene.call.id}:{scene.call.turn}")
    remember(scene.call, points_taken=["activity", activity.id])
    return ()


def taken_pieces(scene: Scene) -> tuple[Piece, ...]:
    """Say what was taken, and where its code is to be found.

    The code is spoken only in a call of ours to the registered telephone: whoever rings us may
    have forged its number.
    """
    kind, number = scene.call.held["points_taken"]
    if kind == "activity":
        return (Line("voice.points.signed_up"),)
    redemption = redemption_by_id(scene.session, number)
    if redemption is None:
        return (Line("voice.points.over"),)
    day = day_spoken(
        last_day_of(scene.community, redemption),
        local_day(scene.office, scene.now),
        scene.language,
    )
    until = Line("voice.points.kept_until", {"day": day})
    if scene.call.direction == "outbound":
        code = digits_spoken(redemption.code, scene.language)
        return (Line("voice.points.code", {"code": code}), until)
    has_mobile = text_phone(scene.session, redemption.resident_id) is not None
    how = "voice.points.code_texted" if has_mobile else "voice.points.code_by_call"
    return (Line("voice.points.kept"), Line(how), until)


def _why_not(
    scene: Scene, resident: ResidentRow, refusal: Refusal, *, spoken: bool
) -> tuple[Piece, ...]:
    """Say why not; how many points are missing only where the balance may be spoken."""
    name = _WHY_NOT.get(refusal.key)
    if name is None:
        raise refusal
    why = Line(f"voice.points.{name}", _spoken_slots(scene, refusal))
    if name != "not_enough":
        return (why,)
    if spoken:
        missing = quantity_spoken(int(refusal.slots["missing"]), scene.language)
        return (why, Line("voice.points.missing", {"points": missing}))
    phone = text_phone(scene.session, resident.id)
    if phone is None:
        return (why,)
    words = written(scene.community, resident.language, "not_enough", **refusal.slots)
    _text(scene, phone, words, f"points-missing:{scene.call.id}:{scene.call.turn}")
    return (why, Line("voice.points.missing_texted"))


def _spoken_slots(scene: Scene, refusal: Refusal) -> dict[str, str]:
    count = refusal.slots.get("count")
    return {"count": quantity_spoken(int(count), scene.language)} if count else {}


def _offer_to_tell(scene: Scene, resident: ResidentRow, number: int) -> None:
    phone = text_phone(scene.session, resident.id)
    reward = reward_by_id(scene.session, scene.community.id, number)
    if phone is None or reward is None:
        return
    words = offer_to_tell(
        scene.session,
        community=scene.community,
        resident=resident,
        reward=reward,
        phone=phone,
        now=scene.now,
    )
    _text(scene, phone, words, f"points-wish:{scene.call.id}:{scene.call.turn}")


def _text(scene: Scene, phone: str, words: str, key: str) -> None:
    enqueue_text(
        scene.session,
        community_id=scene.call.community_id,
        to=phone,
        words=words,
        purpose="reply",
        key=key,
        now=scene.now,
    )
