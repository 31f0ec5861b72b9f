"""What PDF, images and text look like from outside. Each check raises ValueError with a Japanese sentence.

Cheap on purpose: headers, ends and marks, no decoding of contents.
"""

import re
import struct
from typing import IO, BinaryIO, cast

from django.utils.translation import gettext as _

from documents.limits import LIMITS

_PDF_END = 2048
_PDF_ACTION = re.compile(rb"/(?:JavaScript|Launch|RichMedia)\b")
_MARKUP = re.compile(r"\s*<(?:!doctype|\?xml|html|head|body|script|svg)\b", re.IGNORECASE)
# Controls that no text has (a log may have ESC), and what CP932 makes of bytes that are no letter.
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\uf8f0-\uf8f3]")
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Frame headers of JPEG carry the size: SOF0 to SOF15 without the tables DHT, JPG and DAC.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_SEGMENTS = 1000


def check_pdf(file: IO[bytes]) -> None:
    """Header, end mark, readable without a password, no action that starts by itself (as far as it shows)."""
    file.seek(0)
    content = file.read()
    if not content.startswith(b"%PDF-"):
        raise ValueError(_not_a("PDF"))
    if b"%%EOF" not in content[-_PDF_END:]:
        raise ValueError(
            _("PDFが途中で切れています。作成したソフトで保存し直してから選び直してください。")
        )
    if b"/Encrypt" in content:
        _refuse_pdf_password(file)
    if _PDF_ACTION.search(content):
        raise ValueError(
            _(
                "PDFに自動で動く処理（JavaScript、プログラムの起動、動画など）が入っています。印刷の機能で新しいPDFに書き出してから選び直してください。"
            )
        )


def _refuse_pdf_password(file: IO[bytes]) -> None:
    """A PDF that only restricts printing or copying opens without a password and is accepted."""
    import pikepdf  # noqa: PLC0415 -- slow import

    file.seek(0)
    try:
        pikepdf.open(cast(BinaryIO, file), attempt_recovery=False).close()
    except pikepdf.PasswordError:
        raise ValueError(password_sentence()) from None
    except pikepdf.PdfError:
        raise ValueError(_not_a("PDF")) from None


def check_png(file: IO[bytes]) -> None:
    """Signature, header chunk, size in pixels."""
    file.seek(0)
    head = file.read(24)
    if len(head) < 24 or head[:16] != _PNG_SIGNATURE + b"\x00\x00\x00\rIHDR":
        raise ValueError(_not_a("PNG"))
    _refuse_pixels(*struct.unpack(">II", head[16:24]))


def check_jpeg(file: IO[bytes]) -> None:
    """Segments up to the frame header, size in pixels."""
    file.seek(0)
    if file.read(2) != b"\xff\xd8":
        raise ValueError(_not_a("JPEG"))
    for _segment in range(_JPEG_SEGMENTS):
        mark = file.read(2)
        if len(mark) < 2 or mark[0] != 0xFF:
            break
        if mark[1] == 0xFF:  # fill byte before a marker
            file.seek(-1, 1)
            continue
        if mark[1] in _JPEG_BARE:
            continue
        length = int.from_bytes(file.read(2), "big")
        if mark[1] in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", file.read(5)[1:].ljust(4, b"\0"))
            _refuse_pixels(width, height)
            return
        if length < 2:
            break
        file.seek(length - 2, 1)
    raise ValueError(_not_a("JPEG"))


def check_text(file: IO[bytes]) -> None:
    """UTF-8 or Shift_JIS (CP932) without control characters, and no markup under another name."""
    file.seek(0)
    content = file.read()
    text = _decoded(content)
    if text is None or _NOT_TEXT.search(text):
        raise ValueError(
            _("文字コードを読めません。UTF-8かShift_JISのテキストとして保存し直してください。")
        )
    if _MARKUP.match(text[:1000]):
        raise ValueError(
            _("中身がHTMLやXMLです。PDFに書き出すか、ただのテキストにしてから選び直してください。")
        )


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _refuse_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise ValueError(_("画像の大きさが0です。別の形で保存し直してください。"))
    if width * height > LIMITS.image_pixels:
        raise ValueError(
            _(
                "画像が大きすぎます（%(width)s×%(height)s画素）。%(max)s万画素以下に縮めてから選び直してください。"
            )
            % {
                "width": f"{width:,}",
                "height": f"{height:,}",
                "max": f"{LIMITS.image_pixels // 10_000:,}",
            }
        )


def _not_a(name: str) -> str:
    return _(
        "中身が%(name)sではありません。元のソフトで%(name)sとして保存し直してから選び直してください。"
    ) % {"name": name}


def password_sentence() -> str:
    """One sentence for every kind of file that nobody else can read."""
    return _(
        "パスワードで保護されていて、監査や審査で読めません。パスワードを外して保存し直してから選び直してください。"
    )
