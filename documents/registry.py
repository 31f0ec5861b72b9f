"""The forms that apps can issue: what each is called, its template, and the version of that template.

An app declares its forms in its `documents.py`, a frozen dataclass of plain values each, and registers them there;
`documents.apps` imports those modules at start, so that the worker knows every form.
"""

from dataclasses import dataclass
from typing import Any

from core.canonical import canonical_json, sha256_hex


@dataclass(frozen=True, slots=True)
class FormSpec:
    """One official paper. A change of the template that shows on paper gets a new `template_version`.

    `letter` begins the document number. `title` is the paper's own name and is printed.
    """

    key: str
    letter: str
    title: str
    template: str
    template_version: str


_FORMS: dict[str, FormSpec] = {}


def register(form: FormSpec) -> FormSpec:
    """Make the form known under its key and return it."""
    _FORMS[form.key] = form
    return form


def form_of(key: str) -> FormSpec:
    """The form with this key. KeyError for a form that no installed app declares."""
    return _FORMS[key]


def data_digest(data: dict[str, Any]) -> str:
    """The hash by which the data of a form are compared: over canonical JSON, so order and tuples do not matter."""
    return sha256_hex(canonical_json(data))
