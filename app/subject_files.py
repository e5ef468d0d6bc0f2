"""What is known of a resident, as files to hand over: one that a program reads, and voices."""

from __future__ import annotations

import json
import mimetypes
import os
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.calls.tables import RecordingRow
from core.privacy.about import about, everything
from core.residents.tables import ResidentRow
from core.sound.tables import SoundRow


def write_subject(session: Session, resident: ResidentRow, folder: Path) -> tuple[int, int]:
    """Write everything about a resident; return how many rows and how many voices."""
    ends = about(session, resident)
    found = everything(session, ends)
    _write(folder / "resident.json", json.dumps(found, ensure_ascii=False, indent=1).encode())
    voices = session.execute(
        select(RecordingRow.id, SoundRow.audio, SoundRow.media_type)
        .join(SoundRow, SoundRow.hash == RecordingRow.sound_hash)
        .where(RecordingRow.id.in_(ends.recordings))
    ).all()
    for number, audio, media_type in voices:
        ending = mimetypes.guess_extension(media_type) or ".bin"
        _write(folder / f"recording-{number}{ending}", audio)
    return sum(map(len, found.values())), len(voices)


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
