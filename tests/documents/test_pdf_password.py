"""Encrypted PDF: refused when it needs a password, accepted when it only restricts printing."""

import io

import pikepdf
import pytest

from core.exceptions import DomainError
from documents.uploads import check_upload
from tests.documents.files import uploaded


def encrypted(**passwords) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(buffer, encryption=pikepdf.Encryption(**passwords))
    return buffer.getvalue()


def test_a_pdf_that_needs_a_password_is_refused():
    with pytest.raises(DomainError, match="パスワード"):
        check_upload(uploaded("a.pdf", encrypted(user="open", owner="own")))


def test_a_pdf_that_only_restricts_printing_is_accepted():
    assert check_upload(uploaded("a.pdf", encrypted(user="", owner="own"))).kind == "pdf"


def test_a_pdf_with_a_broken_encryption_entry_is_refused():
    content = b"%PDF-1.7\n" + b"/Encrypt 9 0 R\n" + b"%%EOF"

    with pytest.raises(DomainError, match="PDFではありません"):
        check_upload(uploaded("a.pdf", content))
