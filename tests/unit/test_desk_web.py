"""The desk's doors: for a demo, for this machine, for its own page; and what they answer."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.communities.tables import CommunityRow
from core.db import Database
from telephony.desk.sound import silent_wav
from telephony.desk.web import DeskOffice, make_blueprint
from telephony.ports import TextToSend
from telephony.speech.prompt_book import PromptBook
from telephony.speech.store import Speaker
from tests.sounds import file_of, spoken
from tests.village import (
    GOODBYE,
    GRANDMA_JIN,
    HERE,
    LINE,
    MENU,
    MORNING,
    RECORDER,
    Village,
    callback,
    settle,
)

OWN = {"X-Linli-Desk": "1", "Host": "127.0.0.1:8000"}
PLAYED = MENU.replace("<Say>报事请按1</Say>", f"<Play>{HERE}/ivr/audio/abc.wav</Play>")


class Page:
    """The desk's page on this machine, and what app would hand in."""

    def __init__(self, database: Database) -> None:
        self.village = Village(database)
        self.community = settle(database)
        self.allowed = True
        self.moved: list[datetime] = []
        self.stopped: list[bool] = []
        office = DeskOffice(
            is_allowed=lambda: self.allowed,
            cases_look=lambda _session, community: [{"number": 1, "community": community}],
            next_morning=lambda _session, _community, now: now + timedelta(hours=20),
            move_clock=self.moved.append,
            stop_clock=lambda: self.stopped.append(True),
            tasks_look=lambda _session, _community: [
                {"number": 1, "state": "done"},
                {"number": 2, "state": "open"},
            ],
        )
        speaker = Speaker(
            ahead=None,
            at_once=None,
            secret_key="a key of the tests",
            public_url=HERE,
            real_clock=self.village,
        )
        book = PromptBook(speaker, self.village)
        app = Flask("desk")
        app.register_blueprint(
            make_blueprint(database, self.village, self.village.exchange, office, book, HERE)
        )
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **headers: str) -> tuple[int, object]:
        answer = self.client.get(path, headers={"Host": "127.0.0.1:8000"} | headers)
        return answer.status_code, answer.get_json(silent=True)

    def post(self, path: str, body: object, **headers: str) -> tuple[int, dict[str, object]]:
        answer = self.client.post(path, json=body, headers=OWN | headers)
        return answer.status_code, answer.get_json(silent=True) or {}


@pytest.fixture
def page(database: Database) -> Page:
    return Page(database)


def test_the_page_is_there_in_a_demo_on_this_machine(page: Page) -> None:
    answer = page.client.get("/desk", headers={"Host": "127.0.0.1:8000"})

    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    for name in ("desk.js", "desk.css", "icon.svg"):
        with page.client.get(f"/desk/static/{name}", headers={"Host": "127.0.0.1:8000"}) as given:
            assert given.status_code == 200
    assert page.get("/desk", Host="localhost:8000")[0] == 200
    assert page.get("/desk", Host="[::1]:8000")[0] == 200


def test_without_a_demo_there_is_no_desk(page: Page) -> None:
    page.allowed = False

    doors = ("/desk", "/desk/static/desk.js", "/desk/api/phones", "/desk/api/state")
    assert [page.get(door)[0] for door in doors] == [403] * 4
    assert page.post("/desk/api/texts", {})[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "line.example"},
        {"X-Forwarded-For": "203.0.113.5"},
        {"Forwarded": "for=203.0.113.5"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": ""},
    ],
)
def test_another_machine_is_refused_also_behind_a_proxy(
    page: Page, headers: dict[str, str]
) -> None:
    assert page.get("/desk", **headers)[0] == 403


def test_another_address_is_refused(page: Page) -> None:
    answer = page.client.get(
        "/desk", headers={"Host": "127.0.0.1"}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:9000"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
def test_another_page_is_refused(page: Page, headers: dict[str, str]) -> None:
    assert page.post("/desk/api/calls", {}, **headers)[0] == 403


def test_a_request_without_the_pages_own_header_is_refused(page: Page) -> None:
    answer = page.client.post("/desk/api/calls", json={}, headers={"Host": "127.0.0.1:8000"})

    assert answer.status_code == 403


def test_the_phones_are_everybodys_a_strangers_and_a_hidden_one(page: Page) -> None:
    _, (community,) = page.get("/desk/api/phones")  # type: ignore[misc]

    shown = [(known["kind"], known["name"], known["dialled"]) for known in community["handsets"]]
    assert (community["name"], community["dialled"]) == ("东城社区", "5800000")
    assert shown == [
        ("resident", "金奶奶", "13900000101"),
        ("resident", "王大爷", "5800302"),
        ("resident", "刘阿姨、赵大爷", "13900000103"),  # a couple's phone is one handset
        ("stranger", "", "13912345678"),
        ("hidden", "", ""),
        ("staff", "张敏", "13900000001"),
    ]


def test_a_call_through_the_doors(page: Page) -> None:
    page.village.documents |= {"/ivr/inbound": PLAYED, "/ivr/turn": GOODBYE}

    status, call = page.post("/desk/api/calls", {"phone": GRANDMA_JIN, "number": LINE})
    assert status == 200
    assert call["heard"] == [{"kind": "play", "url": "/ivr/audio/abc.wav", "words": ""}]
    again, _ = page.post("/desk/api/calls", {"phone": GRANDMA_JIN, "number": LINE})
    assert again == 409
    where = f"/desk/api/calls/{call['id']}"
    _, call = page.post(f"{where}/step", {"event": "key", "key": "1", "turn": call["turn"]})
    assert page.village.fields("/ivr/turn")[0]["Digits"] == "1"
    _, call = page.post(f"{where}/step", {"event": "finished", "turn": call["turn"]})
    assert call["state"] == "completed"


def test_a_voice_and_typed_words_are_recorded(page: Page) -> None:
    page.village.documents |= {
        "/ivr/inbound": RECORDER,
        "/ivr/recording": "",
        "/ivr/recorded": RECORDER,
    }
    _, call = page.post("/desk/api/calls", {"phone": GRANDMA_JIN, "number": LINE})
    where = f"/desk/api/calls/{call['id']}"

    voice = base64.b64encode(silent_wav(3)).decode()
    _, call = page.post(f"{where}/speak", {"wav": voice, "key": "#", "turn": call["turn"]})
    page.post(f"{where}/hang-up", {"words": "下水道"})

    first, second = page.village.fields("/ivr/recording")
    assert (first["RecordingDuration"], "LinliTypedWords" in first) == ("3", False)
    assert second["LinliTypedWords"] == "下水道"


def test_a_phone_that_rings_is_answered_or_refused(page: Page) -> None:
    page.village.documents["/ivr/answered"] = MENU
    page.village.provider.place_call(callback())
    (ringing,) = page.village.exchange.ringing()

    _, call = page.post(f"/desk/api/calls/{ringing.id}/answer", {"machine": False})
    assert call["state"] == "in-progress"
    page.post(f"/desk/api/calls/{ringing.id}/hang-up", {})
    page.village.provider.place_call(callback())
    (ringing,) = page.village.exchange.ringing()
    _, call = page.post(f"/desk/api/calls/{ringing.id}/reject", {})
    assert call["state"] == "busy"


def test_a_text_with_a_picture_and_its_reply(page: Page) -> None:
    page.village.documents["/sms/inbound"] = "<Response><Message>记下了</Message></Response>"
    picture = {"type": "image/png", "content": base64.b64encode(b"a picture").decode()}

    status, text = page.post(
        "/desk/api/texts",
        {"phone": GRANDMA_JIN, "number": LINE, "words": "", "pictures": [picture]},
    )

    assert (status, text["status"]) == (200, "received")
    (fields,) = page.village.fields("/sms/inbound")
    assert (fields["NumMedia"], fields["MediaContentType0"]) == ("1", "image/png")
    assert page.village.provider.fetch(fields["MediaUrl0"]).content == b"a picture"
    (sid,) = text["pictures"]  # type: ignore[misc]
    shown = page.client.get(f"/desk/api/media/{sid}", headers={"Host": "127.0.0.1:8000"})
    assert (shown.data, shown.mimetype) == (b"a picture", "image/png")


def test_the_state_shows_calls_texts_cases_and_what_is_unread(
    page: Page, database: Database
) -> None:
    page.village.provider.send_text(TextToSend(LINE, GRANDMA_JIN, "您好", f"{HERE}/sms/status"))
    page.village.provider.place_call(callback())
    where = f"/desk/api/state?community={page.community}&phone=%2B8613900000101"

    _, state = page.get(where)

    assert isinstance(state, dict)
    assert state["now"] == MORNING.isoformat()
    assert state["moving_to"] is None
    assert state["unread"] == {GRANDMA_JIN: 1}
    assert [call["phone"] for call in state["calls"]] == [GRANDMA_JIN]
    (text,) = state["threads"][GRANDMA_JIN]
    assert (text["words"], text["read"]) == ("您好", False)
    assert state["cases"] == [{"number": 1, "community": page.community}]
    page.post("/desk/api/read", {"phone": GRANDMA_JIN, "last": text["id"]})
    assert page.get(where)[1]["unread"] == {}  # type: ignore[index]


def test_the_cases_of_a_real_community_are_not_shown(page: Page, database: Database) -> None:
    with database.transaction() as session:
        session.scalars(select(CommunityRow)).one().demo = False

    _, state = page.get(f"/desk/api/state?community={page.community}")
    assert state["cases"] == []  # type: ignore[index]
    assert page.get("/desk/api/phones")[1] == []


def test_the_clock_is_moved_forward_only_and_not_for_months(page: Page, database: Database) -> None:
    here = {"community": page.community}

    answers = [
        page.post("/desk/api/clock", here | moved)[0]
        for moved in ({"minutes": 60}, {}, {"minutes": -5}, {"minutes": 0}, {"minutes": 99999})
    ]

    assert answers == [200, 200, 400, 400, 400]
    assert page.moved == [MORNING + timedelta(hours=1), MORNING + timedelta(hours=20)]


@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("calls/1/step", {"event": "key", "key": "11"}),
        ("calls/1/step", {"event": "earthquake"}),
        ("calls/1/step", {"event": "key", "key": "1", "turn": "two"}),
        ("calls/1/step", ["key"]),
        ("calls/1/speak", {"wav": "not base64!"}),
        ("calls/1/speak", {"words": 5}),
        ("texts", {"phone": GRANDMA_JIN, "words": "长" * 20_001}),
        ("texts", {"phone": GRANDMA_JIN, "pictures": [{"type": "text/html", "content": ""}]}),
        ("texts", {"phone": GRANDMA_JIN, "pictures": 7}),
        ("texts", {"phone": "x", "number": "y", "words": "下水道堵了"}),
        ("texts", {"phone": GRANDMA_JIN + "\r\nX: y", "number": LINE, "words": "水"}),
        ("calls", {"phone": "x", "number": LINE}),
        ("read", {"phone": GRANDMA_JIN, "last": 10**30}),
        ("clock", {"minutes": 10**12}),
        ("clock", {"minutes": -(10**9)}),
    ],
)
def test_what_cannot_be_used_is_refused(page: Page, door: str, body: object) -> None:
    assert page.post(f"/desk/api/{door}", body)[0] == 400


def test_a_walk_of_the_clock_can_be_stopped(page: Page) -> None:
    assert page.post("/desk/api/clock/stop", {}) == (200, {"moving_to": None})
    assert page.stopped == [True]


def test_the_open_tasks_of_the_community_are_shown(page: Page) -> None:
    _, state = page.get(f"/desk/api/state?community={page.community}")
    _, elsewhere = page.get("/desk/api/state?community=99")

    assert isinstance(state, dict)
    assert isinstance(elsewhere, dict)
    assert (state["tasks"], elsewhere["tasks"]) == ([{"number": 2, "state": "open"}], [])


def test_numbers_too_large_for_a_database_are_no_fault(page: Page) -> None:
    assert page.get(f"/desk/api/state?community={10**30}")[0] == 200
    assert page.post(f"/desk/api/calls/{10**30}/hang-up", {})[0] == 404


def test_half_an_emoji_does_not_lose_the_text(page: Page) -> None:
    body = {"phone": GRANDMA_JIN, "number": LINE, "words": "\ud800下水道堵了"}

    status, text = page.post("/desk/api/texts", body)

    assert (status, text["words"]) == (200, "\ufffd下水道堵了")


def test_a_call_that_is_not_there_is_not_found(page: Page) -> None:
    assert page.post("/desk/api/calls/77/step", {"event": "silence"})[0] == 404
    assert page.get("/desk/api/media/RE77")[0] == 404


def test_a_landline_does_not_text(page: Page) -> None:
    body = {"phone": "+869935800302", "number": LINE, "words": "你好"}

    assert page.post("/desk/api/texts", body) == (409, {"error": "cannot_text"})


def test_a_prompt_is_recorded_heard_and_forgotten_on_the_desk(page: Page) -> None:
    chosen = {"name": "first.report", "language": "zh_CN", "pace": "normal"}
    assert page.post("/desk/api/prompts/hear", chosen) == (200, {"url": ""})

    wav = base64.b64encode(file_of(spoken())).decode()
    status, kept = page.post("/desk/api/prompts/keep", {**chosen, "wav": wav})

    assert (status, kept["source"], kept["words"]) == (200, "human", "报事，请按1。")
    status, heard = page.post("/desk/api/prompts/hear", chosen)
    assert heard == {"url": f"/ivr/audio/{kept['hash']}.wav"}
    _, listed = page.get("/desk/api/prompts?language=zh_CN&pace=normal")
    assert [one["name"] for one in listed if one["source"] == "human"] == ["first.report"]
    assert page.post("/desk/api/prompts/forget", chosen) == (200, {})
    assert page.post("/desk/api/prompts/hear", chosen) == (200, {"url": ""})


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"name": "first.nothing", "language": "zh_CN", "pace": "normal"}, 200, "没有叫"),
        (
            {"name": "first.report", "language": "zh_CN", "pace": "normal", "wav": ""},
            200,
            "不是声音",
        ),
        ({"name": "first.report", "language": "fr", "pace": "normal"}, 400, ""),
        ({"name": "first.report", "language": "en", "pace": "fast"}, 400, ""),
        ({"name": 1, "language": "en", "pace": "slow"}, 400, ""),
    ],
)
def test_a_recording_that_cannot_be_used_is_refused_on_the_desk(
    page: Page, asked: dict[str, object], status: int, told: str
) -> None:
    answered, refused = page.post("/desk/api/prompts/keep", asked)

    assert answered == status
    if told:
        assert told in refused["refused"]
