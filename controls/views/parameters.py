"""Pages of the scheme parameters, for staff."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from controls import policies
from controls.enums import ParameterState
from controls.forms.parameters import (
    ParameterFilterForm,
    ProposalForm,
    WithdrawForm,
    initial_proposal,
)
from controls.models import SchemeParameter
from controls.parameter_file import Definition, definitions
from controls.selectors import parameters as selectors
from controls.services import parameters as services
from core.exceptions import DomainError


@require_safe
def parameters(request):
    """All parameters in groups, and the changes that wait for a second person."""
    if not policies.can_see_parameters(request.user):
        raise PermissionDenied
    today = timezone.localdate()
    form = ParameterFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    status, text = wanted.get("status", ""), wanted.get("q", "")
    context = {
        "form": form,
        "is_filtered": bool(status or text),
        "groups": selectors.parameter_groups(on=today, status=status, text=text),
        "waiting": selectors.waiting_proposals(on=today),
    }
    return render(request, "controls/parameters.html", context)


@require_safe
def parameter(request, pk):
    """One parameter: what holds today, every dated value, the open proposal, what was done."""
    row = _visible(request.user, pk)
    page = selectors.parameter_page(row.name, on=timezone.localdate())
    proposal = page.proposal.row if page.proposal else None
    user = request.user
    context = {
        "page": page,
        "definition": definitions().get(row.name),
        "can_propose": proposal is None
        and row.name in definitions()
        and policies.can_propose_parameter(user),
        "can_publish": proposal is not None and policies.can_publish_parameter(user, proposal),
        "can_withdraw": proposal is not None and policies.can_withdraw_parameter(user, proposal),
        "row": row,
    }
    return render(request, "controls/parameter.html", context)


@require_http_methods(["GET", "POST"])
def propose_parameter(request, pk):
    """Propose another value from a day on."""
    row = _visible(request.user, pk)
    if not policies.can_propose_parameter(request.user):
        raise PermissionDenied
    definition = _definition(row)
    current = selectors.parameter_page(row.name, on=timezone.localdate()).current
    form = ProposalForm(
        request.POST if request.method == "POST" else None,
        definition=definition,
        initial=initial_proposal(definition, current.row if current else None),
    )
    if form.is_valid():
        try:
            proposal = services.propose_parameter(
                name=row.name, actor=request.user, **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("変更を提案しました。別の人が公開すると適用されます。"))
            return redirect(proposal)
    lead = _("%(label)s。別の人が公開するまで、いまの値が適用されます。") % {
        "label": definition.label
    }
    return _act_page(
        request, row, form, title=_("変更を提案する"), lead=lead, submit_label=_("提案する")
    )


@require_http_methods(["GET", "POST"])
def publish_parameter(request, pk):
    """Check a proposal and publish it."""
    row = _visible(request.user, pk)
    if not policies.can_publish_parameter(request.user, row):
        raise PermissionDenied
    error = ""
    if request.method == "POST":
        try:
            services.publish_parameter(parameter_id=row.pk, actor=request.user)
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("変更を公開しました。"))
            return redirect(row)
    today = timezone.localdate()
    page = selectors.parameter_page(row.name, on=today)
    context = {
        "row": row,
        "page": page,
        "proposal": selectors.parameter_line(row, on=today),
        "error": error,
        "is_waiting": row.state == ParameterState.DRAFT,
    }
    return render(request, "controls/publish_parameter.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
def withdraw_parameter(request, pk):
    """Take a proposal back, or turn it down."""
    row = _visible(request.user, pk)
    if not policies.can_withdraw_parameter(request.user, row):
        raise PermissionDenied
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.withdraw_parameter(
                parameter_id=row.pk, actor=request.user, **form.cleaned_data
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("提案を取り下げました。"))
            return redirect(row)
    return _act_page(
        request,
        row,
        form,
        title=_("提案を取り下げる"),
        lead=row.label,
        submit_label=_("取り下げる"),
    )


def _visible(user: User, pk: Any) -> SchemeParameter:
    return get_object_or_404(SchemeParameter.objects.visible_to(user), pk=pk)


def _definition(row: SchemeParameter) -> Definition:
    try:
        return definitions()[row.name]
    except KeyError:
        raise Http404 from None


def _act_page(request, row: SchemeParameter, form: Any, *, title: str, **context: str):
    back = row.get_absolute_url()
    breadcrumb = [
        {"label": _("制度パラメータ"), "url": reverse("controls:parameters")},
        {"label": row.label, "url": back},
        {"label": title},
    ]
    context = {"title": title, "form": form, "breadcrumb": breadcrumb, "cancel_url": back} | context
    status = 422 if form.is_bound else 200
    return render(request, "forms/form_page.html", context, status=status)
