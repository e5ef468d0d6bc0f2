"""Signing in at the console: once with a first password, always with a second proof."""

from __future__ import annotations

from datetime import timedelta

from core.access.queries import sign_in_of
from core.access.rules import MOST_TRIES_WITHOUT_PAUSE
from core.audit.queries import newest_deeds
from core.staff.queries import staff_by_key
from tests.console import PASSWORD, Clerk, text_of
from tests.line import Line
from tests.world import GRANDMA_JIN, ZHANG_MIN

NEW = {"password": "屋后有三棵老槐树开花", "password_again": "屋后有三棵老槐树开花"}
OLD = {"password": PASSWORD, "password_again": PASSWORD}


def test_a_first_password_opens_once_and_a_texted_code_proves_the_phone(line: Line) -> None:
    clerk = Clerk(line)
    password = clerk.first_password(ZHANG_MIN)
    assert clerk.knock(ZHANG_MIN, password).status_code == 303
    assert "再确认一下" in text_of(clerk.client.get("/staff", follow_redirects=True))
    clerk.does("/staff/proof/text")
    line.settle()
    code = clerk.texted_code(ZHANG_MIN)
    assert clerk.post("/staff/proof", code="000000" if code != "000000" else "1").status_code == 401
    assert clerk.post("/staff/proof", code=code).status_code == 303
    assert clerk.get("/staff").headers["Location"] == "/staff/password"
    for weak in ("短", "zhangmin1234", "aaaaaaaaaaaa"):
        assert clerk.post("/staff/password", password=weak, password_again=weak).status_code == 422
    clerk.does("/staff/password", password=PASSWORD, password_again=PASSWORD)
    assert "看板" in clerk.page("/staff")
    # whoever finds the screen unattended must know the password to change it
    for guess in ({}, {"old_password": "guess"}):
        assert clerk.post("/staff/password", **NEW, **guess).status_code == 422
        assert clerk.post("/staff/authenticator", renew="1", **guess).status_code == 422
    assert clerk.post("/staff/password", **NEW, old_password=PASSWORD).status_code == 303
    clerk.does("/staff/password", old_password=NEW["password"], **OLD)

    again = Clerk(line)
    assert again.knock(ZHANG_MIN, password).status_code == 401  # it opened once
    assert again.knock("13900000001", PASSWORD).status_code == 303

    clerk.post("/staff/sign-out-everywhere")
    for browser in (clerk, again):
        assert browser.get("/staff").headers["Location"].startswith("/staff/sign-in")
    with line.database.reading() as session:
        community_id = line.community(session).id
        staff = staff_by_key(session, community_id, "zhangmin")
        row = sign_in_of(session, staff.id if staff else 0)
        assert row is not None
        assert row.password_hash.startswith("$argon2id$")
        deeds = [deed.what for deed in newest_deeds(session, community_id)]
        assert deeds == ["signed_out", "password", "password", "password", "signed_in"]


def test_a_first_password_lasts_a_day_and_a_session_half_an_hour(line: Line) -> None:
    clerk = Clerk(line)
    password = clerk.first_password(ZHANG_MIN)
    line.clock.set(line.now + timedelta(hours=24))
    assert clerk.knock(ZHANG_MIN, password).status_code == 401

    clerk.sign_in(ZHANG_MIN)
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    for _ in range(23):
        line.clock.set(line.now + timedelta(minutes=29))
        assert clerk.get("/staff").status_code == 200
        # a page that renews itself keeps no session alive
        clerk.client.get("/staff/board", headers={"HX-Request": "true", "HX-Trigger": "live"})
    line.clock.set(line.now + timedelta(minutes=31))
    late = clerk.post("/staff/cases/1/note", words="写了很久的话,不能丢")
    assert late.status_code == 401
    assert "刚才写的话给您留着" in text_of(late)

    kept = next(
        value
        for tag, value in (
            (tag, attributes.get("value"))
            for tag, attributes in _fields(late.get_data(as_text=True))
        )
        if tag == "kept"
    )
    clerk.knock(ZHANG_MIN, PASSWORD, kept=str(kept))
    clerk.does("/staff/proof/text")
    line.settle()
    offered = clerk.does("/staff/proof", code=clerk.texted_code(ZHANG_MIN))
    assert "写了很久的话,不能丢" in offered
    assert "备注" not in line.case(1).get("summary", "")
    clerk.does("/staff/cases/1/note", words="写了很久的话,不能丢")


def test_guessing_from_elsewhere_does_not_lock_the_duty_officer_out(line: Line) -> None:
    officer = Clerk(line).sign_in(ZHANG_MIN)
    stranger = Clerk(line)
    for _ in range(MOST_TRIES_WITHOUT_PAUSE):
        assert "不对" in text_of(stranger.knock(ZHANG_MIN, "guess"))
    assert "太多" in text_of(stranger.knock(ZHANG_MIN, PASSWORD))

    assert officer.get("/staff").status_code == 200
    officer.post("/staff/sign-out")
    assert officer.knock(ZHANG_MIN, PASSWORD).status_code == 303  # from the known device


def test_a_form_of_another_site_is_refused(line: Line) -> None:
    clerk = Clerk(line).enter(ZHANG_MIN)
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    assert clerk.client.post("/staff/cases/1/accept", data={"csrf": "guess"}).status_code == 409
    foreign = clerk.client.post(
        "/staff/cases/1/accept",
        data={"csrf": clerk.csrf},
        headers={"Origin": "https://evil.example"},
    )
    assert foreign.status_code == 403
    assert line.case(1)["status"] == "dispatched"
    page = clerk.get("/staff")
    assert page.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert clerk.get("/staff/sign-in", next="//evil.example").status_code == 200


def _fields(page: str) -> list[tuple[str, dict[str, str | None]]]:
    from tests.console import _Reader

    reader = _Reader()
    reader.feed(page)
    return [(str(a.get("name")), a) for tag, a in reader.tags if tag == "input"]
