"""What the form takes: how much, how often, which files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

LARGEST_FILE = 8 * 1024 * 1024  # bytes
LONGEST_WORDS = 2_000
LONGEST_LINE = 100
WITHIN = timedelta(minutes=10)
MOST_OF_A_SOURCE = 6  # within ten minutes; a whole stair may share one address
MOST_OF_A_PHONE = 10  # in a day

# What a file begins with, whatever it calls itself: (kind, media type, offset, first bytes).
# RFC 9649 (WebP), ISO 14496-12 (ftyp boxes), RFC 3267 (AMR), RFC 7845 (Ogg), Matroska (webm).
_BEGINNINGS: tuple[tuple[str, str, int, bytes], ...] = (
    ("photo", "image/jpeg", 0, b"\xff\xd8\xff"),
    ("photo", "image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("photo", "image/webp", 8, b"WEBP"),
    ("photo", "image/heic", 4, b"ftyphei"),
    ("photo", "image/heic", 4, b"ftypmif1"),
    ("voice", "audio/mp4", 4, b"ftyp"),
    ("voice", "audio/ogg", 0, b"OggS"),
    ("voice", "audio/webm", 0, b"\x1a\x45\xdf\xa3"),
    ("voice", "audio/wav", 8, b"WAVE"),
    ("voice", "audio/amr", 0, b"#!AMR"),
    ("voice", "audio/mpeg", 0, b"ID3"),
    ("voice", "audio/mpeg", 0, b"\xff\xfb"),
    ("voice", "audio/aac", 0, b"\xff\xf1"),
)


@dataclass(frozen=True)
class Given:
    """What somebody wrote into the form."""

    name: str
    phone: str
    address: str
    words: str


@dataclass(frozen=True)
class Attached:
    """A file that was attached, and is what it seems."""

    kind: str
    media_type: str
    content: bytes


def what_it_is(content: bytes, kind: str) -> Attached | None:
    """Return a file as what its first bytes say; None if it is no such file.

    >>> what_it_is(b"\\xff\\xd8\\xff\\xe0...", "photo").media_type
    'image/jpeg'
    >>> what_it_is(b"<svg onload=alert(1)>", "photo") is None
    True
    """
    for found, media_type, offset, beginning in _BEGINNINGS:
        if found == kind and content[offset : offset + len(beginning)] == beginning:
            return Attached(kind, media_type, content)
    return None
