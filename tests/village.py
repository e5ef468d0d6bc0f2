"""A service of a few documents, so that the desk's exchange can be tried by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from core.communities.tables import CommunityNumberRow, CommunityRow
from core.db import Database
from core.office import Office
from core.phones import kind_of
from core.residents.tables import ResidentPhoneRow, ResidentRow
from core.staff.tables import StaffPhoneRow, StaffRow
from telephony.desk.exchange import Exchange
from telephony.desk.posting import Answered
from telephony.desk.provider import DeskProvider
from telephony.ports import CallToPlace

LINE = "+869935800000"
GRANDMA_JIN = "+8613900000101"
ZHANG_MIN = "+8613900000001"
GRANDPA_WANG = "+869935800302"  # a landline
SHARED = "+8613900000103"  # of a couple
HERE = "https://line.example"
MORNING = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)

MENU = (
    '<Response><Gather numDigits="1" finishOnKey="" timeout="8" action="/ivr/turn?n=1">'
    "<Say>报事请按1</Say></Gather><Redirect>/ivr/silent</Redirect></Response>"
)
RECORDER = (
    '<Response><Record action="/ivr/recorded" recordingStatusCallback="/ivr/recording" '
    'recordingStatusCallbackEvent="completed absent" maxLength="180" finishOnKey="#"/>'
    "<Redirect>/ivr/silent</Redirect></Response>"
)
DUTY = (
    f'<Response><Dial action="/ivr/dialled" timeout="20" callerId="{LINE}">'
    f'<Number url="/ivr/duty">{ZHANG_MIN}</Number></Dial></Response>'
)
WHISPER = (
    '<Response><Gather numDigits="1" finishOnKey="" action="/ivr/duty-key">'
    "<Say>居民来电,接听请按1</Say></Gather><Hangup/></Response>"
)
GOODBYE = "<Response><Say>再见</Say><Hangup/></Response>"


Document = str | int | Callable[[], str]  # what is answered; a number: only that status

_OFFICE = {
    "area_code": "0993",
    "hours": {1: [{"start": "10:00", "end": "14:00"}]},
    "calling_windows": [{"start": "10:30", "end": "13:30"}],
    "texting_window": {"start": "10:00", "end": "21:00"},
    "roster": {1: ["zhangmin"]},
    "night_list": ["zhangmin"],
    "deputy": "zhangmin",
    "director": "zhangmin",
}


def settle(database: Database) -> int:
    """Put a small demo community into the register; returns its id."""
    office = Office.model_validate(_OFFICE).model_dump(mode="json")
    community = CommunityRow(
        key="dongcheng",
        name="东城社区",
        english_name="Dongcheng",
        demo=True,
        office=office,
        loaded_at=MORNING,
    )
    with database.transaction() as session:
        session.add(community)
        session.flush()
        session.add(CommunityNumberRow(number=LINE, community_id=community.id))
        _move_in(session, community.id, "jinguilan", "金桂兰", "金奶奶", GRANDMA_JIN)
        _move_in(session, community.id, "wangdeming", "王德明", "王大爷", GRANDPA_WANG)
        for key, called in (("liuyulan", "刘阿姨"), ("zhaozhigang", "赵大爷")):
            _move_in(session, community.id, key, key, called, SHARED)
        clerk = StaffRow(
            community_id=community.id,
            key="zhangmin",
            name="张敏",
            called="张敏",
            roles=["duty_clerk"],
            estate_keys=[],
        )
        session.add(clerk)
        session.flush()
        session.add(StaffPhoneRow(community_id=community.id, staff_id=clerk.id, phone=ZHANG_MIN))
        return community.id


def _move_in(
    session: Session, community_id: int, key: str, name: str, called: str, phone: str
) -> None:
    resident = ResidentRow(
        community_id=community_id,
        key=key,
        name=name,
        called=called,
        place="3-2-402",
        needs=[],
        consents=[],
        edited=[],
    )
    session.add(resident)
    session.flush()
    session.add(
        ResidentPhoneRow(
            community_id=community_id,
            resident_id=resident.id,
            phone=phone,
            kind=kind_of(phone).value,
        )
    )


class Village:
    """A service that answers each door with one document, and remembers what it was asked."""

    def __init__(self, database: Database) -> None:
        self.at = MORNING
        self.documents: dict[str, str | int | Callable[[], str]] = {
            "/ivr/status": "",
            "/sms/status": "",
        }
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.provider = DeskProvider(database, self, "a token", real_clock=self)
        self.exchange = Exchange(
            database,
            self,
            real_clock=self,
            webhooks=self.provider,
            public_url=HERE,
            post=self.answer,
        )

    def now(self) -> datetime:
        return self.at

    def answer(self, url: str, fields: Mapping[str, str], signature: str) -> Answered:
        assert self.provider.is_genuine(url, fields, signature)
        door = url.removeprefix(HERE).partition("?")[0]
        self.asked.append((door, dict(fields)))
        document = self.documents.get(door, 500)
        if isinstance(document, int):
            if document == 0:
                raise ConnectionRefusedError
            return Answered(document, "")
        return Answered(200, document if isinstance(document, str) else document())

    def pass_time(self, **spans: float) -> int:
        self.at += timedelta(**spans)
        return self.exchange.run(self.at)

    def fields(self, door: str) -> list[dict[str, str]]:
        return [fields for asked, fields in self.asked if asked == door]

    def statuses(self, door: str = "/ivr/status") -> list[str]:
        return [fields["CallStatus"] for fields in self.fields(door)]


def callback(to: str = GRANDMA_JIN, machine_url: str | None = None) -> CallToPlace:
    return CallToPlace(
        sender=LINE,
        to=to,
        answer_url=f"{HERE}/ivr/answered?row=1",
        status_url=f"{HERE}/ivr/status?row=1",
        ring_seconds=30,
        machine_url=machine_url,
    )
