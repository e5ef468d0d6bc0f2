"""Points by telephone: the balance, the shop read out, a reservation by key and its undoing."""

from __future__ import annotations

from core.calls.expected_words import MAY_HEAR_POINTS
from core.calls.operations import remember
from core.cases.rules import Channel
from core.outbox.operations import enqueue_text
from core.points.announcing import balance_words
from core.points.expiry import announced_end
from core.points.operations import cancel_reservation, withdraw_sign_up
from core.points.queries import activity_by_id, balance_of, redemption_by_id
from core.points.rules import RedemptionState
from core.residents.pins import has_pin, take_pin
from core.residents.queries import resident_by_id, text_phone
from core.residents.rules import PIN_LENGTH
from core.residents.tables import ResidentRow
from core.sla.hours import local_day, next_texting_time
from core.wording.ear import day_spoken, quantity_spoken
from ivr.actions import action
from ivr.engine import Place
from ivr.pieces import Line, Piece
from ivr.points_page import begin_page, items_here, people_here, resident_here
from ivr.points_taking import take_activity, take_reward
from ivr.scene import Scene
from ivr.steps import AskMenu, End, Step

_PIN_TRIES = 2  # in one call


@action(
    "points", "whose_points", "pin", "shelf", "anything_else", title="积分:余额发短信,再念能换的"
)
def points(scene: Scene, _value: str) -> Step:
    """Serve whoever rings from a registered telephone; of several, ask which of them."""
    people = people_here(scene)
    remember(scene.call, served=True)
    if not people:
        return AskMenu(Place("anything_else"), before=(Line("voice.points.no_account"),))
    if len(people) > 1:
        return AskMenu(Place("whose_points"))
    return _serve(scene, people[0])


@action("points_of", "pin", "shelf", "anything_else", title="积分:是这一位")
def points_of(scene: Scene, value: str) -> Step:
    """Serve the one who was chosen."""
    return _serve(scene, people_here(scene)[int(value) - 1])


@action("next_page", "shelf", "anything_else", title="念下三样;念完了就问还有别的事吗")
def next_page(scene: Scene, _value: str) -> Step:
    """Read the next three, or go on after the last."""
    page = int(scene.call.held.get("points_page", 0)) + 1
    return AskMenu(Place("shelf" if begin_page(scene, page) else "anything_else"))


@action("choose", "take", title="选这一样")
def choose(scene: Scene, value: str) -> Step:
    """Read back what was chosen."""
    item = items_here(scene)[int(value) - 1]
    remember(scene.call, points_chosen=[item.kind, item.id])
    return AskMenu(Place("take"))


@action("leave_it", "shelf", title="不要:回到刚才念的三样")
def leave_it(_scene: Scene, _value: str) -> Step:
    """Go one step back, never to the start."""
    return AskMenu(Place("shelf"))


@action("take", "taken", "shelf", title="留下奖品,或报上名;号码发到登记的手机上")
def take(scene: Scene, _value: str) -> Step:
    """Reserve what was chosen, or say why not and read the same three again."""
    resident = resident_here(scene)
    kind, number = scene.call.held["points_chosen"]
    if resident is None:
        return AskMenu(Place("anything_else"))
    take_it = take_reward if kind == "reward" else take_activity
    refused = take_it(scene, resident, number, spoken=may_be_spoken(scene, resident))
    return AskMenu(Place("shelf"), before=refused) if refused else AskMenu(Place("taken"))


@action("give_back", "anything_else", "end", title="不要了:退分、退名额")
def give_back(scene: Scene, _value: str) -> Step:
    """Let go of what was taken in this call, or was announced by it."""
    remember(scene.call, confirmed=True)
    kind, number = scene.call.held["points_taken"]
    said = _cancel(scene, number) if kind == "reward" else _sign_off(scene, number)
    return _go_on(scene, (Line(said),))


@action("after_points", "anything_else", "end", title="知道了:还有别的事吗,或再见")
def after_points(scene: Scene, _value: str) -> Step:
    """Go on with whatever else there is."""
    return _go_on(scene, ())


@action("pin_keyed", "shelf", "anything_else", "pin", title="密码对了就念余额;不对再按一次")
def pin_keyed(scene: Scene, value: str) -> Step:
    """Speak the balance to whoever keyed the right digits; twice wrong goes on without it."""
    resident = resident_here(scene)
    if resident is None:
        return AskMenu(Place("anything_else"))
    whole = len(value) == PIN_LENGTH
    if whole and take_pin(scene.session, resident_id=resident.id, keyed=value):
        remember(scene.call, pin_of=resident.id)
        return _go_shopping(scene, _spoken_balance(scene, resident))
    misses = int(scene.call.held.get("pin_misses", 0)) + 1
    remember(scene.call, pin_misses=misses)
    if misses >= _PIN_TRIES or not has_pin(scene.session, resident.id):
        return _go_shopping(scene, (Line("voice.points.ask_in_person"),))
    return AskMenu(Place("pin"), before=(Line("voice.points.pin_wrong"),))


@action("no_pin", "shelf", "anything_else", title="不按密码:不念余额,接着念能换的")
def no_pin(scene: Scene, _value: str) -> Step:
    """Go on without the balance."""
    return _go_shopping(scene, ())


def may_be_spoken(scene: Scene, resident: ResidentRow) -> bool:
    """Tell whether numbers may be spoken: a number that rings proves nobody, digits do."""
    return MAY_HEAR_POINTS in resident.consents or scene.call.held.get("pin_of") == resident.id


def _serve(scene: Scene, resident: ResidentRow) -> Step:
    remember(scene.call, points_resident=resident.id)
    asks_pin = not may_be_spoken(scene, resident) and has_pin(scene.session, resident.id)
    told = (*_tell_balance(scene, resident, asks_pin=asks_pin), *_end_of_cycle(scene))
    return AskMenu(Place("pin"), before=told) if asks_pin else _go_shopping(scene, told)


def _end_of_cycle(scene: Scene) -> tuple[Piece, ...]:
    """Say when points end, once that is announced: a landline hears of it nowhere else."""
    day = announced_end(scene.session, scene.call.community_id)
    if day is None:
        return ()
    spoken = day_spoken(day, local_day(scene.office, scene.now), scene.language)
    return (Line("voice.points.cycle_ends", {"day": spoken}),)


def _go_shopping(scene: Scene, told: tuple[Piece, ...]) -> Step:
    if begin_page(scene, 0):
        return AskMenu(Place("shelf"), before=told)
    return AskMenu(Place("anything_else"), before=(*told, Line("voice.points.nothing_now")))


def _tell_balance(scene: Scene, resident: ResidentRow, *, asks_pin: bool) -> tuple[Piece, ...]:
    """Text the balance to the registered mobile; speak it only where that was agreed to."""
    phone = text_phone(scene.session, resident.id)
    if phone is not None:
        enqueue_text(
            scene.session,
            community_id=scene.call.community_id,
            to=phone,
            words=balance_words(scene.session, scene.community, resident),
            purpose="receipt",
            key=f"points-balance:{scene.call.id}:{resident.id}",
            now=scene.now,
            not_before=next_texting_time(scene.office, scene.now),
        )
    if may_be_spoken(scene, resident):
        return _spoken_balance(scene, resident)
    if asks_pin and phone is None:
        return ()
    return (Line("voice.points.balance_texted" if phone else "voice.points.ask_in_person"),)


def _spoken_balance(scene: Scene, resident: ResidentRow) -> tuple[Piece, ...]:
    balance = balance_of(scene.session, resident)
    free = Line("voice.points.balance", {"points": quantity_spoken(balance.free, scene.language)})
    if not balance.held:
        return (free,)
    held = quantity_spoken(balance.held, scene.language)
    return (free, Line("voice.points.balance_held", {"points": held}))


def _cancel(scene: Scene, number: int) -> str:
    redemption = redemption_by_id(scene.session, number)
    if redemption is None or redemption.state != RedemptionState.RESERVED:
        return "voice.points.over"
    cancel_reservation(scene.session, redemption, channel=Channel.CALL, now=scene.now)
    return "voice.points.let_go"


def _sign_off(scene: Scene, number: int) -> str:
    activity = activity_by_id(scene.session, scene.call.community_id, number)
    resident = resident_by_id(scene.session, scene.call.held.get("points_resident"))
    if activity is not None and resident is not None:
        withdraw_sign_up(
            scene.session, community=scene.community, resident=resident, activity=activity
        )
    return "voice.points.signed_off"


def _go_on(scene: Scene, before: tuple[Piece, ...]) -> Step:
    if scene.call.direction == "outbound":
        return End((*before, Line("voice.common.goodbye")))
    return AskMenu(Place("anything_else"), before=before)
