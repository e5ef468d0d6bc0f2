"""The spool: what cannot be stored is on the disk before anybody is answered, and gone once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from telephony.spool import Spool, Unstored

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)


class Turned:
    """A sealing that anybody can see through, and that notices what is not its own."""

    def seal(self, plain: bytes) -> bytes:
        """Turn it round."""
        return b"!" + plain[::-1]

    def open(self, sealed: bytes) -> bytes:
        """Turn it back."""
        if not sealed.startswith(b"!"):
            raise ValueError("not sealed")
        return sealed[:0:-1]


def _text(number: int) -> Unstored:
    return Unstored("sms.inbound", {"MessageSid": f"SM{number}", "Body": "您好"}, {}, AT)


def test_what_is_kept_is_sealed_and_closed_to_others_and_comes_back_as_it_was(
    tmp_path: Path,
) -> None:
    spool = Spool(tmp_path / "spool", Turned())
    assert [spool.keep(_text(1)), spool.keep(_text(1)), spool.keep(_text(2))] == [True] * 3
    files = list((tmp_path / "spool").glob("*.kept"))
    assert (len(files), {file.stat().st_mode & 0o777 for file in files}) == (2, {0o600})
    assert all(b"SM" not in file.read_bytes() for file in files)

    taken: list[Unstored] = []
    assert spool.take_in(taken.append) == 2
    assert sorted(one.fields["MessageSid"] for one in taken) == ["SM1", "SM2"]
    assert taken[0] == _text(int(taken[0].fields["MessageSid"][2:]))
    assert spool.take_in(taken.append) == 0


def test_it_waits_for_the_database_and_sets_aside_what_fails_for_itself(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.keep(_text(1))

    def away(_webhook: Unstored) -> None:
        raise OperationalError("", {}, Exception())

    def broken(_webhook: Unstored) -> None:
        raise RuntimeError

    for _ in range(9):
        assert spool.take_in(away) == 0
    assert (spool.waiting(), spool.stuck()) == (1, 0)
    for _ in range(5):
        assert spool.take_in(broken) == 0
    assert (spool.waiting(), spool.stuck()) == (0, 1)


@pytest.mark.parametrize("content", [b"", b"{", b"no json"])
def test_a_damaged_file_holds_up_no_other(tmp_path: Path, content: bytes) -> None:
    spool = Spool(tmp_path)
    (tmp_path / "0.kept").write_bytes(content)
    spool.keep(_text(1))

    taken: list[Unstored] = []
    assert spool.take_in(taken.append) == 1


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file")
    assert not Spool(tmp_path / "spool").keep(_text(1))
