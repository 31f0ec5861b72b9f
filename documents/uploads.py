"""The one gate for uploads: extension, magic and a cheap look at the structure must agree. Limits: uploads.toml.

Nothing is opened or converted here, and the client's media type is not read. What passes is kept as bytes and only ever
served as an attachment (`documents.answers`), so a file that is also something else does no harm.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.core.files.base import File
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.templatetags.numbers import filesize_ja
from core.text import clean_text
from documents.archives import check_docx, check_pptx, check_xlsx, check_zip
from documents.limits import KIND_BY_EXTENSION, KINDS, LIMITS, Kind
from documents.photos import tells_place
from documents.structure import check_jpeg, check_pdf, check_png, check_text

# Each raises ValueError with a Japanese sentence. The keys are the kinds of uploads.toml.
CHECKS: dict[str, Callable[[IO[bytes]], None]] = {
    "pdf": check_pdf,
    "png": check_png,
    "jpeg": check_jpeg,
    "xlsx": check_xlsx,
    "docx": check_docx,
    "pptx": check_pptx,
    "csv": check_text,
    "txt": check_text,
    "zip": check_zip,
}


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """A file that has passed the gate. `size` and `sha256` are those of its real bytes.

    `warnings` are sentences about what its sender may not know that it tells.
    """

    file: File
    label: str
    kind: str
    media_type: str
    size: int
    sha256: str
    warnings: tuple[str, ...] = ()


def check_upload(file: File) -> CheckedUpload:
    """The file with what we know of it, or DomainError with one sentence that says how to mend it."""
    label = check_label(file.name or "")
    try:
        kind = _kind_of(label)
        size, digest = _measure(file)
        CHECKS[kind.name](file)
        warnings = _warnings(kind, label, file)
    except ValueError as error:
        raise DomainError(
            _("「%(label)s」：%(problem)s") % {"label": label, "problem": error}
        ) from error
    file.seek(0)
    return CheckedUpload(file, label, kind.name, kind.media_type, size, digest, warnings)


def check_label(name: str) -> str:
    """The file name as typed. It is data and never a path; refused is what would change how others read it."""
    try:
        label = clean_text(name, multiline=False)
    except ValueError as error:
        raise DomainError(_("ファイル名：%(problem)s") % {"problem": error}) from error
    if not label:
        raise DomainError(_("ファイル名がありません。名前を付けてから選び直してください。"))
    if len(label) > LIMITS.label_length:
        raise DomainError(
            _(
                "ファイル名が長すぎます（%(count)d字）。%(max)d字以内の名前に変えてから選び直してください。"
            )
            % {"count": len(label), "max": LIMITS.label_length}
        )
    return label


def _kind_of(label: str) -> Kind:
    extension = label.rpartition(".")[2].lower() if "." in label else ""
    if extension in KIND_BY_EXTENSION:
        return KIND_BY_EXTENSION[extension]
    accepted = "、".join(kind.label for kind in KINDS)
    if not extension:
        raise ValueError(
            _(
                "種類を示す拡張子（.pdf など）が名前にありません。拡張子を付けてください。受け付ける種類：%(accepted)s"
            )
            % {"accepted": accepted}
        )
    raise ValueError(
        _(
            "拡張子が .%(extension)s のファイルは受け付けません。次の種類に変えてから選び直してください：%(accepted)s"
        )
        % {"extension": extension[:20], "accepted": accepted}
    )


def _warnings(kind: Kind, label: str, file: File) -> tuple[str, ...]:
    if kind.name != "jpeg" or not tells_place(file):
        return ()
    return (
        _(
            "「%(label)s」には撮影場所（GPSの位置情報）が入っています。知らせたくないときは、"
            "位置情報を消した写真を登録し直してください。"
        )
        % {"label": label},
    )


def _measure(file: File) -> tuple[int, str]:
    """Count and hash the bytes that are really there; stops at the limit."""
    size, digest = 0, hashlib.sha256()
    for chunk in file.chunks():
        size += len(chunk)
        if size > LIMITS.file_bytes:
            raise ValueError(
                _(
                    "大きすぎます。1ファイルは%(max)sまでです。分けるか小さくしてから選び直してください。"
                )
                % {"max": filesize_ja(LIMITS.file_bytes)}
            )
        digest.update(chunk)
    if not size:
        raise ValueError(
            _("中身がありません（0バイト）。元のファイルを確かめて、選び直してください。")
        )
    return size, digest.hexdigest()
