"""Broken workbooks end in rows or in a refusal, never in an error."""

import io
import json
import zipfile

from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exceptions import DomainError
from declarations.rules import LIMITS
from declarations.workbook.comparing import Allowed, compare
from declarations.workbook.reading import read
from declarations.workbook.writing import SheetFacts, workbook_bytes
from documents.uploads import check_upload
from documents.workbook.sentences import refusal
from tests.declarations.workbooks import handmade, row, zipped
from tests.documents.files import uploaded

NOW = [row(f"9.2.3.{n}", individual_control=f"手順{n}") for n in range(1, 4)]
WRITTEN = workbook_bytes(NOW, SheetFacts("", "見本-1", "見本", "期間", "全体", timezone.now()))
PARTS = {
    name: zipfile.ZipFile(io.BytesIO(WRITTEN)).read(name)
    for name in zipfile.ZipFile(io.BytesIO(WRITTEN)).namelist()
}


def ends_well(content: bytes) -> None:
    """A sentence of the gate, a sentence of the reader, or rows that can be compared."""
    try:
        check_upload(uploaded("言明.xlsx", content))
    except DomainError:
        return
    found = json.loads(read(content))
    if "refusal" in found:
        assert refusal(found["refusal"])
    else:
        compare(found, NOW, Allowed(LIMITS), is_own=True)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, len(WRITTEN) - 1), st.integers(1, 255)), max_size=6))
def test_flipped_bits(flips):
    content = bytearray(WRITTEN)
    for at, mask in flips:
        content[at] ^= mask
    ends_well(bytes(content))


@settings(max_examples=20)
@given(st.integers(0, len(WRITTEN)))
def test_cut_files(length):
    ends_well(WRITTEN[:length])


@settings(max_examples=40)
@given(st.permutations(sorted(PARTS)))
def test_parts_under_the_name_of_others(order):
    ends_well(zipped(dict(zip(sorted(PARTS), (PARTS[name] for name in order), strict=True))))


@settings(max_examples=60)
@given(
    st.sampled_from([name for name in PARTS if name.startswith("xl/") and "theme" not in name]),
    st.data(),
)
def test_broken_parts_in_a_sound_archive(name, data):
    part = bytearray(PARTS[name])
    for at in data.draw(st.lists(st.integers(0, len(part) - 1), min_size=1, max_size=5)):
        part[at] = data.draw(st.integers(0, 255))
    ends_well(zipped(PARTS | {name: bytes(part)}))


@settings(max_examples=30)
@given(st.text(st.sampled_from("<>/=\"' crvtfs123:&;#x"), max_size=200))
def test_markup_that_means_nothing(markup):
    ends_well(handmade({"言明": f"<worksheet><sheetData>{markup}</sheetData></worksheet>"}))
