"""Forms of the provider on a finding: answer, and report the remedy as done."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits import policies
from audits.forms.finding import AnswerForm, CompleteForm
from audits.models import Finding
from audits.selectors.finding_conflicts import answer_conflict
from audits.selectors.findings import due_of
from audits.services.finding_answer import AnswerFacts, answer_finding, complete_remedy
from audits.views.finding_pages import form_answer, status_of
from audits.views.findings import visible_finding
from core.exceptions import DomainError, EditConflictError
from core.forms import refill
from declarations.selectors.colleagues import colleagues


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Cause, plan, owner and due date; a further answer is a further version."""
    found = _answerable(request, pk)
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        colleagues=colleagues(found.engagement.declaration),
        initial=_offered(found),
    )
    status, conflict = status_of(form), None
    if form.is_valid():
        sent = dict(form.cleaned_data)
        version, owner = sent.pop("version"), sent["owner"]
        facts = AnswerFacts(sent["root_cause"], sent["plan"], owner.pk, sent["due_on"])
        try:
            answer_finding(finding_id=pk, actor=request.user, version=version, facts=facts)
        except EditConflictError as error:
            conflict = answer_conflict(error.current, sent)
            refill(form, {"version": error.current.row_version})
            status = 409
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("回答しました。監査機関に知らせました。"))
            return redirect(found)
    return form_answer(
        request,
        found,
        form,
        status=status,
        conflict=conflict,
        title=_("発見事項への回答"),
        submit_label=_("回答する"),
        offers_due=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The remedy is done: since when, and what came of it."""
    found = _answerable(request, pk)
    form = CompleteForm(
        request.POST if request.method == "POST" else None, initial={"version": found.row_version}
    )
    status, conflict = status_of(form), None
    if form.is_valid():
        sent = dict(form.cleaned_data)
        version = sent.pop("version")
        try:
            complete_remedy(finding_id=pk, actor=request.user, version=version, **sent)
        except EditConflictError as error:
            conflict = answer_conflict(error.current, sent)
            refill(form, {"version": error.current.row_version})
            status = 409
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("改善の完了を報告しました。監査機関の再評価を待っています。")
            )
            return redirect(found)
    return form_answer(
        request,
        found,
        form,
        status=status,
        conflict=conflict,
        title=_("改善の完了の報告"),
        submit_label=_("完了を報告する"),
        shows_answer=True,
    )


def _answerable(request: HttpRequest, pk: uuid.UUID) -> Finding:
    found = visible_finding(request, pk)
    if not policies.can_answer(request.user, found.engagement):
        raise PermissionDenied
    return found


def _offered(found: Finding) -> dict[str, object]:
    """The newest answer to go on from; the scheme's day where it has one."""
    newest, due = found.answers.last(), due_of(found)
    version = {"version": found.row_version}
    if newest is None:
        return version | ({"due_on": due.day} if due and due.day else {})
    return version | {
        "root_cause": newest.root_cause,
        "plan": newest.plan,
        "owner": newest.owner_id,
        "due_on": newest.due_on,
    }
