"""A workbook of working papers to rows of text. Runs in the sandbox."""

from audits.workbook.sheet import LAYOUT
from documents.workbook.reading import read_sheet

TARGET = "audits.workbook.reading:read"


def read(content: bytes) -> bytes:
    """What stands in the workbook, as `read_sheet` tells it."""
    return read_sheet(content, LAYOUT)
