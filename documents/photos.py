"""What a photograph tells beside its picture: whether it names the place where it was taken (Exif GPS)."""

import struct
from typing import IO

_EXIF = b"Exif\x00\x00"
_GPS = 0x8825
_APP1, _START_OF_SCAN = 0xE1, 0xDA
_SEGMENTS = 1000
_ENTRY_LENGTH = 12
_BYTE_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}


def tells_place(file: IO[bytes]) -> bool:
    """Whether the Exif part of a JPEG points to GPS data. A broken Exif part tells nothing."""
    file.seek(2)
    for _segment in range(_SEGMENTS):
        mark = file.read(2)
        if len(mark) < 2 or mark[0] != 0xFF or mark[1] == _START_OF_SCAN:
            return False
        if mark[1] == 0xFF:  # fill byte before a marker
            file.seek(-1, 1)
            continue
        length = int.from_bytes(file.read(2), "big")
        if length < 2:
            return False
        body = file.read(length - 2)
        if mark[1] == _APP1 and body.startswith(_EXIF) and _points_to_gps(body[len(_EXIF) :]):
            return True
    return False


def _points_to_gps(tiff: bytes) -> bool:
    """Read the first directory of the TIFF block and nothing else."""
    order = _BYTE_ORDERS.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return False
    (start,) = struct.unpack(f"{order}I", tiff[4:8])
    if start + 2 > len(tiff):
        return False
    (count,) = struct.unpack(f"{order}H", tiff[start : start + 2])
    entries = tiff[start + 2 : start + 2 + count * _ENTRY_LENGTH]
    return any(
        struct.unpack(f"{order}H", entries[at : at + 2])[0] == _GPS
        for at in range(0, len(entries) - 1, _ENTRY_LENGTH)
    )
