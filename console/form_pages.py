"""The form behind the QR code: no account, no script needed, large type."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from console.asked import once, once_key, tidy
from console.doors import POLICY
from console.services import Console
from console.words import Words
from core.alarms.rules import reply_key
from core.cases.queries import assignee_of, case_by_id
from core.cases.rules import CaseStatus, Urgency, shown_number
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, display_name, office_of
from core.communities.tables import EstateRow
from core.errors import Refusal
from core.forms.operations import submit_form
from core.forms.queries import code_by_words, report_by_link
from core.forms.rules import LARGEST_FILE, LONGEST_LINE, LONGEST_WORDS, Attached, Given, what_it_is
from core.forms.tables import FormCodeRow
from core.wording.catalogue import LANGUAGES, say

_LARGEST_FORM = 2 * LARGEST_FILE + 64 * 1024  # a photo, a voice note and the words
_STEPS = ("received", "accepted", "done", "closed")


@dataclass(frozen=True)
class FormPages:
    """The pages that residents see."""

    console: Console

    def form(self, code: str, problem: str = "", status: int = 200) -> ResponseReturnValue:
        """Show the form."""
        with self.console.database.reading() as session:
            row = code_by_words(session, code)
            if row is None:
                return self._nothing()
            shown = self._about(session, row)
        given = {} if status == 413 else request.form
        return self._page(
            "form.html",
            status,
            **shown,
            code=code,
            problem=problem,
            given=given,
            once=given.get("once") or once(),
        )

    def send(self, code: str) -> ResponseReturnValue:
        """Take what was written, and lead to its progress."""
        request.max_content_length = _LARGEST_FORM
        language = asked_language()
        try:
            files = _files()
            with self.console.database.transaction() as session:
                row = code_by_words(session, code)
                if row is None:
                    return self._nothing()
                report = submit_form(
                    session,
                    row,
                    given=_given(),
                    files=files,
                    key=once_key(),
                    source=self._source(),
                    language=language,
                    now=self.console.clock.now(),
                )
        except RequestEntityTooLarge:
            return self.form(code, say("form.page.file_too_large", asked_language()), 413)
        except Refusal as refusal:
            return self.form(code, say(refusal.key, language, **refusal.slots), 422)
        place = url_for("form.progress", link=report.link, lang=language)
        return redirect(place, code=303)

    def progress(self, link: str) -> ResponseReturnValue:
        """Show where a matter stands; it names nobody but who is responsible."""
        with self.console.database.reading() as session:
            report = report_by_link(session, link)
            case = case_by_id(session, report.case_id) if report is not None else None
            if report is None or case is None:
                return self._nothing()
            code = session.get_one(FormCodeRow, report.code_id)
            shown = self._about(session, code) | self._standing(session, case)
        return self._page("form_progress.html", 200, **shown)

    def _about(self, session: Session, code: FormCodeRow) -> dict[str, Any]:
        community = community_by_id(session, code.community_id)
        estate = session.get(EstateRow, code.estate_id) if code.estate_id else None
        office = office_of(community)
        return {
            "community": display_name(community, asked_language()),
            "phone": office.staffed_number,
            "estate": estate.name if estate else "",
            "place": code.place,
            "zone": ZoneInfo(office.zone),
        }

    def _standing(self, session: Session, case: CaseRow) -> dict[str, Any]:
        holder = assignee_of(session, case)
        dangerous = case.urgency == Urgency.EMERGENCY and case.closed_at is None
        person = holder.called if holder else ""
        return {
            "number": shown_number(case.number),
            "person": person,
            "visit": case.visit,
            "due": case.due_at,
            "step": _step_of(case),
            "steps": _STEPS,
            "withdrawn": case.status == CaseStatus.WITHDRAWN,
            "emergency": say(reply_key(case.danger or "other"), asked_language(), person=person)
            if dangerous
            else "",
        }

    def _page(
        self, template: str, status: int, zone: ZoneInfo | None = None, **shown: Any
    ) -> ResponseReturnValue:
        words = Words(asked_language(), zone or ZoneInfo("Asia/Shanghai"), self._now())
        page = render_template(
            f"form/{template}", words=words, t=words.of, language=words.language, **shown
        )
        return page, status

    def _nothing(self) -> ResponseReturnValue:
        return self._page("form_missing.html", 404)

    def _now(self) -> datetime:
        return self.console.clock.now()

    def _source(self) -> str:
        """Seal the sender's address, so that it can be counted and names nobody."""
        address = request.remote_addr or ""
        key = self.console.secret_key.encode()
        return hmac.new(key, f"form:{address}".encode(), hashlib.sha256).hexdigest()[:32]


def make_form_blueprint(console: Console) -> Blueprint:
    """Make /f: the form, and the page on progress."""
    blueprint = Blueprint("form", __name__, url_prefix="/f", template_folder="templates")
    pages = FormPages(console)
    views: tuple[tuple[str, str, Callable[..., ResponseReturnValue]], ...] = (
        ("GET", "/<code>", pages.form),
        ("POST", "/<code>", pages.send),
        ("GET", "/progress/<link>", pages.progress),
    )
    for method, rule, view in views:
        blueprint.add_url_rule(rule, view.__name__, view, methods=[method])
    blueprint.after_request(_with_headers)
    return blueprint


def asked_language() -> str:
    """Return the language that the page was asked for in; Chinese where none was."""
    chosen = request.args.get("lang", "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def _given() -> Given:
    return Given(
        name=tidy(request.form.get("name", ""), LONGEST_LINE),
        phone=tidy(request.form.get("phone", ""), LONGEST_LINE),
        address=tidy(request.form.get("address", ""), LONGEST_LINE),
        words=tidy(request.form.get("words", ""), LONGEST_WORDS),
    )


def _files() -> list[Attached]:
    """Read the files that were attached.

    :raises Refusal: if one is too large, or is not what it should be.
    """
    found: list[Attached] = []
    for kind in ("photo", "voice"):
        upload = request.files.get(kind)
        content = _content(upload)
        if not content:
            continue
        if len(content) > LARGEST_FILE:
            raise Refusal("form.page.file_too_large")
        file = what_it_is(content, kind)
        if file is None:
            raise Refusal(f"form.page.no_{kind}")
        found.append(file)
    return found


def _content(upload: FileStorage | None) -> bytes:
    if upload is None:
        return b""
    try:
        return upload.read(LARGEST_FILE + 1) if upload.filename else b""
    finally:
        upload.close()


def _step_of(case: CaseRow) -> int:
    """Return how far a case has come, as a position in the steps."""
    positions = {
        CaseStatus.ACCEPTED: 1,
        CaseStatus.AWAITING_CONFIRMATION: 2,
        CaseStatus.CLOSED: 3,
    }
    return positions.get(CaseStatus(case.status), 0)


def _with_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address of progress is a secret
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
