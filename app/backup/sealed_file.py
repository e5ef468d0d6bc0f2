"""A sealed file, written and read piece by piece, so that no size is too large for memory.

Each piece is sealed with AES-256-GCM under a key of this file alone; its nonce counts, and the
last one says that it is the last: a piece that is missing, moved or cut off is found.
"""

from __future__ import annotations

import io
import secrets
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MARK = b"LINLI BACKUP 1\n"
_SALT_BYTES = 32
_PIECE = 1024 * 1024
_LENGTH = struct.Struct(">I")
_COUNTER = struct.Struct(">QI")  # 12 bytes: the number of the piece, and whether it is the last
_SHORTEST_KEY = 32  # characters


class BadBackup(Exception):
    """A file that is no backup of ours, is damaged, or was sealed with another key."""


def _cipher(key: str, salt: bytes) -> AESGCM:
    if len(key.strip()) < _SHORTEST_KEY:
        raise BadBackup(f"LINLI_BACKUP_KEY needs {_SHORTEST_KEY} characters or more")
    derived = HKDF(algorithm=SHA256(), length=32, salt=salt, info=_MARK)
    return AESGCM(derived.derive(key.strip().encode()))


class SealedWriter:
    """Takes lines of bytes, and writes them compressed and sealed."""

    def __init__(self, file: BinaryIO, key: str) -> None:
        """Begin a file.

        :raises BadBackup: for a key that is too short.
        """
        salt = secrets.token_bytes(_SALT_BYTES)
        self._cipher = _cipher(key, salt)
        self._file = file
        self._packer = zlib.compressobj(3)
        self._waiting = bytearray()
        self._number = 0
        file.write(_MARK + salt)

    def write(self, plain: bytes) -> None:
        """Add bytes."""
        self._waiting += self._packer.compress(plain)
        while len(self._waiting) > _PIECE:
            self._write_piece(bytes(self._waiting[:_PIECE]), is_last=False)
            del self._waiting[:_PIECE]

    def end(self) -> None:
        """Write what waits, and that this was all."""
        self._waiting += self._packer.flush()
        while len(self._waiting) > _PIECE:
            self._write_piece(bytes(self._waiting[:_PIECE]), is_last=False)
            del self._waiting[:_PIECE]
        self._write_piece(bytes(self._waiting), is_last=True)

    def _write_piece(self, plain: bytes, *, is_last: bool) -> None:
        sealed = self._cipher.encrypt(_COUNTER.pack(self._number, is_last), plain, _MARK)
        self._file.write(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


def read_lines(file: BinaryIO, key: str) -> Iterator[bytes]:
    """Read a sealed file line by line.

    :raises BadBackup: at the first piece that is not what was written; lines read before it
        must then not be trusted to be all.
    """
    head = file.read(len(_MARK) + _SALT_BYTES)
    if not head.startswith(_MARK) or len(head) != len(_MARK) + _SALT_BYTES:
        raise BadBackup("this is no backup of Linli")
    cipher, unpacker = _cipher(key, head[len(_MARK) :]), zlib.decompressobj()
    rest = b""
    for piece in _pieces(file, cipher):
        pending = piece
        while pending:
            plain = unpacker.decompress(pending, _PIECE)
            pending = unpacker.unconsumed_tail
            *lines, rest = (rest + plain).split(b"\n")
            yield from lines
    if rest or not unpacker.eof:
        raise BadBackup("the backup ends in the middle")


def _pieces(file: BinaryIO, cipher: AESGCM) -> Iterator[bytes]:
    number, is_last = 0, False
    while not is_last:
        sealed = _read_piece(file)
        following = file.read(1)
        is_last = not following
        file.seek(-len(following), io.SEEK_CUR)
        try:
            yield cipher.decrypt(_COUNTER.pack(number, is_last), sealed, _MARK)
        except InvalidTag as error:
            what = "it was damaged, or LINLI_BACKUP_KEY is another one"
            raise BadBackup(f"the backup cannot be opened: {what}") from error
        number += 1


def _read_piece(file: BinaryIO) -> bytes:
    length = file.read(_LENGTH.size)
    if len(length) != _LENGTH.size:
        raise BadBackup("the backup ends in the middle")
    (size,) = _LENGTH.unpack(length)
    if size > _PIECE + 64:
        raise BadBackup("the backup was damaged")
    sealed = file.read(size)
    if len(sealed) != size:
        raise BadBackup("the backup ends in the middle")
    return sealed
