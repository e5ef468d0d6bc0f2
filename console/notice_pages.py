"""Notices 通知: whom they reach, a second person's word, how far they are, and the stop."""

from __future__ import annotations

from datetime import datetime

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from console.asked import choice, moment, number, once, words
from console.case_entering import read_place
from console.notice_looks import lines_of, look_at, reach_of_draft
from console.once import once_only
from console.routes import NUMBER, Route
from console.services import Visit
from core.access.rules import Right
from core.audit.rules import Deed
from core.communities.queries import community_by_id, estates_of
from core.errors import Refusal
from core.notices.operations import (
    Draft,
    agree,
    ask_for_next_stage,
    disagree,
    draft,
    propose,
    stop_notice,
)
from core.notices.queries import notice_by_number, notices_of, stages_of
from core.notices.rules import Audience, Channel, StageState
from core.notices.tables import NoticeRow, NoticeStageRow
from core.questions.operations import close_asked
from core.staff.tables import StaffRow

# whom a notice may be for: the words of a choice → the fields of an audience
WHOM = {
    "everybody": {},
    "party_member": {"group": "party_member"},
    "volunteer": {"group": "volunteer"},
    "over_60": {"min_age": 60},
    "over_70": {"min_age": 70},
    "over_80": {"min_age": 80},
    "no_heating": {"need": "no_heating"},
}


class NoticePages:
    """Pages about notices."""

    def routes(self) -> list[Route]:
        """List them."""
        one, needs = f"/notices/{NUMBER}", Right.NOTICES
        return [
            Route("GET", "/notices", self.notices, needs),
            Route("GET", "/notices/new", self.new_notice, needs),
            Route("POST", "/notices/new", self.propose_notice, needs),
            Route("GET", one, self.notice, needs),
            Route("GET", f"{one}/live", self.live_notice, needs),
            Route("POST", f"{one}/stop", self.stop_sending, needs),
            Route("POST", f"{one}/next", self.next_stage, needs),
            Route("POST", f"{one}/agree", self.agree_to_stage, needs),
            Route("POST", f"{one}/refuse", self.refuse_stage, needs),
        ]

    def notices(self, visit: Visit) -> ResponseReturnValue:
        """List them, newest first."""
        with visit.reading() as session:
            lines = lines_of(session, reversed(notices_of(session, visit.access.community_id)))
        return visit.page("notices.html", lines=lines)

    def notice(
        self, visit: Visit, number: int, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Show one: each stage, how far it is, and who is asked."""
        with visit.reading() as session:
            look = look_at(session, visit, _one(session, visit, number))
        return visit.page("notice.html", status, look=look, problem=problem)

    def live_notice(self, visit: Visit, number: int) -> ResponseReturnValue:
        """Show how far it is, for the page that asks every few seconds."""
        with visit.reading() as session:
            look = look_at(session, visit, _one(session, visit, number))
        return visit.page("notice_progress.html", look=look)

    def new_notice(
        self, visit: Visit, problem: str = "", status: int = 200, drafted: Draft | None = None
    ) -> ResponseReturnValue:
        """Ask for words and audience; show first how many it would reach."""
        with visit.reading() as session:
            estates = estates_of(session, visit.access.community_id)
            reach = reach_of_draft(session, visit, drafted) if drafted else None
        return visit.page(
            "notice_new.html",
            status,
            problem=problem,
            drafted=drafted,
            reach=reach,
            estates=estates,
            whom=list(WHOM),
            channels=list(Channel),
            given=request.form,
            once=words("once", 64) or once(),
        )

    def propose_notice(self, visit: Visit) -> ResponseReturnValue:
        """Show whom it would reach; at the second press, ask the second person."""
        try:
            with visit.writing() as session:
                drafted = self._draft(session, visit)
                if words("step", 10) == "open":
                    proposed = once_only(
                        session, visit, lambda: self._propose(session, visit, drafted)
                    )
                    return visit.go("notice", said="proposed", number=proposed)
        except Refusal as refusal:
            return self.new_notice(visit, visit.explain(refusal), 422)
        return self.new_notice(visit, drafted=drafted)

    def stop_sending(self, visit: Visit, number: int) -> ResponseReturnValue:
        """Stop it: nothing goes out any more but what the provider has already."""
        try:
            with visit.writing() as session:
                stop_notice(session, _one(session, visit, number), now=visit.now)
                visit.note(session, Deed.ENDED, "notice", str(number))
        except Refusal as refusal:
            return self.notice(visit, number, visit.explain(refusal), 409)
        return visit.go("notice", said="notice_stopped", number=number)

    def next_stage(self, visit: Visit, number: int) -> ResponseReturnValue:
        """Ask the second person for the next stage."""
        try:
            with visit.writing() as session:
                ask_for_next_stage(session, _one(session, visit, number), now=visit.now)
                visit.note(session, Deed.CHANGED, "notice", str(number), after={"stage": "next"})
        except Refusal as refusal:
            return self.notice(visit, number, visit.explain(refusal), 409)
        return visit.go("notice", said="proposed", number=number)

    def agree_to_stage(self, visit: Visit, number: int) -> ResponseReturnValue:
        """Let the stage that waits begin, as the second person."""
        return self._settle(visit, number, agrees=True)

    def refuse_stage(self, visit: Visit, number: int) -> ResponseReturnValue:
        """Let it not begin, as the second person."""
        return self._settle(visit, number, agrees=False)

    def _settle(self, visit: Visit, number: int, *, agrees: bool) -> ResponseReturnValue:
        try:
            with visit.writing() as session:
                stage = _asked_stage(session, _one(session, visit, number))
                staff = session.get_one(StaffRow, visit.access.staff_id)
                (agree if agrees else disagree)(session, stage.id, staff, now=visit.now)
                close_asked(session, f"notice-stage:{stage.id}", visit.now)
                after = {"state": stage.state, "stage": stage.position}
                visit.note(session, Deed.CHANGED, "notice", str(number), after=after)
        except Refusal as refusal:
            return self.notice(visit, number, visit.explain(refusal), 409)
        said = "notice_agreed" if agrees else "notice_refused"
        return visit.go("notice", said=said, number=number)

    def _draft(self, session: Session, visit: Visit) -> Draft:
        return draft(
            session,
            community=community_by_id(session, visit.access.community_id),
            staff=session.get_one(StaffRow, visit.access.staff_id),
            words=words("words", 400),
            channel=Channel(choice("channel", Channel) or Channel.TEXT),
            audience=_audience(session, visit),
            members_first=request.form.get("members_first") == "1",
            expires_at=_until(visit),
            now=visit.now,
        )

    def _propose(self, session: Session, visit: Visit, drafted: Draft) -> int:
        notice = propose(
            session,
            community=community_by_id(session, visit.access.community_id),
            staff=session.get_one(StaffRow, visit.access.staff_id),
            drafted=drafted,
            now=visit.now,
        )
        after = {"words": notice.words, "who": drafted.audience.shown, "phones": drafted.phones}
        visit.note(session, Deed.ADDED, "notice", str(notice.number), after=after)
        return notice.number


def _audience(session: Session, visit: Visit) -> Audience:
    """Read whom it is for.

    :raises Refusal: if nobody was chosen, or the place is none.
    """
    chosen = words("whom", 20)
    if chosen not in WHOM:
        raise Refusal("console.notice.to_whom")
    estates = {row.id: row for row in estates_of(session, visit.access.community_id)}
    estate, written = estates.get(number("estate") or 0), words("place", 40)
    place = read_place(written)
    if written and (not place or estate is None):
        raise Refusal("console.consultation.which_place")
    where = f"{estate.name}{place}" if estate else ""
    kind = visit.words.t(f"whom.{chosen}") if chosen != "everybody" or not where else ""
    return Audience(
        estate_id=estate.id if estate else None,
        place=place,
        shown=f"{where}{kind}",
        **WHOM[chosen],  # type: ignore[arg-type]  # the table holds fields of Audience
    )


def _until(visit: Visit) -> datetime | None:
    local = moment("until")
    if request.form.get("until") and local is None:
        raise Refusal("console.notice.which_time")
    return local.replace(tzinfo=visit.zone) if local else None


def _one(session: Session, visit: Visit, number: int) -> NoticeRow:
    row = notice_by_number(session, visit.access.community_id, number)
    if row is None:
        abort(404)
    return row


def _asked_stage(session: Session, notice: NoticeRow) -> NoticeStageRow:
    """Return the stage that waits for a second person.

    :raises Refusal: if none does, since it was settled meanwhile.
    """
    for stage in stages_of(session, notice.id):
        if stage.state == StageState.ASKED:
            return stage
    raise Refusal("sms.points.settled_already")
