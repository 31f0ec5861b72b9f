import pytest
from django import forms

from documents.forms import UploadField
from documents.uploads import CheckedUpload
from tests.documents import files


class EvidenceForm(forms.Form):
    report = UploadField(label="報告書")
    extra = UploadField(label="別紙", required=False)


def bound(**uploads) -> EvidenceForm:
    return EvidenceForm({}, uploads)


def test_a_proper_file_is_cleaned_to_what_we_know_of_it():
    form = bound(report=files.uploaded("報告書.pdf", files.pdf()))

    assert form.is_valid()
    assert isinstance(form.cleaned_data["report"], CheckedUpload)
    assert form.cleaned_data["extra"] is None


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ", "受け付けません"),
        ("a.pdf", b"", "0バイト"),
        ("a.pdf", b"<html>", "PDFでは"),
    ],
)
def test_what_the_gate_refuses_is_an_error_at_the_field(name, content, words):
    form = bound(report=files.uploaded(name, content))

    assert not form.is_valid()
    assert words in form.errors["report"][0]


def test_a_missing_required_file_is_an_error():
    assert "report" in bound().errors


def test_the_field_says_what_it_takes():
    field = EvidenceForm().fields["report"]

    assert "20 MB" in str(field.help_text)
    assert field.widget.attrs["accept"].startswith(".pdf,.png,.jpg")
