"""A call when the database is gone: an apology, the duty phones, the recorder."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.communities.tables import CommunityNumberRow, CommunityRow
from core.db import Database
from core.staff.tables import StaffPhoneRow, StaffRow
from telephony.fallback import Fallbacks, write_fallbacks
from telephony.fallback_web import make_blueprint
from telephony.signatures import TokenSignatures
from tests.twiml_schema import unknown_parts

PUBLIC = "https://line.example"
LINE = "+869935800000"
ZHANGMIN, WANGSHIFU, XIAOLI, LIUDUTY = (f"+861390000000{last}" for last in (1, 2, 3, 6))
SIGNATURES = TokenSignatures("a-token-of-the-tests")
LOADED_AT = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
OFFICE = {
    "hours": {"1": [{"start": "10:00", "end": "14:00"}]},
    "calling_windows": [{"start": "10:30", "end": "13:30"}],
    "texting_window": {"start": "10:00", "end": "21:00"},
    "roster": {"2": ["liuduty"], "1": ["zhangmin", "liuduty"]},
    "night_list": ["liuduty", "xiaoli", "somebody-who-left"],
    "deputy": "zhangmin",
    "director": "zhangmin",
}


@pytest.fixture
def fallbacks(tmp_path: Path) -> Fallbacks:
    return Fallbacks(tmp_path / "fallback", PUBLIC)


@pytest.fixture
def web(fallbacks: Fallbacks) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(make_blueprint(fallbacks, SIGNATURES, PUBLIC))
    return app.test_client()


def _post(web: FlaskClient, path: str, **fields: str) -> tuple[int, str]:
    signature = SIGNATURES.sign(PUBLIC + path, fields)
    answer = web.post(path, data=fields, headers={"X-Twilio-Signature": signature})
    return answer.status_code, answer.text


def _community(database: Database) -> None:
    with database.transaction() as session:
        community = CommunityRow(
            key="dongcheng",
            name="东城社区",
            english_name="Dongcheng",
            office=OFFICE,
            loaded_at=LOADED_AT,
        )
        session.add(community)
        session.flush()
        session.add(CommunityNumberRow(number=LINE, community_id=community.id))
        people = {"zhangmin": ZHANGMIN, "xiaoli": XIAOLI, "liuduty": LIUDUTY}
        for key, phone in (people | {"wangshifu": WANGSHIFU}).items():
            person = StaffRow(
                community_id=community.id,
                key=key,
                name=key,
                called=key,
                roles=["duty_clerk"],
                estate_keys=[],
            )
            session.add(person)
            session.flush()
            session.add(StaffPhoneRow(community_id=community.id, staff_id=person.id, phone=phone))


def test_it_apologises_names_the_emergency_numbers_rings_and_records(
    fallbacks: Fallbacks,
) -> None:
    fallbacks.keep(LINE, [LIUDUTY, XIAOLI])

    document = fallbacks.document(LINE)

    assert unknown_parts(document) == []
    verbs = list(ElementTree.fromstring(document))
    assert [verb.tag for verb in verbs] == [
        "Say",
        "Say",
        "Say",
        "Dial",
        "Dial",
        "Say",
        "Say",
        "Record",
        "Redirect",
    ]
    assert (verbs[0].text or "").startswith("对不起")
    assert "幺二零" in (verbs[1].text or "")
    assert [verb[0].text for verb in verbs[3:5]] == [LIUDUTY, XIAOLI]
    assert {verb.get("action") for verb in verbs[3:5]} == {None}
    assert verbs[7].get("action") == f"{PUBLIC}/ivr/fallback/end"
    assert "/ivr/recording#rc=3" in str(verbs[7].get("recordingStatusCallback"))


def test_the_night_list_is_rung_first_then_everybody_on_the_roster_once(
    database: Database, fallbacks: Fallbacks
) -> None:
    _community(database)

    with database.reading() as session:
        (written,) = write_fallbacks(session, fallbacks)

    rung = [number.text for number in ElementTree.parse(written).iter("Number")]
    assert rung == [LIUDUTY, XIAOLI, ZHANGMIN]


def test_the_file_is_for_the_owner_only(fallbacks: Fallbacks) -> None:
    kept = fallbacks.keep(LINE, [LIUDUTY])

    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize("number", ["+869999999999", "", "+../../etc/passwd", "anonymous", "+1\n"])
def test_without_a_file_there_is_still_the_recorder(fallbacks: Fallbacks, number: str) -> None:
    document = fallbacks.document(number)

    assert unknown_parts(document) == []
    tags = [verb.tag for verb in ElementTree.fromstring(document)]
    assert tags == ["Say", "Say", "Say", "Say", "Record", "Redirect"]


def test_a_file_cannot_be_kept_for_what_is_no_number(fallbacks: Fallbacks) -> None:
    with pytest.raises(ValueError, match="inbound number"):
        fallbacks.keep("../x", [])


def test_the_web_gives_the_file_and_asks_no_database(
    fallbacks: Fallbacks, web: FlaskClient
) -> None:
    fallbacks.keep(LINE, [LIUDUTY])

    status, document = _post(web, "/ivr/fallback", To=LINE, CallSid="CA1")

    assert (status, document) == (200, fallbacks.document(LINE))


def test_the_rung_person_takes_the_call_with_1_and_with_nothing_else(web: FlaskClient) -> None:
    _, whisper = _post(web, "/ivr/fallback/whisper", To=LIUDUTY)
    (gather, _) = ElementTree.fromstring(whisper)

    assert gather.get("action") == f"{PUBLIC}/ivr/fallback/taken"
    _, taken = _post(web, "/ivr/fallback/taken", Digits="1")
    _, refused = _post(web, "/ivr/fallback/taken", Digits="5")
    _, silent = _post(web, "/ivr/fallback/taken")

    assert [verb.tag for verb in ElementTree.fromstring(taken)] == []
    assert [verb.tag for verb in ElementTree.fromstring(refused)] == ["Hangup"]
    assert [verb.tag for verb in ElementTree.fromstring(silent)] == ["Hangup"]


def test_the_last_words_end_the_call(web: FlaskClient) -> None:
    _, end = _post(web, "/ivr/fallback/end", CallSid="CA1")

    assert [verb.tag for verb in ElementTree.fromstring(end)] == ["Say", "Hangup"]


@pytest.mark.parametrize("path", ["", "/whisper", "/taken", "/end"])
def test_the_staffs_numbers_are_given_to_nobody_else(web: FlaskClient, path: str) -> None:
    assert web.post(f"/ivr/fallback{path}", data={"To": LINE}).status_code == 403
    assert web.get(f"/ivr/fallback{path}").status_code == 405
