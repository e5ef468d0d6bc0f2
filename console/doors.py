"""The door: cookies, the session behind them, tokens against foreign pages, headers."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from console.services import Console, Visit
from console.words import Words
from core.access.queries import access_of, session_of, sign_in_of
from core.access.rules import ENDS_AFTER
from core.access.tables import SignInSessionRow
from core.communities.queries import communities, community_by_id, display_name, office_of
from core.staff.queries import staff_by_id
from core.staff.tables import StaffRow
from core.wording.catalogue import LANGUAGES

SESSION_COOKIE, DEVICE_COOKIE, LANGUAGE_COOKIE = "linli_staff", "linli_device", "linli_language"
CSRF_FIELD, CSRF_HEADER = "csrf", "X-CSRF"
KEPT_FIELD = "kept"
_DEVICE_LASTS = timedelta(days=365)
_TOUCH_AFTER = timedelta(minutes=1)
_MOST_KEPT = 40_000  # characters of what somebody was writing
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Kept:
    """What somebody was sending when their session ended."""

    path: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Doors:
    """Knows who knocks."""

    console: Console

    # --- who is it

    def visit(self) -> Visit | None:
        """Return who looks at the page; None if no session of theirs lasts."""
        token = request.cookies.get(SESSION_COOKIE, "")
        if not token:
            return None
        real_now = self.console.real_clock.now()
        with self.console.database.reading() as session:
            row = session_of(session, token, real_now=real_now)
            staff = staff_by_id(session, row.staff_id) if row is not None else None
            if row is None or staff is None or staff.left_at is not None:
                return None
            visit = self._visit(session, row, staff, token)
            is_stale = real_now - row.seen_at > _TOUCH_AFTER
            row_id = row.id
        if is_stale and not _is_polling():
            with self.console.database.transaction() as session:
                session.get_one(SignInSessionRow, row_id).seen_at = real_now
        return visit

    def language(self, fallback: str = LANGUAGES[0]) -> str:
        """Return the language of the pages in this browser."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        return chosen if chosen in LANGUAGES else fallback

    def is_ours(self, visit: Visit) -> bool:
        """Tell whether a form was sent from a page of ours to this very session."""
        given = request.form.get(CSRF_FIELD, "") or request.headers.get(CSRF_HEADER, "")
        keys = (self.console.secret_key, *self.console.earlier_keys)
        ours = [_csrf(key, visit.token).encode() for key in keys]
        return any(hmac.compare_digest(given.encode(), one) for one in ours) and self.same_origin()

    def same_origin(self) -> bool:
        """Tell whether a browser says that another site sent this."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = request.headers.get("Origin")
        return origin in (None, "null") or urlsplit(origin or "").netloc in (
            request.host,
            urlsplit(self.console.public_url).netloc,
        )

    # --- who is not in

    def ask_to_sign_in(self) -> ResponseReturnValue:
        """Show the door; what was being sent is kept for after it."""
        if request.headers.get("HX-Request"):
            answer = make_response("", 401)
            answer.headers["HX-Redirect"] = url_for("console.sign_in")
            return answer
        if request.method == "POST":
            return self.door(401, kept=self.keep(), ended=True)
        return redirect(url_for("console.sign_in", next=request.full_path.rstrip("?")), code=303)

    def keep_and_go(self, endpoint: str) -> ResponseReturnValue:
        """Send the browser one step back."""
        return redirect(url_for(f"console.{endpoint}"), code=303)

    def refuse_foreign(self, visit: Visit) -> ResponseReturnValue:
        """Refuse a form of another site, or of a session that ended; the words are kept."""
        if not self.same_origin():
            return visit.page("refused.html", 403)
        return visit.page("kept.html", 409, kept=self.read_kept(self.keep()))

    def door(self, status: int = 200, **shown: Any) -> ResponseReturnValue:
        """Render the page with the door."""
        language = self.language()
        with self.console.database.reading() as session:
            names = [display_name(row, language) for row in communities(session)]
        words = Words(language, ZoneInfo("Asia/Shanghai"), self.console.clock.now())
        page = render_template(
            "console/sign_in.html",
            t=words.t,
            words=words,
            language=language,
            communities=names[:3],
            next=safe_path(request.values.get("next", "")),
            **({"kept": request.form.get(KEPT_FIELD, "")} | shown),
        )
        return page, status

    # --- words that wait

    def keep(self) -> str:
        """Seal what was being sent, so that the page after the door can offer it again."""
        fields = [
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in (CSRF_FIELD, KEPT_FIELD) and "password" not in name
        ]
        if sum(len(value) for _, value in fields) > _MOST_KEPT:
            return ""
        return str(self._sealer().dumps([request.path, fields]))

    def read_kept(self, sealed: str) -> Kept | None:
        """Open what was sealed; None if it was tampered with."""
        try:
            path, fields = self._sealer().loads(sealed)
        except BadData:
            return None
        return Kept(safe_path(path), tuple((str(name), str(value)) for name, value in fields))

    # --- cookies

    def let_in(self, answer: Response, token: str) -> Response:
        """Give the browser its session."""
        self._set_cookie(answer, SESSION_COOKIE, token, ENDS_AFTER)
        return answer

    def let_out(self, answer: Response) -> Response:
        """Take the session from the browser."""
        answer.delete_cookie(SESSION_COOKIE, path="/staff")
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    def know(self, answer: Response, token: str) -> Response:
        """Let the browser be known again."""
        self._set_cookie(answer, DEVICE_COOKIE, token, _DEVICE_LASTS)
        return answer

    def speak(self, answer: Response, language: str) -> Response:
        """Remember the language of this browser."""
        self._set_cookie(answer, LANGUAGE_COOKIE, language, _DEVICE_LASTS)
        return answer

    def _set_cookie(self, answer: Response, name: str, value: str, lasts: timedelta) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=lasts,
            path="/staff",
            httponly=True,
            samesite="Lax",
            secure=self.console.is_secure,
        )

    def _sealer(self) -> URLSafeSerializer:
        keys = [*reversed(self.console.earlier_keys), self.console.secret_key]  # the last one seals
        return URLSafeSerializer(keys, salt="words that wait")

    def _visit(self, session: Session, row: SignInSessionRow, staff: StaffRow, token: str) -> Visit:
        community = community_by_id(session, staff.community_id)
        sign_in = sign_in_of(session, staff.id)
        language = self.language(staff.language)
        return Visit(
            console=self.console,
            access=access_of(session, staff),
            name=staff.name,
            community=display_name(community, language),
            community_key=community.key,
            zone=ZoneInfo(office_of(community).zone),
            language=language,
            session_id=row.id,
            token=token,
            has_password=sign_in is not None and bool(sign_in.password_hash),
            is_proved=row.proved_at is not None,
            csrf=self.csrf_of(token),
        )

    def csrf_of(self, token: str) -> str:
        """Return the token that forms of this session carry."""
        return _csrf(self.console.secret_key, token)


def _csrf(key: str, token: str) -> str:
    return hmac.new(key.encode(), f"csrf:{token}".encode(), hashlib.sha256).hexdigest()


def safe_path(written: str) -> str:
    """Return a path of the console, or nothing: never the address of another site.

    >>> safe_path("/staff/cases?late=1"), safe_path("//evil.example"), safe_path("/staff\\\\x")
    ('/staff/cases?late=1', '', '')
    """
    plain = written.replace("\x00", "")
    if not plain.startswith("/staff") or "\\" in plain or "\n" in plain or "\r" in plain:
        return ""
    return plain[:500]


def with_headers(response: Response) -> Response:
    """Add what every page of the console says to the browser."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _is_polling() -> bool:
    """Tell whether the page asks by itself: that must not keep a forgotten session alive."""
    return request.headers.get("HX-Trigger") == "live" or "live" in request.args
