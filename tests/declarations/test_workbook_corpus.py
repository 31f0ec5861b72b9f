"""The corpus of bad workbooks (46 to 68), each with its outcome: taken, a flaw of its row, or the file refused.

Numbers 55, 56, 58 to 60 and 63 end at the upload gate or, where that lets them pass, at the reader.
"""

import io
import json
import struct
import time
import zipfile

import pytest

from core.exceptions import DomainError
from declarations.workbook import sheet
from declarations.workbook.reading import TARGET, read
from documents.sandbox import run_limited
from documents.uploads import check_upload
from documents.workbook.sentences import refusal
from tests.declarations.workbooks import (
    HEADINGS,
    LINE,
    LINKS,
    MAIN,
    cell,
    handmade,
    line,
    page,
    zipped,
)
from tests.documents.files import uploaded

NAME = "言明.xlsx"


def found(content: bytes) -> dict:
    """What the reader makes of a file that the gate lets pass."""
    check_upload(uploaded(NAME, content))
    return json.loads(read(content))


def rows(content: bytes) -> list[dict]:
    return found(content)["rows"]


def refused(content: bytes) -> str:
    """The code of the reader's refusal; its sentence is whole."""
    facts = found(content)["refusal"]
    assert refusal(facts).endswith(("ください。", "ください", "なし", *HEADINGS, "Sheet1"))
    return facts["code"]


def stopped(content: bytes, name: str = NAME) -> str:
    """The sentence of the gate."""
    with pytest.raises(DomainError) as error:
        check_upload(uploaded(name, content))
    return str(error.value)


def test_46_a_renamed_sheet_is_refused_and_the_expected_one_named():
    content = handmade({"Sheet1": page(line(2, LINE))})
    facts = found(content)["refusal"]
    assert facts == {"code": "sheet_missing", "expected": "言明", "found": ["Sheet1"]}
    assert "「言明」に戻してください" in refusal(facts)


def test_47_the_order_of_sheets_does_not_matter():
    others = page(head=["メモ"])
    content = handmade({"メモ": others, "管理情報": others, "言明": page(line(2, LINE))})
    assert [row["texts"]["number"] for row in rows(content)] == ["9.2.3.2"]


def test_47_columns_may_move_and_people_may_add_their_own():
    head = ["自社メモ", *reversed(HEADINGS)]
    content = handmade({"言明": page(line(2, ["x", *reversed(LINE)]), head=head)})
    assert found(content)["columns"]["number"] == "G"
    assert rows(content)[0]["texts"]["individual_control"] == "手順どおり。"


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (HEADINGS[:-1], "headings"),
        ([*HEADINGS, "採否"], "headings_twice"),
        ([], "headings"),
    ],
)
def test_46_headings_must_be_there_once(head, code):
    assert refused(handmade({"言明": page(line(2, LINE), head=head)})) == code


def test_48_merged_cells_over_numbers_are_flaws_of_every_row_they_cover():
    merged = '<mergeCells count="1"><mergeCell ref="A2:A4"/></mergeCells>'
    lines = [line(2, LINE), line(3, ["", *LINE[1:]]), line(4, ["", *LINE[1:]]), line(5, LINE)]
    flaws = {
        row["row"]: row["flaws"] for row in rows(handmade({"言明": page(*lines, after=merged)}))
    }
    assert flaws == {
        2: {"number": ["merged", "A2:A4"]},
        3: {"number": ["merged", "A2:A4"]},
        4: {"number": ["merged", "A2:A4"]},
        5: {},
    }


@pytest.mark.parametrize(
    ("number", "formula", "shown"),
    [
        (49, '<c r="C2" t="str"><f>"a"&amp;B2</f><v>a採用する</v></c>', '="a"&B2'),
        (50, '<c r="C2"><f>A2</f></c>', "=A2"),
        (50, '<c r="C2"><f t="shared" si="0"/></c>', "="),
        (49, '<x:c xmlns:x="{main}" r="C2"><x:f>1+1</x:f><x:v>2</x:v></x:c>', "=1+1"),
    ],
)
def test_49_50_formulas_are_flaws_with_or_without_their_value(number, formula, shown):
    main = MAIN.split('"')[1]
    extra = formula.replace("{main}", main)
    content = handmade({"言明": page(line(2, [LINE[0], "採用する"], extra))})
    assert rows(content)[0]["flaws"] == {"individual_control": ["formula", shown]}


def test_53_missing_rows_are_no_flaw():
    assert len(rows(handmade())) == 1


def test_54_a_million_rows_are_refused_soon():
    many = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, 1_048_577))
    content = handmade({"言明": page(many)})
    started = time.process_time()
    facts = json.loads(read(content))["refusal"]
    assert facts == {"code": "rows", "sheet": "言明", "max": 5_000}
    assert time.process_time() - started < 2


def test_54_one_cell_at_the_end_of_the_sheet_is_refused():
    content = handmade(
        {"言明": page(line(2, LINE), '<row r="1048576"><c r="A1048576"><v>1</v></c></row>')}
    )
    assert refused(content) == "rows"
    content = handmade({"言明": page(line(2, LINE, '<c r="BI2"><v>1</v></c>'))})
    assert refused(content) == "columns"


def test_54_formatted_rows_below_the_last_are_nothing():
    styled = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 9_000))
    assert len(rows(handmade({"言明": page(line(2, LINE), styled)}))) == 1


def test_55_a_cell_of_200_mib_stops_at_the_gate():
    huge = page(line(2, [LINE[0], "x" * (200 * 1024 * 1024)]))
    assert "展開すると大きくなりすぎます" in stopped(handmade({"言明": huge}))


def test_55_what_the_directory_hides_is_counted_again():
    content = handmade({"言明": page(line(2, [LINE[0], "x" * 3_000_000]))})
    lying = bytearray(content)
    at = lying.find(b"PK\x01\x02", lying.find(b"PK\x01\x02") + 1)
    while lying[at + 46 : at + 46 + 24] != b"xl/worksheets/sheet1.xml":
        at = lying.find(b"PK\x01\x02", at + 4)
    lying[at + 24 : at + 28] = struct.pack("<I", 1_000)
    assert json.loads(read(bytes(lying))) == {"refusal": {"code": "unreadable"}}


@pytest.mark.parametrize("name", ["xl/media/inner.zip", "xl/media/picture.png"])
def test_56_archives_inside_are_refused(name):
    inner = zipped({"a.txt": b"x" * 1000})
    assert refused(handmade(parts={name: inner})) == "nested"


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">'
    f'<!ENTITY c "&b;&b;&b;&b;">]><sst {MAIN}><si><t>&c;</t></si></sst>'
)
OUTSIDE = f'<?xml version="1.0"?><!DOCTYPE sst SYSTEM "file:///etc/passwd"><sst {MAIN}/>'


@pytest.mark.parametrize("strings", [LAUGHS, OUTSIDE])
def test_57_document_types_are_refused(strings):
    assert refused(handmade(strings=strings)) == "doctype"


def test_57_no_encoding_hides_a_document_type():
    content = handmade(parts={"xl/sharedStrings.xml": LAUGHS.encode("utf-16")})
    assert refused(content) == "unreadable"


@pytest.mark.parametrize("encoding", ["UTF-p", "cp932", "rot13"])
@pytest.mark.parametrize(
    "name", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"]
)
def test_57_an_encoding_that_no_workbook_has_is_refused(encoding, name):
    with zipfile.ZipFile(io.BytesIO(handmade())) as archive:
        part = archive.read(name).partition(b"?>")[2] or archive.read(name)
    named = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + part
    outcome = {name: named}
    if name.endswith(".rels"):
        assert "開けない形式" in stopped(handmade(parts=outcome))
    else:
        assert refused(handmade(parts=outcome)) == "unreadable"


def test_58_macros_stop_at_the_gate():
    content = handmade(parts={"xl/vbaProject.bin": b"code"})
    assert "マクロ" in stopped(content)


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600


def test_59_a_password_stops_at_the_gate_and_is_named():
    assert "パスワード" in stopped(OLE + "EncryptedPackage".encode("utf-16-le"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (OLE, "古い形式"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "開けない形式"),
        (b"<html><table><tr><td>9.2.3.2</td></tr></table></html>", "開けない形式"),
    ],
)
def test_60_other_formats_under_the_name_stop_at_the_gate(content, words):
    assert words in stopped(content)


@pytest.mark.parametrize(
    "name",
    [
        "xl/externalLinks/externalLink1.xml",
        "xl/connections.xml",
        "xl/queryTables/queryTable1.xml",
        "XL/ExternalLinks/externalLink1.xml",
    ],
)
def test_61_what_stands_elsewhere_is_refused(name):
    assert refused(handmade(parts={name: b"<a/>"})) == "outside"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_61_power_query_is_refused(encoding):
    query = '<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">x</DataMashup>'
    assert refused(handmade(parts={"customXml/item1.xml": query.encode(encoding)})) == "outside"


def test_61_labels_of_a_document_system_are_nothing():
    assert rows(handmade(parts={"customXml/item1.xml": b"<label/>"}))


def test_62_hidden_rows_and_white_text_are_read_like_all_others():
    hidden = line(2, LINE).replace("<row ", '<row hidden="1" ').replace("<c ", '<c s="1" ')
    white = (
        f'<styleSheet {MAIN}><fonts count="2"><font/><font><color rgb="FFFFFFFF"/></font></fonts>'
        '<cellXfs count="2"><xf fontId="0"/><xf fontId="1"/></cellXfs></styleSheet>'
    )
    content = handmade({"言明": page(hidden)}, styles=white)
    assert rows(content)[0]["texts"]["individual_control"] == "手順どおり。"


@pytest.mark.parametrize("name", ["../../x", "/etc/x", "..\\x", "C:/x"])
def test_63_members_that_climb_stop_at_the_gate(name):
    assert "危ない名前" in stopped(handmade(parts={name: b"x"}))


def test_63_too_many_members_are_refused():
    many = {f"xl/media/{n}.png": b"x" for n in range(250)}
    assert refused(handmade(parts=many)) == "members"
    assert "多すぎます" in stopped(handmade(parts={f"a/{n}": b"" for n in range(1_100)}))


def test_63_a_wrong_checksum_is_refused():
    content = bytearray(handmade())
    entry = zipfile.ZipFile(io.BytesIO(bytes(content))).getinfo("xl/worksheets/sheet1.xml")
    at = content.find(b"xl/worksheets/sheet1.xml", content.find(b"PK\x01\x02")) - 46
    content[at + 16 : at + 20] = struct.pack("<I", entry.CRC ^ 1)
    assert json.loads(read(bytes(content))) == {"refusal": {"code": "unreadable"}}


def test_63_two_parts_of_one_name_are_refused():
    buffer = io.BytesIO(handmade())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("XL/worksheets/sheet1.xml", page(line(2, ["6.1.1.1"])))
    assert json.loads(read(buffer.getvalue())) == {"refusal": {"code": "unreadable"}}


def test_66_rich_text_keeps_its_text_and_readings_are_left_out():
    strings = (
        f"<sst {MAIN}><si><r><t>特権</t></r><r><rPr><b/></rPr><t>ID</t></r>"
        '<rPh sb="0" eb="2"><t>トッケン</t></rPh><phoneticPr fontId="1"/></si>'
        '<si><t>基盤</t><rPh sb="0" eb="2"><t>キバン</t></rPh></si></sst>'
    )
    shared = '<c r="C2" t="s"><v>0</v></c><c r="F2" t="s"><v>1</v></c>'
    content = handmade({"言明": page(line(2, LINE[:2], shared))}, strings=strings)
    texts = rows(content)[0]["texts"]
    assert (texts["individual_control"], texts["inherited_note"]) == ("特権ID", "基盤")


DATES = f'<styleSheet {MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'


@pytest.mark.parametrize(
    ("written", "flaw"),
    [
        ('<c r="C2" s="1"><v>45658</v></c>', ["date", "2025-01-01"]),
        ('<c r="C2" t="d"><v>2025-01-01</v></c>', ["date", "2025-01-01"]),
        ('<c r="C2" t="b"><v>1</v></c>', ["bool", "1"]),
        ('<c r="C2" t="e"><v>#N/A</v></c>', ["error", "#N/A"]),
        ('<c r="C2"><v>8.9999E+12</v></c>', ["number", "8999900000000"]),
    ],
)
def test_67_values_that_are_no_text_are_flaws(written, flaw):
    content = handmade({"言明": page(line(2, LINE[:2], written))}, styles=DATES)
    only = rows(content)[0]["flaws"]["individual_control"]
    assert (only[0], only[1].startswith(flaw[1])) == (flaw[0], True)


def test_67_a_number_that_became_a_date_is_a_flaw_of_the_number():
    written = '<row r="2"><c r="A2" s="1"><v>37318</v></c></row>'
    content = handmade({"言明": page(written)}, styles=DATES)
    assert rows(content)[0]["flaws"]["number"][0] == "date"


def test_68_a_workbook_with_the_structure_that_google_writes():
    """Hand-made: text in place, absolute targets of relations, a thousand empty rows, prefixes in the content types."""
    empty = "".join(
        f'<row r="{n}" customHeight="1" ht="15.75"><c r="A{n}" s="1"/></row>'
        for n in range(3, 1_001)
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships'
        '/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>'
    )
    entry = '<sheet state="visible" name="言明" sheetId="1" r:id="rId4"/>'
    book = f"<workbook {MAIN} {LINKS}><workbookPr/><sheets>{entry}</sheets></workbook>"
    content = handmade(
        {"言明": page(line(2, LINE), empty)},
        parts={"xl/_rels/workbook.xml.rels": links.encode(), "xl/workbook.xml": book.encode()},
    )
    assert [row["texts"]["number"] for row in rows(content)] == ["9.2.3.2"]


def test_68_old_excel_writes_escapes_for_line_ends():
    written = cell("C2", "一行目_x000D_\n二行目")
    content = handmade({"言明": page(line(2, LINE[:2], written))})
    assert rows(content)[0]["texts"]["individual_control"] == "一行目\r\n二行目"


def test_nul_written_as_an_escape_reaches_no_database():
    content = handmade({"言明": page(line(2, LINE[:2], cell("C2", "a_x0000_b")))})
    assert rows(content)[0]["texts"]["individual_control"] == "a\ufffdb"


def test_a_sheet_without_rows_is_told():
    assert refused(handmade({"言明": page()})) == "empty"


def test_the_reader_works_in_the_sandbox():
    content = handmade()
    limits = {"memory_mb": 300, "cpu_seconds": 2, "wall_seconds": 60}
    assert json.loads(run_limited(TARGET, content, **limits)) == json.loads(read(content))


def test_every_word_of_the_format_is_told_apart():
    assert len({column.header for column in sheet.LAYOUT.columns}) == len(sheet.LAYOUT.columns)
