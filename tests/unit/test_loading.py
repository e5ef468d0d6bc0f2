"""Loading: idempotent, merged by key, nothing deleted, the difference printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.cases.queries import events_of
from core.cases.rules import CaseStatus
from core.cases.tables import CaseRow
from core.communities.queries import communities, community_by_key, estates_of, office_of
from core.communities.tables import OfficialDayRow
from core.db import Database
from core.loading.changes import Changes
from core.loading.file import BadFile
from core.loading.holidays import load_holidays, read_holidays
from core.loading.operations import load_file
from core.outbox.tables import OutboxRow
from core.residents.queries import phones_of, residents_of_phone
from core.residents.tables import ResidentPhoneRow, ResidentRow
from core.sla.queries import calendar_of, calendar_without_local
from core.staff.queries import staff_by_key, staff_of_phone
from core.staff.tables import StaffRow
from core.tasks.tables import TaskRow
from tests.world import NEIGHBOURS

FIXTURES = Path(__file__).parents[2] / "fixtures"
DEMO = (FIXTURES / "demo" / "community.toml").read_text("utf-8").partition(NEIGHBOURS)[0]
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # a Monday, noon in Beijing
LATER = NOW + timedelta(hours=1)


def load(database: Database, text: str, *, now: datetime = NOW, replace: bool = False) -> Changes:
    with database.transaction() as session:
        return load_file(session, name="our.toml", text=text, now=now, replace=replace)


def without(key: str, text: str = DEMO) -> str:
    """Take one [[section]] out of the file."""
    blocks = text.split("\n[[")
    kept = [block for block in blocks if f'key = "{key}"\n' not in block]
    assert len(kept) == len(blocks) - 1
    return "\n[[".join(kept)


@pytest.fixture
def reading(database: Database) -> Iterator[Session]:
    """A session to look at what is there; it sees what was committed before its first look."""
    with database.reading() as session:
        yield session


def resident(session: Session, key: str) -> ResidentRow:
    return session.scalars(select(ResidentRow).where(ResidentRow.key == key)).one()


def test_a_file_is_loaded_whole(database: Database, reading: Session) -> None:
    changes = load(database, DEMO)

    community = community_by_key(reading, "dongcheng")
    assert community is not None
    assert community.demo
    assert office_of(community).night_list == ("liuduty", "zhangmin", "xiaoli")
    counts = [
        reading.scalar(select(func.count()).select_from(row)) for row in (StaffRow, ResidentRow)
    ]
    assert counts == [12, 51]
    couple = residents_of_phone(reading, community.id, "+8613900000103")
    assert [person.name for person in couple] == ["刘玉兰", "赵志刚"]
    wang = resident(reading, "wangdeming")
    assert [(row.phone, row.kind) for row in phones_of(reading, wang.id)] == [
        ("+869935800302", "landline")
    ]
    assert "+ 居民 resident jinguilan 金桂兰" in str(changes)


def test_loading_the_same_file_again_changes_nothing(database: Database, reading: Session) -> None:
    load(database, DEMO)

    changes = load(database, DEMO, now=LATER)

    assert changes.is_empty
    assert str(changes) == "dongcheng: nothing changed 没有变化"
    assert len(reading.scalars(select(ResidentPhoneRow)).all()) == 51


def test_a_change_is_merged_by_key_and_printed(database: Database, reading: Session) -> None:
    load(database, DEMO)
    text = DEMO.replace('place = "3-2-402"', 'place = "9-2-402"').replace(
        'phones = ["13900000101"]', 'phones = ["13900000199"]'
    )

    changes = load(database, text)

    assert changes.lines == [
        "~ 居民 resident jinguilan grid_id: qinghu-1 → qinghu-2",
        "~ 居民 resident jinguilan place: 3-2-402 → 9-2-402",
        "~ 居民 resident jinguilan phones: +8613900000101 → +8613900000199",
    ]
    moved = resident(reading, "jinguilan")
    assert [row.phone for row in phones_of(reading, moved.id)] == ["+8613900000199"]


def test_office_settings_are_merged_too(database: Database, reading: Session) -> None:
    load(database, DEMO)

    changes = load(database, DEMO.replace('"16:30-20:00"', '"16:30-19:00"'))

    community = community_by_key(reading, "dongcheng")
    assert community is not None
    assert str(office_of(community).calling_windows[1].end) == "19:00:00"
    assert changes.lines == [
        "~ 办公室 office dongcheng calling_windows: 10:30-13:30, 16:30-20:00 → "
        "10:30-13:30, 16:30-19:00"
    ]


def test_changed_hours_are_printed_as_a_clerk_writes_them(database: Database) -> None:
    load(database, DEMO)

    changes = load(database, DEMO.replace('monday = ["10:00-14:00", ', 'monday = ["9:00-14:00", '))

    assert changes.lines == [
        "~ 办公室 office dongcheng hours monday: 10:00-14:00, 16:00-20:00 → 09:00-14:00, "
        "16:00-20:00"
    ]


def test_a_resident_with_a_staff_phone_is_loaded_with_a_warning(database: Database) -> None:
    changes = load(database, DEMO.replace('phones = ["13900000110"]', 'phones = ["13900000003"]'))

    (warning,) = (line for line in changes.lines if line.startswith("! "))
    assert "+8613900000003 也是工作人员 李强 的号码" in warning


def test_a_long_name_is_loaded_and_pointed_out(database: Database) -> None:
    changes = load(database, DEMO.replace('name = "东城社区"', 'name = "青湖路第一城市社区"'))

    (warning,) = (line for line in changes.lines if line.startswith("! "))
    assert "有 9 个字" in warning


def test_who_the_file_no_longer_names_is_marked_and_not_deleted(
    database: Database, reading: Session
) -> None:
    load(database, DEMO)

    changes = load(database, without("jinguilan"), now=LATER)

    assert changes.lines == ["- 居民 resident jinguilan 金桂兰"]
    assert resident(reading, "jinguilan").left_at == LATER


def test_who_comes_back_is_the_same_person(database: Database, reading: Session) -> None:
    load(database, DEMO)
    load(database, without("jinguilan"), now=LATER)

    changes = load(database, DEMO, now=LATER)

    assert changes.lines == ["+ 居民 resident jinguilan 金桂兰 (back 回来了)"]
    assert resident(reading, "jinguilan").left_at is None


def test_fields_edited_by_hand_stay_unless_replaced(database: Database, reading: Session) -> None:
    load(database, DEMO)
    with database.transaction() as session:
        jin = resident(session, "jinguilan")
        jin.called, jin.edited = "金老师", ["called"]

    kept = load(database, DEMO)
    assert kept.is_empty
    assert kept.lines == [
        "= 居民 resident jinguilan called: 金老师 (edited by hand, kept 手改过,保留)"
    ]
    replaced = load(database, DEMO, replace=True)
    assert replaced.lines == ["~ 居民 resident jinguilan called: 金老师 → 金奶奶"]
    assert resident(reading, "jinguilan").edited == []


def test_phones_edited_by_hand_stay_too(database: Database, reading: Session) -> None:
    load(database, DEMO)
    with database.transaction() as session:
        jin = resident(session, "jinguilan")
        phones_of(session, jin.id)[0].phone = "+8613900000188"
        jin.edited = ["phones"]

    load(database, DEMO)

    jin = resident(reading, "jinguilan")
    assert [row.phone for row in phones_of(reading, jin.id)] == ["+8613900000188"]


def test_a_resident_added_by_hand_is_not_sent_away_by_the_file(
    database: Database, reading: Session
) -> None:
    load(database, DEMO)
    with database.transaction() as session:
        community = community_by_key(session, "dongcheng")
        assert community is not None
        session.add(
            ResidentRow(
                community_id=community.id, key="new", name="新邻居", called="新邻居",
                needs=[], consents=[], edited=["added"],
            )
        )  # fmt: skip

    assert load(database, DEMO, replace=True).is_empty
    assert resident(reading, "new").left_at is None


def test_two_colleagues_may_swap_phones(database: Database, reading: Session) -> None:
    load(database, DEMO)
    text = (
        DEMO.replace('"13900000001"', '"swap"')
        .replace('"13900000006"', '"13900000001"')
        .replace('"swap"', '"13900000006"')
    )

    changes = load(database, text)

    community = community_by_key(reading, "dongcheng")
    assert community is not None
    holder = staff_of_phone(reading, community.id, "+8613900000001")
    assert holder is not None
    assert holder.key == "liuduty"
    assert len(changes.lines) == 2


def open_case(session: Session, *, assignee: str, number: int = 1) -> None:
    jin = resident(session, "jinguilan")
    staff = staff_by_key(session, jin.community_id, assignee)
    assert staff is not None
    session.add(
        CaseRow(
            community_id=jin.community_id, number=number, status=CaseStatus.ACCEPTED,
            category="repair", urgency="P2", channel="sms", resident_id=jin.id,
            phone="+8613900000101", words="下水道堵了", place=jin.place, estate_id=jin.estate_id,
            grid_id=jin.grid_id, assignee_id=staff.id, visit="明天上午来", opened_at=NOW,
            received_on=NOW.date(), first_due_at=NOW + timedelta(days=3),
            due_at=NOW + timedelta(days=3), provisional=False, accepted_at=NOW,
        )
    )  # fmt: skip
    session.add(
        TaskRow(
            community_id=jin.community_id, number=7, key="t7", kind="call_back", words="回电话",
            owner_staff_id=staff.id, state="open", due_at=NOW, created_at=NOW,
        )
    )  # fmt: skip


def test_open_cases_and_tasks_of_somebody_who_left_are_handed_over(
    database: Database, reading: Session
) -> None:
    load(database, DEMO)
    with database.transaction() as session:
        open_case(session, assignee="wangshifu")
    successor = DEMO.replace('key = "wangshifu"\nname = "王建国"\ncalled = "王师傅"',
                             'key = "mashifu"\nname = "马建国"\ncalled = "马师傅"')  # fmt: skip
    successor = successor.replace('phones = ["13900000002"]', 'phones = ["13900000020"]')

    changes = load(database, successor, now=LATER)

    assert changes.left_with_open_cases == ["wangshifu"]
    assert changes.handed_over == ["0001", "T7"]
    assert "> 0001 王建国 → 马建国 (handed over 已转交)" in changes.lines
    case = reading.scalars(select(CaseRow)).one()
    mashifu = staff_by_key(reading, case.community_id, "mashifu")
    assert mashifu is not None
    assert (case.assignee_id, case.status, case.visit) == (mashifu.id, "dispatched", "")
    assert case.due_at == NOW + timedelta(days=3)
    assert [(event.what, event.words) for event in events_of(reading, case.id)] == [
        ("transferred", "mashifu: 王建国 已离开")
    ]
    zhangmin = staff_by_key(reading, case.community_id, "zhangmin")
    assert zhangmin is not None
    assert reading.scalars(select(TaskRow)).one().owner_staff_id == zhangmin.id
    alerted = reading.scalars(select(OutboxRow.to).order_by(OutboxRow.id)).all()
    assert alerted == ["+8613900000020", "+8613900000001"]
    assert load(database, successor, now=LATER).is_empty


SECOND = (
    DEMO.replace('key = "dongcheng"', 'key = "xicheng"')
    .replace('name = "东城社区"', 'name = "西城社区"')
    .replace('"0993-5800000"', '"0993-5810000"')
)


def test_several_communities_live_side_by_side(database: Database, reading: Session) -> None:
    load(database, DEMO)
    load(database, SECOND)

    east, west = communities(reading)
    assert [estate.id for estate in estates_of(reading, east.id)] != [
        estate.id for estate in estates_of(reading, west.id)
    ]
    (grandma,) = residents_of_phone(reading, west.id, "+8613900000101")
    assert grandma.community_id == west.id
    assert load(database, DEMO).is_empty


def test_an_inbound_number_belongs_to_one_community_and_nothing_is_half_loaded(
    database: Database, reading: Session
) -> None:
    load(database, DEMO)
    text = SECOND.replace('["0993-5810000"]', '["0993-5810000", "0993-5800000"]')

    with pytest.raises(BadFile, match=r"our\.toml:\d+: community\.numbers: \+869935800000 已经是"):
        load(database, text)

    assert [community.key for community in communities(reading)] == ["dongcheng"]


def test_a_file_refused_leaves_everything_as_it_was(database: Database, reading: Session) -> None:
    load(database, DEMO)

    with pytest.raises(BadFile):
        load(database, without("wangshifu"))

    assert reading.scalars(select(StaffRow.left_at)).all() == [None] * 12


def test_the_calendar_of_a_community_has_its_own_days_off(database: Database) -> None:
    load(database, DEMO)
    with database.reading() as session:
        community = community_by_key(session, "dongcheng")
        assert community is not None
        corban = office_of(community).local_days[1].day

        assert not calendar_of(session, community).is_workday(corban)
        assert calendar_without_local(session).is_workday(corban)


NOTICE = """
year = 2035
source = "invented for this test"
[[holiday]]
name = "元旦"
from = 2034-12-31
until = 2035-01-02
work = [2035-01-06]
[[holiday]]
name = "国庆节"
from = 2035-10-01
until = 2035-10-07
"""


def load_notice(database: Database, text: str) -> Changes:
    with database.transaction() as session:
        return load_holidays(session, name="2035.toml", text=text)


def test_a_notice_is_loaded_once_and_corrected_by_a_later_one(
    database: Database, reading: Session
) -> None:
    assert len(load_notice(database, NOTICE).lines) == 11
    assert load_notice(database, NOTICE).is_empty

    changes = load_notice(database, NOTICE.replace("2035-10-07", "2035-10-06"))

    assert changes.lines == ["- 放假 day off 2035-10-07 国庆节"]
    assert len(reading.scalars(select(OfficialDayRow)).all()) == 10


@pytest.mark.parametrize("year", ["2024", "2025", "2026"])
def test_the_shipped_notices_load(database: Database, year: str) -> None:
    text = (FIXTURES / "holidays" / f"{year}.toml").read_text("utf-8")

    with database.transaction() as session:
        assert not load_holidays(session, name=f"{year}.toml", text=text).is_empty


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("until = 2035-10-07", "until = 2035-09-07", "放假写成了"),
        ("from = 2035-10-01", "from = 2035-10-02", "要一整年的通知"),
        ("work = [2035-01-06]", "work = [2035-01-05]", "不用调休"),
        ("work = [2035-01-06]", "work = [2036-01-06]", "不在 2035 年"),
        ("from = 2035-10-01", "from = 2035-01-02", "放假写成了"),
        ("until = 2035-01-02", 'until = "正月"', "2026-05-27"),
        ('source = "invented for this test"', "", "source"),
        ("year = 2035", "year 2035", "中文标点"),
    ],
)
def test_a_bad_notice_is_refused_in_plain_words(old: str, new: str, expected: str) -> None:
    with pytest.raises(BadFile) as caught:
        read_holidays(NOTICE.replace(old, new), name="2035.toml")

    assert any(expected in line for line in caught.value.lines())
