"""What waits for a person: 办 T7, the line about a call 记, and the list 我的."""

from __future__ import annotations

from core.cases.notes import add_note
from core.cases.queries import case_by_id, case_by_number, open_cases_of_staff
from core.cases.rules import Channel
from core.cases.standing import by
from core.errors import Refusal
from core.staff.tables import StaffRow
from core.tasks.operations import finish_task
from core.tasks.queries import open_tasks_of_staff, task_by_number
from core.tasks.rules import TaskKind, TaskState, task_name
from core.tasks.tables import TaskRow
from sms.commands import CallNote, Done, FinishTask
from sms.conversation import Incoming, Reply, numbered
from sms.staff_cases import may_touch
from sms.staff_moves import obey_about_case

_MOST_LINES = 8


def finish(incoming: Incoming, staff: StaffRow, command: FinishTask) -> Reply:
    """End a task; a number without its T may be a case that is done."""
    number = command.number or 0
    task = task_by_number(incoming.session, incoming.community.id, number)
    if not command.sure and not _is_open(task):
        case = case_by_number(incoming.session, incoming.community.id, number)
        if case is not None and may_touch(incoming, staff, case):
            return obey_about_case(incoming, staff, Done(number, command.words))
    if task is None:
        return Reply(incoming.say("sms.staff.no_task", task=task_name(number)), "task: none")
    finish_task(
        incoming.session,
        task,
        actor=by(staff),
        words=command.words,
        now=incoming.now,
    )
    _keep_on_case(incoming, staff, task, command.words)
    return Reply(incoming.say("sms.staff.task_done", task=task_name(number)), "task", task.case_id)


def keep_call_note(incoming: Incoming, staff: StaffRow, command: CallNote) -> Reply:
    """Keep one line about the call that somebody took; 不用 ends the asking too."""
    tasks = [
        task
        for task in open_tasks_of_staff(incoming.session, staff)
        if task.kind == TaskKind.CALL_NOTE
    ]
    if not tasks:
        return Reply(incoming.say("sms.staff.no_call_note"), "call note: none")
    if not command.words and not command.needless:
        return Reply(incoming.say("sms.staff.call_note_words"), "call note: words")
    task = max(tasks, key=lambda row: row.id)  # the call that has just ended
    words = command.words or incoming.part("sms.staff.needless")
    finish_task(incoming.session, task, actor=by(staff), words=words, now=incoming.now)
    _keep_on_case(incoming, staff, task, command.words)
    return Reply(incoming.say("sms.staff.call_noted"), "call note", task.case_id)


def list_mine(incoming: Incoming, staff: StaffRow) -> Reply:
    """List the open cases and tasks of somebody, the most pressing first."""
    cases = open_cases_of_staff(incoming.session, staff)
    tasks = open_tasks_of_staff(incoming.session, staff)
    if not cases and not tasks:
        return Reply(incoming.say("sms.staff.nothing_mine"), "mine: none")
    lines = [
        incoming.part(
            "sms.staff.mine_case",
            **numbered(case),
            what=case.summary,
            where=case.place,
            state=incoming.part(f"sms.staff.state_{case.status}"),
            day=incoming.day(case.due_at),
        )
        for case in cases[:_MOST_LINES]
    ]
    lines += [
        incoming.part(
            "sms.staff.mine_task",
            task=task_name(task.number),
            kind=incoming.part(f"sms.task.{task.kind}"),
        )
        for task in tasks[:_MOST_LINES]
    ]
    words = incoming.fitted(
        lambda cut: incoming.say(
            "sms.staff.mine", cases=str(len(cases)), tasks=str(len(tasks)), lines=cut
        ),
        incoming.part("sms.question.comma").join(lines),
    )
    return Reply(words, "mine")


def _keep_on_case(incoming: Incoming, staff: StaffRow, task: TaskRow, words: str) -> None:
    """Write what was said about a task on its case as well, where the person may."""
    case = case_by_id(incoming.session, task.case_id) if task.case_id is not None else None
    if case is None or not words:
        return
    try:
        add_note(
            incoming.session,
            case,
            actor=by(staff),
            channel=Channel.SMS,
            words=words,
            now=incoming.now,
        )
    except Refusal:
        return  # the line stands on the task


def _is_open(task: TaskRow | None) -> bool:
    return task is not None and task.state == TaskState.OPEN
