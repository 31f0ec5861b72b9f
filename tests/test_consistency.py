"""Promises that hold across all apps, checked against what is really there."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection, models
from django.forms import Form, ModelForm
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

from core.forms import StrictForm
from core.models import HistoryEntry
from ismap_liu.celery import app as celery_app

ROOT = Path(__file__).resolve().parent.parent
OWN_APPS = (
    "core", "accounts", "documents", "controls", "declarations", "registrations", "audits", "incidents",
)  # fmt: skip
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted(
    (ROOT / "templates").rglob("*.txt")
)
JAPANESE = re.compile(r"[\u3041-\u30fa\u3400-\u9fff々〆]")

# Rows that nobody may change or remove: facts, votes and history.
APPEND_ONLY = {
    "registrations_listingevent", "registrations_validityperiod", "registrations_vote",
    "registrations_clearance", "registrations_registration", "declarations_declarationsnapshot",
    "declarations_statementbatch", "declarations_evidenceversion", "declarations_commentmention",
    "audits_internalauditsubmission", "audits_providedevidence", "audits_findinganswer",
    "audits_retest", "audits_reviewedevidence", "audits_independencestatement",
    "audits_requestedcontrol", "audits_managementconfirmation",
    "audits_internalauditprogramme",
}  # fmt: skip

# What a stranger may open. Everything else asks for a sign-in first.
PUBLIC_VIEWS = {
    "public:list", "public:entry", "public:json", "public:csv", "healthz", "invitations:accept",
}  # fmt: skip


def own_models() -> list[type[models.Model]]:
    return [model for label in OWN_APPS for model in apps.get_app_config(label).get_models()]


def routes(resolver: URLResolver | None = None, namespace: str = "") -> dict[str, URLPattern]:
    """Every named route with its namespace."""
    found: dict[str, URLPattern] = {}
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found |= routes(entry, inner)
        else:
            found[f"{namespace}{entry.name}"] = entry
    return found


@pytest.mark.django_db
def test_models_and_migrations_agree():
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes" in out.getvalue()


@pytest.mark.django_db
def test_append_only_tables_refuse_change_by_trigger():
    histories = {m._meta.db_table for m in own_models() if issubclass(m, HistoryEntry)}
    assert len(histories) >= 8
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgname LIKE 'pgtrigger_append_only%%'"
        )
        protected = {name for (name,) in cursor.fetchall()}
    assert protected == histories | APPEND_ONLY


def test_every_model_says_what_it_is_and_in_which_order():
    nameless = [m for m in own_models() if "__str__" not in vars(m) and not _inherits_str(m)]
    unordered = [m for m in own_models() if not m._meta.ordering]
    assert (nameless, unordered) == ([], [])


def test_no_form_of_a_model_offers_its_state():
    offering = [form for form in ModelForm.__subclasses__() if "state" in form.base_fields]
    assert not offering


def test_every_form_takes_a_value_once():
    get_resolver().url_patterns  # noqa: B018 -- imports every view, and with it every form
    own = [form for form in _below(Form) if form.__module__.split(".")[0] in (*OWN_APPS, "desks")]
    assert len(own) >= 30
    assert [form for form in own if not issubclass(form, StrictForm)] == []


def test_beat_starts_only_tasks_that_exist():
    celery_app.loader.import_default_modules()
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert planned <= set(celery_app.tasks)


def test_what_beat_starts_can_be_done_by_hand():
    planned = {entry["task"].split(".")[1] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    # A heartbeat written by hand would say that a worker lives when none does.
    assert planned - {"beat_heart"} <= set(get_commands())


def test_strangers_open_only_the_views_that_are_named_here():
    open_views = {
        name
        for name, pattern in routes().items()
        if not getattr(pattern.callback, "login_required", True)
    }
    assert {name for name in open_views if not name.startswith("account_")} == PUBLIC_VIEWS


def test_template_text_goes_through_gettext():
    left = [
        f"{path}: {line.strip()}"
        for path in TEMPLATES
        for line in _without_translated(path.read_text()).splitlines()
        if JAPANESE.search(line)
    ]
    assert not left


def test_templates_hold_no_inline_style_handler_or_unescaped_text():
    forbidden = re.compile(r"""\sstyle=|\son[a-z]+=["']|\|safe\b|\{% autoescape off %\}""")
    found = [
        path for path in TEMPLATES if path.suffix == ".html" and forbidden.search(path.read_text())
    ]
    assert not found


def test_python_marks_nothing_as_safe_by_hand():
    found = [
        path
        for label in (*OWN_APPS, "desks", "demo", "ismap_liu")
        for path in (ROOT / label).rglob("*.py")
        if "mark_safe" in path.read_text()
    ]
    assert not found


def test_every_template_is_used():
    sources = "\n".join(
        path.read_text()
        for folder in (*OWN_APPS, "desks", "demo", "templates", "ismap_liu")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".html", ".txt")
    )
    # Found by name by Django and allauth themselves.
    by_convention = re.compile(r"^(\d{3}(_csrf)?\.html|account/.*|allauth/.*)$")
    names = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
    unused = [n for n in names if not by_convention.match(n) and f'"{n}"' not in sources]
    assert not unused


def test_every_template_compiles():
    for path in TEMPLATES:
        assert get_template(str(path.relative_to(ROOT / "templates")))


def test_own_scripts_write_no_html():
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    found = [
        path for path in (ROOT / "static/js").rglob("*.js") if forbidden.search(path.read_text())
    ]
    assert not found


def test_lock_files_carry_names_versions_and_hashes_only():
    locks = list((ROOT / "requirements").glob("*.lock"))
    assert len(locks) == 2
    for lock in locks:
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text


def _below(base: type) -> list[type]:
    return [one for form in base.__subclasses__() for one in (form, *_below(form))]


def _without_translated(text: str) -> str:
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.S)
    text = re.sub(r"\{% blocktranslate.*?%\}.*?\{% endblocktranslate %\}", "", text, flags=re.S)
    text = re.sub(r"""\{% translate (".*?"|'.*?').*?%\}""", "", text)
    return re.sub(r"""_\((".*?"|'.*?')\)""", "", text)


def _inherits_str(model: type[models.Model]) -> bool:
    bases = [base for base in model.__mro__[1:] if base not in (models.Model, object)]
    return any("__str__" in vars(base) for base in bases)
