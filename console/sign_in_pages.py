"""The door: password, second proof, a password of one's own, the authenticator."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import segno
from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.doors import DEVICE_COOKIE, KEPT_FIELD, Doors, safe_path
from console.routes import Needs, Route
from console.services import Visit
from core.access.operations import (
    Knock,
    begin_sign_in,
    choose_password,
    confirm_authenticator,
    forget_authenticator,
    is_own_password,
    know_device,
    offer_authenticator,
    prove,
    sign_out,
    sign_out_everywhere,
    text_code,
)
from core.access.queries import device_of, hash_token, sessions_of, sign_in_of
from core.access.tables import SignInRow, SignInSessionRow
from core.audit.rules import Deed
from core.errors import Refusal
from core.phones import shown
from core.staff.queries import phone_of
from core.staff.tables import StaffRow
from core.wording.catalogue import LANGUAGES, say

_MOST_KEPT = 100_000  # characters


@dataclass(frozen=True)
class SignInPages:
    """The pages before and around a session."""

    doors: Doors

    def routes(self) -> list[Route]:
        """List the pages for whoever has a session; the door itself is public."""
        return [
            Route("GET", "/proof", self.proof, Needs.PASSWORD_ONLY),
            Route("POST", "/proof", self.give_proof, Needs.PASSWORD_ONLY),
            Route("POST", "/proof/text", self.ask_for_text, Needs.PASSWORD_ONLY),
            Route("GET", "/password", self.new_password, Needs.PROOF),
            Route("POST", "/password", self.set_password, Needs.PROOF),
            Route("GET", "/me", self.me, Needs.SIGNED_IN),
            Route("GET", "/authenticator", self.authenticator, Needs.SIGNED_IN),
            Route("POST", "/authenticator", self.confirm, Needs.SIGNED_IN),
            Route("GET", "/kept", self.show_kept, Needs.SIGNED_IN),
            Route("POST", "/sign-out", self.leave, Needs.PASSWORD_ONLY),
            Route("POST", "/sign-out-everywhere", self.leave_everywhere, Needs.SIGNED_IN),
        ]

    # --- the door

    def sign_in(self) -> ResponseReturnValue:
        """Show the door."""
        return self.doors.door()

    def knock(self) -> ResponseReturnValue:
        """Compare name and password."""
        if not self.doors.same_origin():
            return self.doors.door(403)
        console = self.doors.console
        knock = Knock(
            name=request.form.get("name", ""),
            password=request.form.get("password", ""),
            source=request.remote_addr or "",
            browser=request.headers.get("User-Agent", ""),
            device_token=request.cookies.get(DEVICE_COOKIE, ""),
        )
        with console.database.transaction() as session:
            begun = begin_sign_in(session, knock, real_now=console.real_clock.now())
            self._remember(session, begun.token)
        if begun.refusal:
            words = say(begun.refusal, self.doors.language())
            return self.doors.door(401, problem=words, name=knock.name)
        answer = make_response(redirect(url_for("console.proof"), code=303))
        return self.doors.let_in(answer, begun.token)

    def choose_language(self) -> ResponseReturnValue:
        """Write the pages in another language in this browser."""
        chosen = request.form.get("language", "")
        back = safe_path(request.form.get("back", "")) or url_for("console.sign_in")
        answer = make_response(redirect(back, code=303))
        if chosen in LANGUAGES and self.doors.same_origin():
            self.doors.speak(answer, chosen)
        return answer

    # --- the second proof

    def proof(self, visit: Visit, problem: str = "", status: int = 200) -> ResponseReturnValue:
        """Ask for the code."""
        if visit.is_proved:
            return visit.go(visit.home)
        with visit.reading() as session:
            sign_in = session.get_one(SignInRow, visit.access.staff_id)
            row = session.get_one(SignInSessionRow, visit.session_id)
            phone = phone_of(session, visit.access.staff_id)
        return visit.page(
            "proof.html",
            status,
            problem=problem,
            with_app=sign_in.totp_since is not None,
            texted=row.codes_sent > 0,
            phone_end=shown(phone)[-4:],
        )

    def give_proof(self, visit: Visit) -> ResponseReturnValue:
        """Take the code."""
        real_now = visit.console.real_clock.now()
        with visit.writing() as session:
            row = session.get_one(SignInSessionRow, visit.session_id)
            right = prove(session, row, request.form.get("code", ""), real_now=real_now)
            ended, device = row.ended_at is not None, ""
            if right:
                known = device_of(
                    session, request.cookies.get(DEVICE_COOKIE, ""), visit.access.staff_id
                )
                device = (
                    "" if known else know_device(session, visit.access.staff_id, real_now=real_now)
                )
                visit.note(session, Deed.SIGNED_IN, "staff", visit.access.staff_key)
        if ended:
            return self.doors.door(401, problem=say("console.sign_in.wait", visit.language))
        if not right:
            return self.proof(visit, visit.words.t("sign_in.wrong_code"), 401)
        answer = make_response(self._onward(visit))
        return self.doors.know(answer, device) if device else answer

    def ask_for_text(self, visit: Visit) -> ResponseReturnValue:
        """Text a code."""
        with visit.writing() as session:
            row = session.get_one(SignInSessionRow, visit.session_id)
            staff = session.get_one(StaffRow, visit.access.staff_id)
            sent = text_code(
                session, row, staff, now=visit.now, real_now=visit.console.real_clock.now()
            )
        if not sent:
            return self.proof(visit, visit.words.t("sign_in.no_text"), 409)
        return visit.go("proof", said="code_sent")

    # --- one's own password and authenticator

    def new_password(self, visit: Visit, problem: str = "") -> ResponseReturnValue:
        """Ask for a password of one's own."""
        return visit.page("password.html", 422 if problem else 200, problem=problem)

    def set_password(self, visit: Visit) -> ResponseReturnValue:
        """Set it, if the one of now was right and the new one typed the same twice."""
        if not self._knows_password(visit):
            return self.new_password(visit, visit.words.t("sign_in.old_wrong"))
        first, second = request.form.get("password", ""), request.form.get("password_again", "")
        if first != second:
            return self.new_password(visit, visit.words.t("sign_in.not_the_same"))
        try:
            with visit.writing() as session:
                staff = session.get_one(StaffRow, visit.access.staff_id)
                choose_password(session, staff, first, real_now=visit.console.real_clock.now())
                visit.note(session, Deed.PASSWORD, "staff", visit.access.staff_key)
        except Refusal as refusal:
            return self.new_password(visit, visit.explain(refusal))
        return visit.go("authenticator" if not visit.has_password else "me", said="password_set")

    def _knows_password(self, visit: Visit) -> bool:
        with visit.writing() as session:
            return is_own_password(
                session,
                visit.access.staff_id,
                request.form.get("old_password", ""),
                real_now=visit.console.real_clock.now(),
            )

    def me(self, visit: Visit) -> ResponseReturnValue:
        """Show one's own sessions and proofs."""
        with visit.reading() as session:
            found = sessions_of(
                session, visit.access.staff_id, real_now=visit.console.real_clock.now()
            )
            sign_in = sign_in_of(session, visit.access.staff_id)
        with_app = sign_in is not None and sign_in.totp_since is not None
        return visit.page("me.html", sessions=found, with_app=with_app)

    def authenticator(
        self, visit: Visit, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Show the QR code for an authenticator; one in use stays until a button is pressed."""
        with visit.reading() as session:
            sign_in = sign_in_of(session, visit.access.staff_id)
        if sign_in is not None and sign_in.totp_since is not None:
            return visit.page("authenticator.html", status, qr="", problem=problem)
        with visit.writing() as session:
            secret = offer_authenticator(session, visit.access.staff_id)
        address = _address(secret, f"Linli {visit.community_key}", visit.name)
        code = segno.make(address, error="m", micro=False)
        drawn = code.svg_inline(scale=6, border=3, dark="#111", light="#fff", omitsize=True)
        return visit.page(
            "authenticator.html", status, qr=Markup(drawn), secret=secret, problem=problem
        )

    def confirm(self, visit: Visit) -> ResponseReturnValue:
        """Take the first code of the authenticator, or begin anew with another telephone."""
        if request.form.get("renew") == "1":
            if not self._knows_password(visit):
                return self.authenticator(visit, visit.words.t("sign_in.old_wrong"), 422)
            with visit.writing() as session:
                forget_authenticator(session, visit.access.staff_id)
                visit.note(session, Deed.CHANGED, "staff", visit.access.staff_key)
            return visit.go("authenticator")
        with visit.writing() as session:
            right = confirm_authenticator(
                session,
                visit.access.staff_id,
                request.form.get("code", ""),
                real_now=visit.console.real_clock.now(),
            )
        if not right:
            return self.authenticator(visit, visit.words.t("sign_in.wrong_code"), 422)
        return visit.go(visit.home, said="authenticator_set")

    def show_kept(self, visit: Visit) -> ResponseReturnValue:
        """Offer the words of a form whose session had ended, once."""
        with visit.writing() as session:
            row = session.get_one(SignInSessionRow, visit.session_id)
            kept, row.kept = self.doors.read_kept(row.kept), ""
        return visit.page("kept.html", kept=kept) if kept else visit.go(visit.home)

    # --- out

    def leave(self, visit: Visit) -> ResponseReturnValue:
        """End this session."""
        with visit.writing() as session:
            row = session.get_one(SignInSessionRow, visit.session_id)
            sign_out(session, row, real_now=visit.console.real_clock.now())
            visit.note(session, Deed.SIGNED_OUT, "staff", visit.access.staff_key)
        return self.doors.let_out(make_response(visit.go("sign_in")))

    def leave_everywhere(self, visit: Visit) -> ResponseReturnValue:
        """End every session of one's own."""
        with visit.writing() as session:
            sign_out_everywhere(
                session, visit.access.staff_id, real_now=visit.console.real_clock.now()
            )
            visit.note(session, Deed.SIGNED_OUT, "staff", visit.access.staff_key)
        return self.doors.let_out(make_response(visit.go("sign_in")))

    def _remember(self, session: Session, token: str) -> None:
        """Keep with a new session where they wanted to go, and what they were writing."""
        if not token:
            return
        row = session.scalar(
            select(SignInSessionRow).where(SignInSessionRow.token_hash == hash_token(token))
        )
        assert row is not None
        row.wanted = safe_path(request.form.get("next", ""))
        row.kept = request.form.get(KEPT_FIELD, "")[:_MOST_KEPT]

    def _onward(self, visit: Visit) -> ResponseReturnValue:
        with visit.reading() as session:
            row = session.get_one(SignInSessionRow, visit.session_id)
        if row.kept:
            return visit.go("show_kept")
        return redirect(row.wanted, code=303) if row.wanted else visit.go(visit.home)


def _address(secret: str, issuer: str, name: str) -> str:
    """Return what the QR code for an authenticator holds (Google's key URI format)."""
    label = quote(f"{issuer}:{name}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}"
