"""Small real files for the gate, made byte by byte so that each shows what it is about."""

import hashlib
import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

CONTENT_TYPES = "[Content_Types].xml"
MAIN_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def uploaded(name: str, content: bytes, media_type: str = "application/octet-stream"):
    """What a form hands over. The name is set past Django's own cleaning, as a service may get it."""
    file = SimpleUploadedFile("x", content, content_type=media_type)
    file._name = name
    return file


def pdf(body: bytes = b"") -> bytes:
    return b"%PDF-1.7\n" + body + b"\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def png(width: int = 2, height: int = 2) -> bytes:
    header = b"IHDR" + struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
    )


def jpeg(width: int = 2, height: int = 2, before: bytes = b"\xff\xe0\x00\x04ab") -> bytes:
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x11\x00\x00"
    return b"\xff\xd8" + before + frame + b"\xff\xd9"


def exif(tiff: bytes) -> bytes:
    """A segment of a photograph's own data, to stand before the frame."""
    body = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def zipped(members: dict[str, bytes], **options) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = options.get("mode", 0o100644) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def incompressible(length: int) -> bytes:
    """Bytes that stay as long when packed; always the same ones."""
    blocks = (hashlib.sha256(str(n).encode()).digest() for n in range(length // 32 + 1))
    return b"".join(blocks)[:length]


def content_types(*types: str) -> bytes:
    parts = "".join(f'<Override PartName="/p{n}" ContentType="{t}"/>' for n, t in enumerate(types))
    return f'<?xml version="1.0" encoding="UTF-8"?><Types>{parts}</Types>'.encode()


def office(kind: str, extra: dict[str, bytes] | None = None) -> bytes:
    return zipped(
        {CONTENT_TYPES: content_types(MAIN_TYPES[kind]), "part.xml": b"<a/>"} | (extra or {})
    )


def relations(relation: str, target: str) -> bytes:
    return (
        f'<Relationships><Relationship Id="r1" Type="{RELATION}{relation}" Target="{target}"'
        ' TargetMode="External"/></Relationships>'
    ).encode()
