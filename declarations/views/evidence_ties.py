"""Tying evidence that is kept: to one statement from its row, to many from the page of the evidence, and undoing it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.exceptions import DomainError
from core.views import posted
from declarations import policies
from declarations.forms.evidence import LibrarySearchForm, TieForm
from declarations.models import Declaration, Evidence, EvidenceVersion, Statement, StatementBatch
from declarations.selectors import evidence_library as selectors
from declarations.selectors.evidence_targets import drafts_of, targets
from declarations.services.batches import undo_batch
from declarations.services.evidence import tie_kept_evidence
from declarations.services.evidence_ties import tie_evidence
from declarations.views.editor import breadcrumb, page_context, visible_declaration
from declarations.views.evidence_library import crumbs, item_page, notice_days, visible_evidence
from declarations.views.statements import found_statement, section_url

# What the row's page offers at once; searching finds the rest.
OFFERED = 50


@require_http_methods(["GET", "HEAD", "POST"])
def pick(request: HttpRequest, pk: uuid.UUID, number: str) -> HttpResponse:
    """Choose something from the library for one row. POST with `version` ties it, POST with `text` searches."""
    declaration = visible_declaration(request, pk)
    if not policies.can_edit_declaration(request.user, declaration):
        raise PermissionDenied
    found = found_statement(declaration, number)
    if "version" not in request.POST:
        return _pick_page(request, declaration, found)
    version = _own_version(request, request.POST["version"])
    if version is None:
        gone = DomainError(_("選んだ証跡が見つかりません。一覧から選び直してください。"))
        return _pick_page(request, declaration, found, refused=gone)
    try:
        tie_kept_evidence(
            declaration_id=pk, number=number, actor=request.user, version_id=version.pk
        )
    except DomainError as error:
        return _pick_page(request, declaration, found, refused=error)
    messages.success(request, _("「%(name)s」を紐付けました。") % {"name": version.name})
    return redirect("declarations:statement", pk, number)


@require_http_methods(["GET", "HEAD", "POST"])
def tie(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Tie the newest version to many statements: choose, look at them, confirm."""
    found = visible_evidence(request, pk)
    drafts = drafts_of(request.user)
    version = found.versions.select_related("file").order_by("-number").first()
    initial = {"version": version.pk, "declaration": drafts.first()}
    form = TieForm(posted(request), drafts=drafts, initial=initial)
    page = {
        "evidence": found,
        "version": version,
        "has_drafts": drafts.exists(),
        "breadcrumb": crumbs(found, _("管理策に紐付け")),
    }
    if not form.is_valid():
        return _tie_page(request, form, page)
    chosen = targets(form.cleaned_data["declaration"], form.codes, version_id=form.version_id)
    if chosen.unknown:
        form.add_error("numbers", _unknown(chosen.unknown))
        return _tie_page(request, form, page)
    if request.POST.get("step") != "tie":
        page |= {"chosen": chosen, "declaration": form.cleaned_data["declaration"], "form": form}
        return render(request, "declarations/evidence/tie_check.html", page)
    return _tie(request, found, form, [row.number for row in chosen.rows], page)


@require_POST
def untie(request: HttpRequest, pk: uuid.UUID, batch: uuid.UUID) -> HttpResponse:
    """Undo one act over many statements."""
    found = visible_evidence(request, pk)
    act = get_object_or_404(StatementBatch.objects.filter(pk__in=_acts_on(found)), pk=batch)
    try:
        undone = undo_batch(batch_id=act.pk, actor=request.user)
    except DomainError as error:
        return item_page(request, found, refused=error)
    messages.success(
        request,
        _("「%(summary)s」を取り消しました（%(count)s件）。")
        % {"summary": act.summary, "count": undone.batch.rows},
    )
    if undone.left:
        messages.warning(
            request,
            _("その後に変更された次の管理策は、そのままにしました：%(numbers)s")
            % {"numbers": "、".join(undone.left[:10])},
        )
    return redirect(found)


def _tie(
    request: HttpRequest, found: Evidence, form: TieForm, numbers: list[str], page: dict[str, Any]
) -> HttpResponse:
    version = get_object_or_404(found.versions, pk=form.version_id)
    try:
        tied = tie_evidence(
            declaration_id=form.cleaned_data["declaration"].pk,
            version_id=version.pk,
            actor=request.user,
            numbers=numbers,
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return _tie_page(request, form, page)
    if tied.batch:
        said = _("%(count)s件の管理策に紐付けました。") % {"count": tied.batch.rows}
    else:
        said = _("選んだ管理策には、すべて紐付け済みです。")
    messages.success(request, said)
    return redirect(found)


def _tie_page(request: HttpRequest, form: TieForm, page: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "declarations/evidence/tie.html", page | {"form": form}, status=status)


def _pick_page(
    request: HttpRequest,
    declaration: Declaration,
    found: Statement,
    *,
    refused: DomainError | None = None,
) -> HttpResponse:
    form = LibrarySearchForm(posted(request) if "text" in request.POST else None)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    today, notice = timezone.localdate(), notice_days()
    library = selectors.library(request.user, state="", text=text, today=today, notice=notice)
    tied = found.evidence.filter(removed_at__isnull=True).values_list("version", flat=True)
    count, number = library.count(), found.control.number
    statement_url = reverse("declarations:statement", args=[declaration.pk, number])
    context = page_context(request, declaration) | {
        "number": number,
        "statement": found,
        "form": form,
        "text": text,
        "count": count,
        "more": max(0, count - OFFERED),
        "rows": selectors.library_rows(
            library[:OFFERED], today=today, notice=notice, tied=frozenset(tied)
        ),
        "back": statement_url,
        "errors": [{"text": str(refused)}] if refused else [],
        "breadcrumb": breadcrumb(
            declaration,
            (f"{number} {found.control.title or found.control.parent.title}", statement_url),
            (_("保管庫から選ぶ"), ""),
        ),
        "section_url": section_url(declaration, found),
    }
    status = 422 if refused or (form.is_bound and not form.is_valid()) else 200
    return render(request, "declarations/evidence/pick.html", context, status=status)


def _own_version(request: HttpRequest, typed: str) -> EvidenceVersion | None:
    own = Evidence.objects.visible_to(request.user)
    try:
        pk = uuid.UUID(typed)
    except ValueError:
        return None
    return EvidenceVersion.objects.filter(evidence__in=own, pk=pk).select_related("file").first()


def _acts_on(evidence: Evidence):
    return (
        evidence.versions.filter(ties__added_in__isnull=False).order_by().values("ties__added_in")
    )


def _unknown(codes: list[str]) -> str:
    return _("次の番号の管理策はこの言明にありません。番号を確認してください：%(numbers)s") % {
        "numbers": "、".join(code[:20] for code in codes[:10])
    }
