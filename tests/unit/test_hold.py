"""After a restore nothing leaves, not even an alarm, until somebody lets it go."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.backup.checking import hold_after_restore
from core.alarms.operations import raise_alarm
from core.communities.queries import community_by_id
from core.db import Database
from core.outbox.release import held, release
from scheduler.ticks import run_due
from telephony.desk.tables import DeskCallRow, DeskTextRow
from telephony.ports import TextToSend
from tests.processes import Place
from tests.scheduler_bench import Bench
from tests.world import GRANDMA_JIN, LINE_NUMBER, MA_YONGFU, XIAO_LI, ZHANG_MIN


@pytest.fixture
def bench(demo: Database) -> Bench:
    return Bench(demo)


def test_nothing_leaves_before_the_release_and_what_had_left_does_not_leave_again(
    bench: Bench,
) -> None:
    bench.text(GRANDMA_JIN.phone, "hello")
    bench.provider.by_words = True
    bench.provider.send_text(  # after the backup was taken, by the machine that is lost now
        TextToSend(sender=LINE_NUMBER, to=GRANDMA_JIN.phone, words="hello", status_url="")
    )
    waits = bench.text(XIAO_LI.phone, "a case", purpose="task")
    bench.call(MA_YONGFU.phone, key="listen:1")
    with bench.database.transaction() as session:
        hold_after_restore(session, taken_at=bench.clock.at, real_now=bench.real_clock.at)
    before = _posts(bench)
    with bench.database.transaction() as session:  # restored, too: an alarm that rang
        raise_alarm(
            session,
            community=community_by_id(session, bench.community_id),
            kind="emergency",
            danger="medical",
            words="老头子叫不应了",
            phone=MA_YONGFU.phone,
            now=bench.clock.at,
        )
    for _ in range(6):
        run_due(bench.services)
        bench.clock.forward(minutes=1)
        bench.real_clock.forward(minutes=1)
    assert _posts(bench) == before

    with bench.database.transaction() as session:
        assert held(session) is not None
        assert release(session)
        assert not release(session)
    while run_due(bench.services):
        bench.real_clock.forward(seconds=1)
    assert bench.received(GRANDMA_JIN.phone) == ["hello"]  # found at the provider, not sent again
    assert bench.row(waits).state == "sent"
    assert any("老头子叫不应了" in words for words in bench.received(ZHANG_MIN.phone))


def test_a_backup_is_taken_restored_held_and_released_by_commands(tmp_path: Path) -> None:
    place = Place(tmp_path)
    demo = Path(__file__).parents[2] / "fixtures/demo/community.toml"
    for command in (["secrets"], ["migrate"], ["load", str(demo)]):
        place.run_here(*command)
    folder = tmp_path / "backups"
    (folder / "linli-20200101-000000.backup").parent.mkdir(mode=0o700)
    (folder / "linli-20200101-000000.backup").write_bytes(b"an old one")
    said = place.run_here("backup", "--into", str(folder), "--keep", "1")
    assert "Deleted" in said
    (made,) = folder.glob("linli-*.backup")
    assert (made.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)

    said = place.run_here("restore", str(made), expect=2)
    assert "not empty" in said
    place.environment["LINLI_DATABASE_URL"] = f"sqlite:///{tmp_path / 'anew' / 'linli.sqlite3'}"
    said = place.run_here("restore", str(made))
    assert "HOLD: nothing leaves" in said
    assert "no gap to list" in said
    assert "restored from a backup" in place.run_here("health", expect=1)
    assert "leave again" in place.run_here("restore", "--release")
    assert "Nothing was held" in place.run_here("restore", "--release")
    assert "restored from a backup" not in place.run_here("health", expect=1)  # nobody serves
    assert place.run_here("restore", "--gap").startswith("Nothing is held")


def _posts(bench: Bench) -> tuple[int, int]:
    with bench.database.reading() as session:
        texts = session.scalar(select(func.count()).select_from(DeskTextRow)) or 0
        calls = session.scalar(select(func.count()).select_from(DeskCallRow)) or 0
    return texts, calls
