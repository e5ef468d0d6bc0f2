"""Calls for volunteers: who takes a yes back, who is asked again, and who cannot be texted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core.db import Database
from core.questions.tables import QuestionRow
from core.tasks.rules import TaskKind
from core.tasks.tables import TaskRow
from core.volunteers.operations import answer, finish_call, open_call, step_due
from core.volunteers.queries import invitations_of, people_who
from core.volunteers.rules import InvitationState
from tests.neighbours_line import DENG, WEI
from tests.unit.demo_office import Desk
from tests.world import GRANDMA_CAO, MONDAY_MORNING, XIAO_LI


def test_a_yes_taken_back_goes_to_whoever_was_thanked(whole_demo: Database) -> None:
    later = MONDAY_MORNING + timedelta(minutes=5)
    with whole_demo.transaction() as session:
        desk = Desk(session)
        case = desk.open(who=WEI)  # she has a landline only
        call = open_call(
            session,
            community=desk.community,
            staff=desk.staff(XIAO_LI),
            case=case,
            wanted=1,
            words="打扫楼道",
            points=5,
            now=MONDAY_MORNING,
        )
        cao, deng = desk.resident(GRANDMA_CAO), desk.resident(DENG)
        assert answer(session, call, cao, comes=True, now=MONDAY_MORNING) == "accepted"
        assert answer(session, call, deng, comes=True, now=MONDAY_MORNING) == "thanked"
        task = session.scalars(select(TaskRow).where(TaskRow.case_id == case.id)).one()
        assert (task.kind, task.urgency, task.phone) == (TaskKind.TELL_RESIDENT, "P1", WEI.phone)
        assert f"志愿者桂兰来，暗号“{call.code_word}”" in task.words

        assert answer(session, call, cao, comes=False, now=later) == "declined"
        assert step_due(session, later) == 1
        rows = {row.resident_id: row for row in invitations_of(session, call.id)}
        assert (rows[deng.id].state, rows[deng.id].wave) == (InvitationState.ASKED, 2)
        asked = session.scalars(select(QuestionRow).where(QuestionRow.phone == DENG.phone)).all()
        assert asked[-1].state == "open"
        assert answer(session, call, deng, comes=True, now=later) == "accepted"
        told = session.scalars(select(TaskRow).where(TaskRow.case_id == case.id)).all()
        assert [row.state for row in sorted(told, key=lambda row: row.id)] == ["done", "open"]
        assert [row.key for row in finish_call(session, call, came=[], now=later)] == [deng.key]
        away = people_who(session, call.id, InvitationState.ABSENT)
        assert [row.key for row in away] == [deng.key]
