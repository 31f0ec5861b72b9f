"""Pages of the committee: the proposals of a case, votes, the outcome, the member's cases."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from controls.rules import Rules
from core.exceptions import DomainError, EditConflictError
from core.views import posted
from registrations.enums import ApplicationMove, ClearanceKind, DecisionKind, DecisionState
from registrations.forms.decision import VoteForm
from registrations.forms.review import GRANT, REFUSE, ProposalForm
from registrations.models import Application, Decision
from registrations.policies import decision as policies
from registrations.selectors import begin as begin_selectors
from registrations.selectors import decision as selectors
from registrations.selectors.application import clearances_of
from registrations.services import decision as services
from registrations.validity import validity_after
from registrations.views.common import (
    act_context,
    application_act,
    permitted_application,
    tab_context,
    visible_application,
)


@require_safe
def decision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every version of the proposal, and the panel in which a member votes."""
    found = permitted_application(request, pk, _sees_proposals)
    return _decision_page(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a proposal before the committee, or replace the open one by a new version."""
    found = permitted_application(request, pk, policies.can_propose)
    current = selectors.open_decision(found)
    form = ProposalForm(posted(request), initial=_proposal_values(found, current), kind=found.kind)

    def act(_data: dict[str, Any]) -> str:
        made = services.propose_decision(application_id=pk, actor=request.user, **form.act_data)
        messages.success(
            request,
            _("決定案の第%(version)s版を運営委員会に付議しました。")
            % {"version": made.proposal_version},
        )
        return reverse("registrations:decision", args=[pk])

    rules = Rules.at(timezone.localdate())
    page = {
        "title": _("決定案を変更する") if current else _("決定案を作り付議する"),
        "current": current,
        "able": selectors.voters(found.organisation_id, proposer_id=request.user.pk),
        "article": rules.article("registration"),
        "valid_until": validity_after(found.declaration.period_end, rules).valid_until,
    }
    return application_act(
        request, found, form, act, page,
        moves=(ApplicationMove.REFER, ApplicationMove.AMEND), template="registrations/propose.html",
    )  # fmt: skip


@require_POST
def vote(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Vote in two steps: what was chosen is shown once more (`step=check`) before it is cast (`step=cast`)."""
    visible = Decision.objects.visible_to(request.user).select_related("application", "proposed_by")
    proposal = get_object_or_404(visible, pk=pk)
    if not policies.can_vote(request.user, proposal):
        raise PermissionDenied
    application = visible_application(request, proposal.application_id)
    form, step = VoteForm(request.POST), request.POST.get("step")
    if not form.is_valid():
        return _decision_page(request, application, form=form, status=422)
    if step == "cast":
        return _cast(request, application, proposal, form)
    if step == "edit":
        return _decision_page(request, application, form=form)
    context = act_context(request, application, _("表決の確認"))
    return render(
        request, "registrations/vote_check.html", context | {"form": form, "proposal": proposal}
    )


@require_safe
def outcome(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the committee decided, with number and effect."""
    found = permitted_application(request, pk, _sees_proposals)
    result = begin_selectors.outcome(found)
    if result is None:
        return redirect("registrations:decision", pk=pk)
    context = act_context(request, found, _("決定")) | {"outcome": result}
    return render(request, "registrations/outcome.html", context)


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The cases before the committee, seen by one member."""
    if not policies.can_declare_conflict(request.user):
        raise PermissionDenied
    context = {"cases": selectors.member_cases(request.user)}
    return render(request, "registrations/cases.html", context)


def _cast(
    request: HttpRequest, application: Application, proposal: Decision, form: VoteForm
) -> HttpResponse:
    try:
        done = services.cast_vote(decision_id=proposal.pk, actor=request.user, **form.act_data)
    except EditConflictError as error:
        application.refresh_from_db()
        fresh = VoteForm(initial={"reason": form.cleaned_data["reason"]})
        return _decision_page(request, application, form=fresh, status=409, problem=str(error))
    except DomainError as error:
        form.add_error(None, str(error))
        return _decision_page(request, application, form=form, status=422)
    if done.state == DecisionState.CARRIED:
        return redirect("registrations:outcome", pk=application.pk)
    messages.success(request, _after_vote(done))
    return redirect("registrations:decision", pk=application.pk)


def _after_vote(done: Decision) -> str:
    if done.state == DecisionState.DISSENTED:
        return _("反対の表決を受け付けました。この決定案は終わり、案件を事務局へ差し戻しました。")
    return _("表決を受け付けました。もう1名の賛成で決定します。")


def _decision_page(
    request: HttpRequest,
    application: Application,
    *,
    form: VoteForm | None = None,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    versions = selectors.proposals(request.user, application)
    current = next((one for one in versions if one.is_open), None)
    context = tab_context(request, application, "decision") | {
        "current": current,
        "earlier": [one for one in versions if not one.is_open],
        "problems": [{"text": problem}] if problem else [],
    }
    if current:
        able = selectors.voters_on(current)
        panel = selectors.voting_panel(request.user, current, able)
        rules = Rules.at(timezone.localdate())
        context |= {
            "able": able,
            "panel": panel,
            "valid_until": validity_after(application.declaration.period_end, rules).valid_until,
            "audit": clearances_of(application.declaration).get(ClearanceKind.EXTERNAL_AUDIT),
        }
        if panel.can_vote:
            context["form"] = _with_version(form or VoteForm(), current.decision)
    return render(request, "registrations/decision.html", context, status=status)


def _with_version(form: VoteForm, proposal: Decision) -> VoteForm:
    """The version that this page shows is the one that its form votes on."""
    if form.is_bound:
        form.data = form.data.copy()
        form.data["version"] = proposal.proposal_version
    form.initial["version"] = proposal.proposal_version
    return form


def _proposal_values(found: Application, current: Decision | None) -> dict[str, Any]:
    values: dict[str, Any] = {"version": found.row_version}
    if current:
        refused = current.kind == DecisionKind.REFUSE
        values["judgement"] = REFUSE if refused else GRANT
        values |= {"registration_number": current.registration_number, "reason": current.reason}
    return values


def _sees_proposals(user: Any, _found: Application) -> bool:
    return policies.can_see_proposals(user)
