"""ZIP and the Office files built on it: a sane directory, no macros, nothing fetched from elsewhere.

Only the directory, the content types and the relations of a file are read, with real bytes counted. Each check raises
ValueError with a Japanese sentence.
"""

import re
import stat
import zipfile
import zlib
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from documents.limits import LIMITS
from documents.structure import password_sentence

_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_END = b"PK\x05\x06"
_STARTS = (b"PK\x03\x04", _END)  # a program that unpacks itself starts otherwise
_END_LENGTH, _COMMENT_MAX = 22, 65_535
# A directory of allowed size is shorter; a longer one is not even read.
_DIRECTORY_BYTES = 1024 * 1024
_DRIVE = re.compile(r"[A-Za-z]:")
_CODE_PART = re.compile(r"(^|/)(vbaProject\.bin|activeX/.*|embeddings/.*\.bin)$", re.IGNORECASE)
_LOCAL_TARGET = re.compile(r"file:///[A-Za-z]:[/\\]", re.IGNORECASE)
# Relations that make the program fetch or start something as soon as the file is opened.
_LOADING = ("/attachedTemplate", "/oleObject", "/frame", "/subDocument")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError,
    UnicodeDecodeError, OverflowError,
)  # fmt: skip


def check_zip(file: IO[bytes]) -> None:
    """A readable archive; its entries stay packed."""
    with _directory(file):
        pass


def check_xlsx(file: IO[bytes]) -> None:
    """A workbook without macros."""
    _check_office(file, "spreadsheetml.sheet.main+xml")


def check_docx(file: IO[bytes]) -> None:
    """A text document without macros."""
    _check_office(file, "wordprocessingml.document.main+xml")


def check_pptx(file: IO[bytes]) -> None:
    """A slide deck without macros."""
    _check_office(file, "presentationml.presentation.main+xml")


def _check_office(file: IO[bytes], main_type: str) -> None:
    _refuse_ole(file)
    with _directory(file) as archive:
        types = _elements(archive, "[Content_Types].xml")
        if any("macroEnabled" in item.get("ContentType", "") for item in types):
            raise ValueError(_macro_sentence())
        if not any(item.get("ContentType", "").endswith(main_type) for item in types):
            raise ValueError(
                _("中身が拡張子と合いません。元のソフトで保存し直してから選び直してください。")
            )
        for name in archive.namelist():
            if name.endswith(".rels"):
                _refuse_loading(_elements(archive, name))


def _refuse_ole(file: IO[bytes]) -> None:
    """Old Office files and password-protected new ones share the same container."""
    file.seek(0)
    if file.read(8) != _OLE_MAGIC:
        return
    file.seek(0)
    if _ENCRYPTED_STREAM in file.read():
        raise ValueError(password_sentence())
    raise ValueError(
        _(
            "古い形式（.xls、.doc、.ppt）のファイルです。新しい形式（.xlsx など）で保存し直してください。"
        )
    )


def _directory(file: IO[bytes]) -> zipfile.ZipFile:
    """The opened archive, its directory checked. What the directory says may be a lie: entries are counted again."""
    _refuse_large_directory(file)
    try:
        archive = zipfile.ZipFile(file)
    except (*_BROKEN, ValueError):
        raise ValueError(_unreadable()) from None
    entries = archive.infolist()
    if len(entries) > LIMITS.archive_members:
        raise ValueError(_too_many(len(entries)))
    for entry in entries:
        _refuse_entry(entry)
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if unpacked > LIMITS.archive_bytes or unpacked > packed * LIMITS.archive_ratio:
        raise ValueError(
            _(
                "展開すると大きくなりすぎます。中のファイルを減らすか、分けてから選び直してください。"
            )
        )
    return archive


def _refuse_large_directory(file: IO[bytes]) -> None:
    """Look at the end record before anything reads the directory that it announces."""
    file.seek(0)
    if not file.read(4).startswith(_STARTS):
        raise ValueError(_unreadable())
    file.seek(0, 2)
    file.seek(max(0, file.tell() - _END_LENGTH - _COMMENT_MAX))
    tail = file.read()
    start = tail.rfind(_END)
    end = tail[start : start + _END_LENGTH]
    if start < 0 or len(end) < _END_LENGTH:
        raise ValueError(_unreadable())
    members = int.from_bytes(end[10:12], "little")
    if members > LIMITS.archive_members or int.from_bytes(end[12:16], "little") > _DIRECTORY_BYTES:
        raise ValueError(_too_many(members))
    file.seek(0)


def _refuse_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    climbs = ".." in re.split(r"[/\\]", name)
    if climbs or name.startswith(("/", "\\")) or _DRIVE.match(name) or "\x00" in name:
        raise ValueError(
            _(
                "中に危ない名前のファイル（%(name)s）があります。圧縮し直してから選び直してください。"
            )
            % {"name": ascii(name)[1:61]}
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ValueError(
            _("中にリンクがあります。元のファイルそのものを入れて圧縮し直してください。")
        )
    if entry.flag_bits & 1:
        raise ValueError(password_sentence())
    if _CODE_PART.search(name):
        raise ValueError(_macro_sentence())


def _elements(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    """Attributes of every element of one small XML part. A document type is refused: it could define entities."""
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()

    def refuse(*_args: Any) -> None:
        raise ValueError(_unreadable())

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda _name, attributes: found.append(attributes)
    try:
        with archive.open(name) as part:
            content = part.read(LIMITS.part_bytes + 1)
        if len(content) > LIMITS.part_bytes:
            refuse()
        parser.Parse(content, True)
    # A part that is missing, or names an encoding that nobody knows (LookupError) or of too many bytes (ValueError).
    except (LookupError, ValueError, expat.ExpatError, *_BROKEN):
        raise ValueError(_unreadable()) from None
    return found


def _refuse_loading(relations: list[dict[str, str]]) -> None:
    for relation in relations:
        outside = relation.get("TargetMode") == "External"
        target = relation.get("Target", "")
        # The template on the writer's own disk is everyday and loads nothing elsewhere.
        if (
            outside
            and relation.get("Type", "").endswith(_LOADING)
            and not _LOCAL_TARGET.match(target)
        ):
            raise ValueError(
                _(
                    "開くと外部のファイルを読み込む設定（テンプレートや埋め込み）が入っています。設定を外して保存し直してください。"
                )
            )


def _macro_sentence() -> str:
    return _(
        "マクロや埋め込みプログラムが入っています。それらを取り除いて、マクロなしの形式で保存し直してください。"
    )


def _too_many(count: int) -> str:
    return _(
        "中のファイルが多すぎます（%(count)s個）。%(max)s個以下に分けてから選び直してください。"
    ) % {"count": f"{count:,}", "max": f"{LIMITS.archive_members:,}"}


def _unreadable() -> str:
    return _("ファイルが壊れているか、開けない形式です。作り直してから選び直してください。")
