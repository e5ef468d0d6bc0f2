"""Somebody who means harm, at the door and behind it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from console.doors import SESSION_COOKIE
from core.access import totp
from core.access.rules import CODE_TRIES
from core.access.tables import SignInRow
from core.staff.queries import staff_by_key
from tests.console import PASSWORD, Clerk, text_of
from tests.line import Line
from tests.world import DIRECTOR_GUO, GRANDMA_JIN, ZHANG_MIN


def test_a_code_serves_once_and_cannot_be_guessed_through(line: Line) -> None:
    clerk = Clerk(line).sign_in(ZHANG_MIN)
    with line.database.reading() as session:
        staff = staff_by_key(session, line.community(session).id, ZHANG_MIN.key)
        row = session.scalars(
            select(SignInRow).where(SignInRow.staff_id == (staff.id if staff else 0))
        ).one()
        secret = row.totp_secret
    seen = totp.code_at(secret, totp.step_of(line.now))  # over the shoulder, as it was typed
    thief = Clerk(line)
    assert thief.knock(ZHANG_MIN, PASSWORD).status_code == 303
    assert thief.post("/staff/proof", code=seen).status_code == 401
    # a page that is only looked at does not take the authenticator away
    assert "正在用" in clerk.page("/staff/authenticator")
    line.clock.set(line.now + timedelta(minutes=1))
    fresh = totp.code_at(secret, totp.step_of(line.now))
    assert thief.post("/staff/proof", code=fresh).status_code == 303

    guesser = Clerk(line)
    tries = 0
    while guesser.knock(ZHANG_MIN, PASSWORD).status_code == 303:
        for _ in range(CODE_TRIES):
            guesser.post("/staff/proof", code="000000")
            tries += 1
        assert tries < 30
    assert clerk.get("/staff").status_code == 200  # whoever is in stays in


def test_what_a_stranger_plants_is_not_taken_up(line: Line) -> None:
    clerk = Clerk(line)
    clerk.client.set_cookie(SESSION_COOKIE, "planted", path="/staff")
    password = clerk.first_password(DIRECTOR_GUO)
    clerk.knock(DIRECTOR_GUO, password)
    cookie = clerk.client.get_cookie(SESSION_COOKIE, path="/staff")
    assert cookie is not None
    assert cookie.value != "planted"
    assert cookie.http_only
    assert clerk.get("/staff/audit").headers["Location"] == "/staff/proof"  # half signed in

    for place in (
        "//evil.example",
        "https://evil.example",
        "/staff\\..\\evil",
        "javascript:alert(1)",
    ):
        door = Clerk(line)
        door.client.post(
            "/staff/sign-in",
            data={
                "name": "guodirector",
                "password": door.first_password(DIRECTOR_GUO),
                "next": place,
            },
        )
        door.get("/staff/proof")
        turned = door.client.post("/staff/language", data={"language": "en", "back": place})
        assert turned.headers["Location"].startswith("/staff"), place
    assert Clerk(line).knock("长" * 10_000, "长" * 10_000).status_code == 401


def test_ids_tokens_and_sizes_are_tried_in_vain(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    clerk = Clerk(line).enter(DIRECTOR_GUO)
    for path in (
        *("/staff/cases/99999999999999", "/staff/cases/0", "/staff/cases/-1", "/staff/cases/1'--"),
        *("/staff/residents/2147483648", "/staff/standing/9", "/staff/notices/9"),
        *("/staff/consultations/9", "/staff/consultations/9.xlsx", "/staff/prompts/..%2f..%2fetc"),
        *(
            "/staff/static/../web.py",
            "/staff/static/%2e%2e/doors.py",
            "/staff/static/..%2f..%2fweb.py",
        ),
        *(
            "/staff/office/staff/nobody/picture",
            "/staff/wording/../../x",
            "/f/guess",
            "/f/progress/x",
        ),
    ):
        assert clerk.get(path).status_code == 404, path
    for path in ("consultations/new", "notices/new", "standing/new", "lexicon", "wording/x"):
        bare = clerk.client.post(f"/staff/{path}", data={"words": "x"})  # without the token
        assert bare.status_code == 409, path
    large = clerk.send_file("/staff/residents/import", "list", b"x" * 9_000_000, "a.csv")
    assert (large.status_code, "最多发8兆" in text_of(large)) == (413, True)
    name = "长" * 10_000
    refused = clerk.post("/staff/residents/new", name=name)
    assert (refused.status_code, "最多 60 个" in text_of(refused)) == (422, True)
    assert "长" * 201 not in clerk.page("/staff/residents", q="长")
    long_name = {"name": "<b>", "called": name, "roles": "volunteer", "phones": "13900000077"}
    assert clerk.post("/staff/office/staff/new", **long_name).status_code in (303, 422)
    assert "<b>" not in clerk.get("/staff/office").get_data(as_text=True)
    for _ in range(2):  # an old form, sent twice: one case
        clerk.does("/staff/cases/new", words="楼道灯不亮", once="once-and-no-more")
    assert len(line.cases()) == 2
    clerk.does("/staff/cases/new", words="灯不亮", place="3号楼旁边的凉亭", once="another")
    assert line.cases()[-1]["text"] == "3号楼旁边的凉亭：灯不亮"  # what is no door is in the words
    clerk.does("/staff/cases/new", words="门不亮", place="三号楼2单元402", once="a third")
    assert [line.cases()[-1][one] for one in ("text", "place")] == ["门不亮", "3-2-402"]
    for odd in ("1", "0001-01", "99999", "2026-13", "x"):
        key = "month" if "-" in odd else "year"
        assert "2026年" in clerk.page("/staff/report", **{key: odd}), odd
    assert clerk.post("/staff/cards/form").headers["Location"].startswith("/f/")
