"""What is stuck, and the audit log."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from sqlalchemy import select

from console.asked import number, words
from console.case_looks import lines_of
from console.routes import Route
from console.services import Visit
from core.access.rules import Right
from core.alarms.queries import ringing_alarms
from core.audit.queries import newest_deeds
from core.cases.finding import Filters, newest
from core.communities.tables import HeartbeatRow
from core.outbox.rules import OutboxState
from core.outbox.tables import OutboxRow
from core.staff.queries import staff_of
from core.tasks.rules import TaskState
from core.tasks.tables import TaskRow

_MOST = 50
_PAGE = 100


class WatchPages:
    """Pages for whoever looks after the service."""

    def routes(self) -> list[Route]:
        """List them."""
        return [
            Route("GET", "/stuck", self.stuck, Right.STUCK),
            Route("GET", "/audit", self.audit, Right.AUDIT),
        ]

    def stuck(self, visit: Visit) -> ResponseReturnValue:
        """Show what does not go on by itself."""
        ours = visit.access.community_id
        with visit.reading() as session:
            waiting = session.scalars(
                select(OutboxRow)
                .where(
                    OutboxRow.community_id == ours,
                    OutboxRow.state.in_(
                        (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN)
                    ),
                    OutboxRow.not_before <= visit.now,
                )
                .order_by(OutboxRow.not_before)
                .limit(_MOST)
            ).all()
            failed = session.scalars(
                select(OutboxRow)
                .where(OutboxRow.community_id == ours, OutboxRow.state == OutboxState.FAILED)
                .order_by(OutboxRow.id.desc())
                .limit(_MOST)
            ).all()
            tasks = session.scalars(
                select(TaskRow)
                .where(
                    TaskRow.community_id == ours,
                    TaskRow.state == TaskState.OPEN,
                    TaskRow.due_at < visit.now,
                )
                .order_by(TaskRow.due_at)
                .limit(_MOST)
            ).all()
            late = newest(
                session, visit.access, Filters(late=True), now=visit.now, limit=_MOST
            ).cases
            shown: dict[str, Any] = {
                "waiting": waiting,
                "failed": failed,
                "tasks": tasks,
                "late": lines_of(session, visit, late),
                "alarms": ringing_alarms(session, ours),
                "beats": session.scalars(
                    select(HeartbeatRow).order_by(HeartbeatRow.at.desc()).limit(20)
                ).all(),
                "names": {row.id: row.name for row in staff_of(session, ours)},
            }
        health = visit.console.health()
        reasons = [
            visit.words.name("reason", reason.partition(":")[0].replace(" ", "_"))
            for colour in ("red", "yellow")
            for reason in health["reasons"][colour]
        ]
        real_now = visit.console.real_clock.now()
        return visit.page("stuck.html", health=health, reasons=reasons, real_now=real_now, **shown)

    def audit(self, visit: Visit) -> ResponseReturnValue:
        """Show the log."""
        subject, actor = words("subject", 40), words("actor", 40)
        with visit.reading() as session:
            deeds = newest_deeds(
                session,
                visit.access.community_id,
                subject=subject,
                subject_key=words("key", 80),
                actor=actor,
                before_id=number("before"),
                limit=_PAGE,
            )
            names = {row.key: row.name for row in staff_of(session, visit.access.community_id)}
        last = deeds[-1].id if len(deeds) == _PAGE else None
        return visit.page(
            "audit.html", deeds=deeds, names=names, before=last, subject=subject, actor=actor
        )
