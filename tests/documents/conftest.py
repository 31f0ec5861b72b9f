"""The test form is known while a test of this folder runs."""

import pytest

from documents import registry
from tests.documents.factories import NOTE_FORM


@pytest.fixture(autouse=True)
def note_form():
    """Registered for one test, so that no other test meets it."""
    registry.register(NOTE_FORM)
    yield NOTE_FORM
    registry._FORMS.pop(NOTE_FORM.key)


@pytest.fixture
def media(settings, tmp_path):
    """A real folder instead of the storage in memory."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    }
    return tmp_path
