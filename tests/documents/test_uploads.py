"""The bad-input corpus of files: each entry is accepted with what we know of it, or refused with one sentence."""

import contextlib
import hashlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exceptions import DomainError
from documents.limits import KINDS, LIMITS
from documents.uploads import CHECKS, check_upload
from tests.documents import files
from tests.documents.files import office, relations, uploaded, zipped

PLACE = files.exif(b"MM\x00*\x00\x00\x00\x08\x00\x01" + struct.pack(">HHII", 0x8825, 4, 1, 26))
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)

ACCEPTED = {
    "report.pdf": (files.pdf(), "pdf"),
    "REPORT.PDF": (files.pdf(), "pdf"),
    "a.png": (files.png(), "png"),
    "a.jpg": (files.jpeg(), "jpeg"),
    "a.jpeg": (files.jpeg(before=b"\xff\xff\xe1\x00\x06Exif\xff\x01"), "jpeg"),
    "台帳.xlsx": (office("xlsx"), "xlsx"),
    "手順.docx": (office("docx"), "docx"),
    "説明.pptx": (office("pptx"), "pptx"),
    "utf8.csv": ("番号,名称\n1,𠮷野\n".encode(), "csv"),
    "excel.csv": ("番号,名称\r\n1,髙﨑\r\n".encode("cp932"), "csv"),
    "bom.txt": (b"\xef\xbb\xbf" + "本文".encode(), "txt"),
    "証跡.zip": (zipped({"ログ/2026-04.txt": b"a"}), "zip"),
    "CON.pdf": (files.pdf(), "pdf"),
    "../../etc/passwd.pdf": (files.pdf(), "pdf"),
    "..\\..\\x.pdf": (files.pdf(), "pdf"),
    'a"b;c.pdf': (files.pdf(), "pdf"),
    "か\u3099.pdf": (files.pdf(), "pdf"),
    "漢" * 251 + ".pdf": (files.pdf(), "pdf"),
    "template.docx": (
        office("docx", {"word/_rels/settings.xml.rels": relations(
            "attachedTemplate", "file:///C:/Users/a/Normal.dotm")}),
        "docx",
    ),
    "link.docx": (
        office("docx", {"word/_rels/document.xml.rels": relations(
            "hyperlink", "https://example.jp/")}),
        "docx",
    ),
    "chart.pptx": (office("pptx", {"ppt/embeddings/Book1.xlsx": b"PK"}), "pptx"),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_proper_file_passes_under_the_name_as_typed(name):
    content, kind = ACCEPTED[name]

    checked = check_upload(uploaded(name, content, "text/html"))

    media_type = {k.name: k.media_type for k in KINDS}[kind]
    assert (checked.label, checked.kind, checked.media_type) == (name, kind, media_type)
    assert (checked.size, checked.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert checked.file.read() == content


REFUSED = {
    "empty.pdf": (b"", "0バイト"),
    "report": (files.pdf(), "拡張子"),
    "a.pdf.exe": (EXE, "受け付けません"),
    ".htaccess": (b"Deny from all", "受け付けません"),
    "a.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "受け付け"),
    "a.html": (b"<html>", "受け付けません"),
    "a.xml": (b"<?xml version='1.0'?><a/>", "受け付けません"),
    "a.xlsm": (office("xlsx"), "受け付けません"),
    "a.xls": (OLE, "受け付けません"),
    "a.pdf ": (files.pdf()[5:], "PDFではありません"),
    "a.pdf.": (files.pdf(), "拡張子"),
    "html.pdf": (b"<html><script>alert(1)</script></html>", "PDFではありません"),
    "exe.pdf": (EXE, "PDFではありません"),
    "junk-before.pdf": (b"<script>" + files.pdf(), "PDFではありません"),
    "cut.pdf": (files.pdf()[:-8] + b"\n" * 3000, "途中で切れて"),
    "js.pdf": (files.pdf(b"<</S /JavaScript /JS (app.alert(1))>>"), "自動で動く処理"),
    "launch.pdf": (files.pdf(b"<</S/Launch/F(cmd.exe)>>"), "自動で動く処理"),
    "svg.png": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNGではありません"),
    "jpeg.png": (files.jpeg(), "PNGではありません"),
    "huge.png": (files.png(50_000, 50_000), "50,000×50,000"),
    "flat.png": (files.png(0, 5), "大きさが0"),
    "gif.jpg": (b"GIF89a" + bytes(20), "JPEGではありません"),
    "huge.jpg": (files.jpeg(50_000, 50_000), "5,000万画素"),
    "cut.jpg": (b"\xff\xd8\xff\xe0", "JPEGではありません"),
    "looping.jpg": (b"\xff\xd8" + b"\xff\xe0\x00\x00" * 3000, "JPEGではありません"),
    "nul.txt": (b"a\x00b", "文字コード"),
    "exe.csv": (EXE, "文字コード"),
    "utf16.csv": ("番号".encode("utf-16"), "文字コード"),
    "binary.txt": (b"\x80\xa0\xfd\xfe\xff", "文字コード"),
    "html.txt": (b"\xef\xbb\xbf  <!DOCTYPE html><script>", "HTMLやXML"),
    "svg.csv": (b"<svg onload=alert(1)>", "HTMLやXML"),
    "password.xlsx": (OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "パスワード"),
    "old.docx": (OLE + bytes(500), "古い形式"),
    "word.xlsx": (office("docx"), "拡張子と合いません"),
    "plain-zip.docx": (zipped({"a.txt": b"a"}), "壊れているか"),
    "macro.xlsx": (office("xlsx", {"xl/vbaProject.bin": b"x"}), "マクロ"),
    "macro-type.docx": (
        zipped({files.CONTENT_TYPES: files.content_types(
            "application/vnd.ms-word.document.macroEnabled.main+xml")}),
        "マクロ",
    ),
    "ole.docx": (office("docx", {"word/embeddings/oleObject1.bin": OLE}), "埋め込み"),
    "activex.xlsx": (office("xlsx", {"xl/activeX/activeX1.bin": b"x"}), "埋め込み"),
    "remote.docx": (
        office("docx", {"word/_rels/settings.xml.rels": relations(
            "attachedTemplate", "https://evil.example/t.dotm")}),
        "外部のファイル",
    ),
    "unc.docx": (
        office("docx", {"word/_rels/settings.xml.rels": relations(
            "attachedTemplate", "file://server/share/t.dotm")}),
        "外部のファイル",
    ),
    "utf16-rels.docx": (
        office("docx", {"word/_rels/settings.xml.rels": relations(
            "oleObject", "http://evil.example/x").decode().encode("utf-16")}),
        "外部のファイル",
    ),
    "entities.xlsx": (
        zipped({files.CONTENT_TYPES: b'<!DOCTYPE a [<!ENTITY b "c">]><Types>&b;</Types>'}),
        "壊れているか",
    ),
    "fat-part.xlsx": (
        zipped({files.CONTENT_TYPES: files.incompressible(LIMITS.part_bytes + 1)}),
        "壊れているか",
    ),
    "unknown-encoding.xlsx": (
        zipped({files.CONTENT_TYPES: b'<?xml version="1.0" encoding="UTF-p"?><Types/>'}),
        "壊れているか",
    ),
    "wide-encoding.xlsx": (
        zipped({files.CONTENT_TYPES: b'<?xml version="1.0" encoding="cp932"?><Types/>'}),
        "壊れているか",
    ),
    "climb.zip": (zipped({"../../x": b"a"}), "危ない名前"),
    "climb-dos.zip": (zipped({"..\\x": b"a"}), "危ない名前"),
    "absolute.zip": (zipped({"/etc/passwd": b"a"}), "危ない名前"),
    "drive.zip": (zipped({"C:/x": b"a"}), "危ない名前"),
    "link.zip": (zipped({"a": b"/etc/passwd"}, mode=0o120777), "リンク"),
    "macro.zip": (zipped({"xl/vbaProject.bin": b"x"}), "マクロ"),
    "bomb.zip": (zipped({"a": bytes(30_000_000)}), "大きくなりすぎ"),
    "many.zip": (zipped({f"{n}": b"" for n in range(LIMITS.archive_members + 1)}), "多すぎます"),
    "cut.zip": (zipped({"a": b"a"})[:-10], "壊れているか"),
    "self-extracting.zip": (EXE + zipped({"a": b"a"}), "壊れているか"),
    "not.zip": (b"hello", "壊れているか"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_with_a_sentence_that_names_it(name):
    content, words = REFUSED[name]

    with pytest.raises(DomainError) as refusal:
        check_upload(uploaded(name, content))

    sentence = str(refusal.value)
    assert words in sentence
    assert sentence.startswith(f"「{name.strip()}」：")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "ファイル名がありません"),
        ("\u3000", "ファイル名がありません"),
        ("a\u202efdp.pdf", "U+202E"),
        ("a\u2066.pdf", "U+2066"),
        ("a\r\nSet-Cookie: x.pdf", "U+000A"),
        ("a\x00.pdf", "U+0000"),
        ("外字\ue000.pdf", "U+E000"),
        ("漢" * 252 + ".pdf", "256字"),
    ],
)
def test_a_name_that_would_mislead_is_refused(name, words):
    with pytest.raises(DomainError, match="ファイル名") as refusal:
        check_upload(uploaded(name, files.pdf()))

    assert words in str(refusal.value)


def test_a_directory_that_lies_about_its_length_is_not_read():
    content = bytearray(zipped({"a": b"a"}))
    end = content.rfind(b"PK\x05\x06")
    content[end + 12 : end + 16] = (50_000_000).to_bytes(4, "little")

    with pytest.raises(DomainError, match="多すぎます"):
        check_upload(uploaded("a.zip", bytes(content)))


def test_a_password_protected_zip_is_refused():
    content = bytearray(zipped({"a": b"a"}))
    content[content.find(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(DomainError, match="パスワード"):
        check_upload(uploaded("a.zip", bytes(content)))


def test_real_bytes_are_counted_whatever_the_client_says():
    file = uploaded("a.txt", b"a" * (LIMITS.file_bytes + 1))
    file.size = 1

    with pytest.raises(DomainError, match=r"20\.0 MB"):
        check_upload(file)


@pytest.mark.parametrize("tail", [zipped({"a": b"a"}), b"<script>alert(1)</script>"])
def test_a_polyglot_gets_the_media_type_of_its_name_and_no_other(tail):
    checked = check_upload(uploaded("a.pdf", files.pdf() + tail, "text/html"))

    assert checked.media_type == "application/pdf"


def test_a_photograph_that_tells_its_place_passes_with_a_warning():
    checked = check_upload(uploaded("写真.jpg", files.jpeg(before=PLACE)))

    (warning,) = checked.warnings
    assert "写真.jpg" in warning
    assert "位置情報" in warning


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"II*\x00",
        b"XX*\x00\x08\x00\x00\x00\x00\x00",
        b"II*\x00\xff\xff\xff\xff\x01\x00",
        b"II*\x00\x08\x00\x00\x00\xff\xff\x25",
        b"II*\x00\x08\x00\x00\x00\x01\x00" + struct.pack("<HHII", 0x0112, 3, 1, 1),
    ],
)
def test_a_photograph_without_a_place_passes_without(exif):
    checked = check_upload(uploaded("a.jpg", files.jpeg(before=files.exif(exif))))

    assert checked.warnings == ()


def test_twins_of_a_name_are_two_names():
    names = ("が.pdf", "か\u3099.pdf")

    assert [check_upload(uploaded(name, files.pdf())).label for name in names] == list(names)


def test_every_kind_of_the_limits_has_its_check():
    assert set(CHECKS) == {kind.name for kind in KINDS}


@given(
    name=st.sampled_from([f"a.{extension}" for kind in KINDS for extension in kind.extensions]),
    start=st.sampled_from(
        [b"", b"%PDF-", files.png(), b"\xff\xd8\xff\xe0", office("xlsx"), zipped({"a": b"b"}), OLE]
    ),
    rest=st.binary(max_size=300),
    cut=st.integers(0, 400),
)
def test_whatever_the_bytes_the_gate_answers_and_never_breaks(name, start, rest, cut):
    file = uploaded(name, start[: len(start) - cut] + rest)

    with contextlib.suppress(DomainError):
        assert check_upload(file).size
