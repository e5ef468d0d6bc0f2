"""Somebody of the staff at the console, through its real pages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any, Self

from werkzeug.test import TestResponse

from console.doors import SESSION_COOKIE
from core.access import totp
from core.access.operations import give_first_password, offer_authenticator
from core.access.queries import hash_token
from core.access.tables import SignInRow, SignInSessionRow
from core.staff.queries import staff_by_key
from core.staff.tables import StaffRow
from tests.line import Line
from tests.world import Person

PASSWORD = "我家门前有条小河流过去"


class Clerk:
    """One browser: it keeps cookies, and sends the tokens that its pages carry."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.client = line.app.test_client()
        self.csrf = ""

    # --- the door

    def sign_in(self, who: Person, *, community: str = "dongcheng") -> Self:
        """Go through the door with a first password, an authenticator and one's own password."""
        password = self.first_password(who, community=community)
        self.knock(who, password)
        with self.line.database.transaction() as session:
            staff = self._staff(session, who, community)
            row = session.get_one(SignInRow, staff.id)
            row.totp_since = None
            secret = offer_authenticator(session, staff.id)
            row.totp_since, row.totp_step = self.line.now, 0
        code = totp.code_at(secret, totp.step_of(self.line.now))
        answer = self.post("/staff/proof", code=code)
        assert answer.status_code == 303, text_of(answer)
        answer = self.post("/staff/password", password=PASSWORD, password_again=PASSWORD)
        assert answer.status_code == 303, text_of(answer)
        return self

    def enter(self, who: Person, *, community: str = "dongcheng") -> Self:
        """Be signed in already, for stories that begin behind the door."""
        token = secrets.token_urlsafe(16)
        with self.line.database.transaction() as session:
            staff = self._staff(session, who, community)
            row = session.get(SignInRow, staff.id) or SignInRow(staff_id=staff.id)
            row.password_hash, row.changed_at = row.password_hash or "-", self.line.now
            session.add(row)
            session.flush()
            session.add(
                SignInSessionRow(
                    staff_id=staff.id,
                    token_hash=hash_token(token),
                    started_at=self.line.now,
                    seen_at=self.line.now,
                    proved_at=self.line.now,
                )
            )
        self.client.set_cookie(SESSION_COOKIE, token, path="/staff")
        self.get("/staff/me")
        return self

    def first_password(self, who: Person, *, community: str = "dongcheng") -> str:
        """Give somebody a first password, as ``linli staff first-password`` does."""
        with self.line.database.transaction() as session:
            staff = self._staff(session, who, community)
            return give_first_password(session, staff, real_now=self.line.now)

    def knock(self, who: Person | str, password: str, **fields: str) -> TestResponse:
        """Give name and password at the door."""
        name = who if isinstance(who, str) else who.phone
        given = {"name": name, "password": password, **fields}
        answer = self.client.post("/staff/sign-in", data=given)
        if answer.status_code == 303:
            self.get("/staff/proof")
        return answer

    def texted_code(self, who: Person) -> str:
        """Return the last code that was texted to somebody."""
        found = re.search(r"\d{6}", self.line.inbox(who)[-1])
        assert found is not None
        return found.group()

    # --- pages

    def get(self, path: str, **arguments: Any) -> TestResponse:
        """Open a page."""
        answer = self.client.get(path, query_string=arguments or None)
        self._remember(answer)
        return answer

    def page(self, path: str, **arguments: Any) -> str:
        """Open a page that must be there; return its text as somebody reads it."""
        answer = self.get(path, **arguments)
        assert answer.status_code == 200, (path, answer.status_code)
        return text_of(answer)

    def post(self, path: str, /, **fields: Any) -> TestResponse:
        """Send a form of a page of ours."""
        answer = self.client.post(path, data={"csrf": self.csrf, **fields})
        self._remember(answer)
        return answer

    def send(self, path: str, fields: Mapping[str, Any]) -> TestResponse:
        """Send a form with files in it."""
        return self.client.post(
            path, data={"csrf": self.csrf, **fields}, content_type="multipart/form-data"
        )

    def send_file(self, path: str, field: str, content: bytes, name: str = "a.jpg") -> TestResponse:
        """Send a large file as the bytes of one request: the client would leave its own open."""
        part = "--edge\r\nContent-Disposition: form-data; name="
        head = f'{part}"csrf"\r\n\r\n{self.csrf}\r\n{part}"{field}"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + b"\r\n--edge--\r\n"
        return self.client.post(path, data=body, content_type="multipart/form-data; boundary=edge")

    def does(self, path: str, /, **fields: Any) -> str:
        """Send a form that must be obeyed; return what the next page says."""
        answer = self.post(path, **fields)
        assert answer.status_code == 303, (path, answer.status_code, text_of(answer)[:800])
        return self.page(answer.headers["Location"])

    def _remember(self, answer: TestResponse) -> None:
        found = re.search(r'data-csrf="(\w+)"', answer.get_data()[:4000].decode(errors="replace"))
        if found:
            self.csrf = found.group(1)

    def _staff(self, session: Any, who: Person, community: str) -> StaffRow:
        row = staff_by_key(session, self.line.community(session, community).id, who.key)
        assert row is not None
        return row


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def text_of(answer: TestResponse) -> str:
    """Return the words of a page, without its marks."""
    reader = _Reader()
    reader.feed(answer.get_data(as_text=True))
    return " ".join(" ".join(reader.pieces).split())


def tags_of(answer: TestResponse) -> list[tuple[str, dict[str, str | None]]]:
    """Return every tag of a page with its attributes."""
    reader = _Reader()
    reader.feed(answer.get_data(as_text=True))
    return reader.tags
