"""A notice on its way: what waits to be sent holds the rest back, and opting out still helps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.db import Database
from core.errors import Refusal
from core.notices.operations import agree, send_due, stop_notice
from core.notices.queries import is_wanted, progress_of
from core.notices.rules import PURPOSE, Audience
from core.notices.sending import Rates
from core.outbox.tables import OutboxRow
from core.residents.operations import opt_out
from tests.agreed_notices import agreed_notice
from tests.unit.demo_office import Desk
from tests.world import MONDAY_MORNING, ZHANG_MIN

RATES = Rates(texts=2.0)


def test_what_waits_holds_the_rest_back_and_who_opts_out_is_left_out(whole_demo: Database) -> None:
    with whole_demo.transaction() as session:
        desk = Desk(session)
        given = {"community": desk.community, "staff": desk.staff(ZHANG_MIN), "now": MONDAY_MORNING}
        audience = Audience(group="volunteer", shown="志愿者")
        notice, stage, second = agreed_notice(
            session, words="明天9点停水", audience=audience, **given
        )
        assert send_due(session, MONDAY_MORNING, RATES) == 2
        # the machine fell behind: ten seconds later both still wait, and no burst is made of it
        later = MONDAY_MORNING + timedelta(seconds=10)
        assert send_due(session, later, RATES) == 0
        rows = session.scalars(select(OutboxRow).where(OutboxRow.purpose == PURPOSE)).all()
        assert [is_wanted(session, row, later) for row in rows] == ["", ""]
        opt_out(session, desk.community.id, rows[0].to, later)
        assert [is_wanted(session, row, later) for row in rows] == ["refused", ""]
        rows[0].state, rows[0].reason = "failed", "refused"  # as the sender calls it off
        session.flush()
        assert progress_of(session, notice).refused == 1
        stop_notice(session, notice, now=later)
        assert is_wanted(session, rows[1], later) == "stopped"
        with pytest.raises(Refusal, match=r"notice\.over"):
            agree(session, stage.id, second, now=later)
