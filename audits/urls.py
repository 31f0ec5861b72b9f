"""Routes of external and internal audits, below /app/."""

from django.urls import path

import declarations.converters  # noqa: F401 -- registers <control:…>
import documents.converters  # noqa: F401 -- registers <sha256:…>
from audits.views import (
    coverage,
    cycles,
    engagements,
    fieldwork,
    fieldwork_control,
    internal_audit,
    plan,
    request_answers,
    requests,
    snapshot,
    team,
)

app_name = "audits"
urlpatterns = [
    path("engagements/", engagements.engagements, name="engagements"),
    path("engagements/<uuid:pk>/", engagements.engagement, name="engagement"),
    path("engagements/<uuid:pk>/accept/", engagements.accept, name="accept"),
    path("engagements/<uuid:pk>/decline/", engagements.decline, name="decline"),
    path("engagements/<uuid:pk>/terminate/", engagements.terminate, name="terminate"),
    path("engagements/<uuid:pk>/report/", engagements.file_report, name="file_report"),
    path("engagements/<uuid:pk>/report/file/", engagements.report_file, name="report_file"),
    path("engagements/<uuid:pk>/team/", team.team, name="team"),
    path("engagements/<uuid:pk>/team/assign/", team.assign, name="team_assign"),
    path("engagements/<uuid:pk>/team/<uuid:member>/end/", team.end, name="team_end"),
    path("engagements/<uuid:pk>/independence/", team.independence, name="independence"),
    path("engagements/<uuid:pk>/declaration/", snapshot.snapshot, name="snapshot"),
    path(
        "engagements/<uuid:pk>/declaration/sections/<control:section>/",
        snapshot.snapshot_section,
        name="snapshot_section",
    ),
    path(
        "engagements/<uuid:pk>/declaration/evidence/<sha256:sha256>/",
        snapshot.snapshot_evidence,
        name="snapshot_evidence",
    ),
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/<uuid:pk>/", cycles.cycle, name="cycle"),
    path("cycles/<uuid:pk>/propose/", cycles.propose, name="cycle_propose"),
    path("cycles/<uuid:pk>/agree/", cycles.agree, name="cycle_agree"),
    path("cycles/<uuid:pk>/reopen/", cycles.reopen, name="cycle_reopen"),
    path("cycles/<uuid:pk>/grid/", plan.grid, name="cycle_grid"),
    path("cycles/<uuid:pk>/chapters/<int:chapter>/", plan.chapter, name="cycle_chapter"),
    path("cycles/<uuid:pk>/include/", plan.include, name="cycle_include"),
    path("cycles/<uuid:pk>/rebalance/", plan.rebalance, name="cycle_rebalance"),
    path("cycles/<uuid:pk>/coverage/", coverage.coverage, name="cycle_coverage"),
    path("cycles/<uuid:pk>/coverage/paper/", coverage.request_paper, name="coverage_request"),
    path(
        "cycles/<uuid:pk>/coverage/paper/<uuid:document>/",
        coverage.paper_status,
        name="coverage_status",
    ),
    path(
        "cycles/<uuid:pk>/coverage/paper/<uuid:document>/file/",
        coverage.paper_file,
        name="coverage_file",
    ),
    path(
        "cycles/<uuid:pk>/coverage/paper/<uuid:document>/retry/",
        coverage.retry_paper,
        name="coverage_retry",
    ),
    path("cycles/<uuid:pk>/variants/", plan.cycle_variants, name="cycle_variants"),
    path("declarations/<uuid:pk>/cycle/", cycles.open_cycle, name="cycle_open"),
    path("declarations/<uuid:pk>/commission/", engagements.commission, name="commission"),
    path(
        "declarations/<uuid:pk>/internal-audit/",
        internal_audit.internal_audit,
        name="internal_audit",
    ),
    path(
        "declarations/<uuid:pk>/internal-audit/file/",
        internal_audit.internal_audit_file,
        name="internal_audit_file",
    ),
    # Fieldwork
    path("engagements/<uuid:pk>/fieldwork/", fieldwork.fieldwork, name="fieldwork"),
    path("engagements/<uuid:pk>/fieldwork/scope/", fieldwork.scope, name="fieldwork_scope"),
    path("engagements/<uuid:pk>/fieldwork/pull/", fieldwork.pull, name="fieldwork_pull"),
    path("engagements/<uuid:pk>/fieldwork/changes/", fieldwork.changes, name="fieldwork_changes"),
    path(
        "engagements/<uuid:pk>/fieldwork/sections/<control:section>/",
        fieldwork.section,
        name="fieldwork_section",
    ),
    path(
        "engagements/<uuid:pk>/fieldwork/sections/<control:section>/assign/",
        fieldwork.assign,
        name="fieldwork_assign",
    ),
    path(
        "engagements/<uuid:pk>/fieldwork/controls/<control:number>/",
        fieldwork_control.control,
        name="fieldwork_control",
    ),
    path(
        "engagements/<uuid:pk>/fieldwork/controls/<control:number>/sample/",
        fieldwork_control.sample,
        name="fieldwork_sample",
    ),
    path(
        "engagements/<uuid:pk>/fieldwork/controls/<control:number>/skip/",
        fieldwork_control.skip,
        name="fieldwork_skip",
    ),
    path(
        "engagements/<uuid:pk>/fieldwork/controls/<control:number>/resume/",
        fieldwork_control.resume,
        name="fieldwork_resume",
    ),
    path(
        "engagements/<uuid:pk>/fieldwork/controls/<control:number>/reviewed/",
        fieldwork_control.reviewed,
        name="fieldwork_reviewed",
    ),
    path("engagements/<uuid:pk>/requests/", requests.of_engagement, name="engagement_requests"),
    path("engagements/<uuid:pk>/requests/new/", requests.ask, name="ask_evidence"),
    path("evidence-requests/", requests.received, name="requests"),
    path("evidence-requests/<uuid:pk>/", requests.detail, name="evidence_request"),
    path("evidence-requests/<uuid:pk>/provide/", request_answers.provide, name="provide_evidence"),
    path("evidence-requests/<uuid:pk>/accept/", requests.accept, name="accept_evidence"),
    path("evidence-requests/<uuid:pk>/return/", requests.send_back, name="return_evidence"),
    path("evidence-requests/<uuid:pk>/withdraw/", requests.withdraw, name="withdraw_request"),
    path(
        "evidence-requests/<uuid:pk>/files/<uuid:version>/",
        requests.download,
        name="request_file",
    ),
]
