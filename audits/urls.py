"""Routes of external and internal audits, below /app/."""

from django.urls import path

import declarations.converters  # noqa: F401 -- registers <control:…>
import documents.converters  # noqa: F401 -- registers <sha256:…>
from audits.views import (
    confirmation,
    coverage,
    cycles,
    engagements,
    fieldwork,
    fieldwork_control,
    finding_acts,
    finding_answers,
    findings,
    papers,
    plan,
    report,
    request_answers,
    requests,
    snapshot,
    team,
    workbook,
)
from audits.views.internal import audits as internal
from audits.views.internal import coverage as internal_coverage
from audits.views.internal import filing as internal_audit
from audits.views.internal import findings as internal_findings
from audits.views.internal import items as internal_items
from audits.views.internal import report as internal_report

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
    path("engagements/<uuid:pk>/findings/", findings.engagement_list, name="engagement_findings"),
    path("engagements/<uuid:pk>/findings/raise/", findings.choose, name="finding_choose"),
    path("tests/<uuid:pk>/findings/raise/", findings.raise_new, name="finding_raise"),
    path("findings/", findings.findings, name="findings"),
    path("findings/<uuid:pk>/", findings.finding, name="finding"),
    path("findings/<uuid:pk>/edit/", finding_acts.edit, name="finding_edit"),
    path("findings/<uuid:pk>/issue/", finding_acts.issue, name="finding_issue"),
    path("findings/<uuid:pk>/drop/", finding_acts.drop, name="finding_drop"),
    path("findings/<uuid:pk>/retest/", finding_acts.retest, name="finding_retest"),
    path("findings/<uuid:pk>/answer/", finding_answers.answer, name="finding_answer"),
    path("findings/<uuid:pk>/complete/", finding_answers.complete, name="finding_complete"),
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/<uuid:pk>/", cycles.cycle, name="cycle"),
    path("cycles/<uuid:pk>/propose/", cycles.propose, name="cycle_propose"),
    path("cycles/<uuid:pk>/agree/", cycles.agree, name="cycle_agree"),
    path("cycles/<uuid:pk>/reopen/", cycles.reopen, name="cycle_reopen"),
    path("cycles/<uuid:pk>/end/", cycles.end, name="cycle_end"),
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
    path("engagements/<uuid:pk>/fieldwork/workbook/", workbook.workbook, name="fieldwork_workbook"),
    path("engagements/<uuid:pk>/fieldwork/imports/", workbook.imports, name="fieldwork_imports"),
    path(
        "engagements/<uuid:pk>/fieldwork/imports/<uuid:workbook>/",
        workbook.workbook_import,
        name="fieldwork_import",
    ),
    path(
        "engagements/<uuid:pk>/fieldwork/imports/<uuid:workbook>/discarding/",
        workbook.discard,
        name="fieldwork_import_discard",
    ),
    path(
        "engagements/<uuid:pk>/fieldwork/imports/<uuid:workbook>/undoing/",
        workbook.undo,
        name="fieldwork_import_undo",
    ),
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
    path("engagements/<uuid:pk>/confirmation/", confirmation.confirmation, name="confirmation"),
    path(
        "engagements/<uuid:pk>/confirmation/sign/",
        confirmation.confirmation_sign,
        name="confirmation_sign",
    ),
    path("engagements/<uuid:pk>/result/", report.report, name="report"),
    path("engagements/<uuid:pk>/result/prepare/", report.report_prepare, name="report_prepare"),
    path("engagements/reports/<uuid:pk>/", report.report_version, name="report_version"),
    path("engagements/reports/<uuid:pk>/review/", report.report_review, name="report_review"),
    path("engagements/reports/<uuid:pk>/return/", report.report_return, name="report_return"),
    path("engagements/reports/<uuid:pk>/sign/", report.report_sign, name="report_sign"),
    path("engagements/reports/<uuid:pk>/issue/", report.report_issue, name="report_issue"),
    path("engagements/reports/<uuid:pk>/reopen/", report.report_reopen, name="report_reopen"),
    path(
        "engagements/<uuid:pk>/papers/<uuid:paper>/status/",
        papers.paper_status,
        name="paper_status",
    ),
    path("engagements/<uuid:pk>/papers/<uuid:paper>/file/", papers.paper_file, name="paper_file"),
    path(
        "engagements/<uuid:pk>/papers/<uuid:paper>/retry/", papers.paper_retry, name="paper_retry"
    ),
    path("declarations/<uuid:pk>/internal-audit/plan/", internal.plan, name="internal_plan"),
    path(
        "declarations/<uuid:pk>/audit-coverage/", internal_coverage.matrix, name="internal_coverage"
    ),
    path(
        "services/<uuid:pk>/internal-audit-programme/",
        internal.programme,
        name="internal_programme",
    ),
    path(
        "services/<uuid:pk>/internal-audit-programme/edit/",
        internal.programme_edit,
        name="internal_programme_edit",
    ),
    path("internal-audits/", internal.audits, name="internal_audits"),
    path("internal-audits/<uuid:pk>/", internal.internal, name="internal"),
    path("internal-audits/<uuid:pk>/plan/", internal.plan_edit, name="internal_plan_edit"),
    path("internal-audits/<uuid:pk>/auditors/", internal.auditors, name="internal_auditors"),
    path(
        "internal-audits/<uuid:pk>/auditors/<int:auditor>/remove/",
        internal.auditor_remove,
        name="internal_auditor_remove",
    ),
    path("internal-audits/<uuid:pk>/start/", internal.start, name="internal_start"),
    path("internal-audits/<uuid:pk>/select/", internal_items.select, name="internal_select"),
    path(
        "internal-audits/<uuid:pk>/select/<control:section>/",
        internal_items.select_section,
        name="internal_select_section",
    ),
    path("internal-audits/<uuid:pk>/assign/", internal_items.assign, name="internal_assign"),
    path(
        "internal-audits/<uuid:pk>/sections/<control:section>/",
        internal_items.section,
        name="internal_section",
    ),
    path(
        "internal-audits/<uuid:pk>/nonconformities/",
        internal_findings.nonconformities,
        name="nonconformities",
    ),
    path(
        "internal-audits/<uuid:pk>/items/<int:item>/nonconformity/",
        internal_findings.raise_one,
        name="nonconformity_raise",
    ),
    path("nonconformities/<uuid:pk>/", internal_findings.nonconformity, name="nonconformity"),
    path(
        "nonconformities/<uuid:pk>/reword/", internal_findings.reword, name="nonconformity_reword"
    ),
    path(
        "nonconformities/<uuid:pk>/withdraw/",
        internal_findings.withdraw,
        name="nonconformity_withdraw",
    ),
    path(
        "nonconformities/<uuid:pk>/answer/", internal_findings.answer, name="nonconformity_answer"
    ),
    path("corrective-actions/<uuid:pk>/done/", internal_findings.action_done, name="action_done"),
    path(
        "corrective-actions/<uuid:pk>/verify/",
        internal_findings.action_verify,
        name="action_verify",
    ),
    path("internal-audits/<uuid:pk>/report/", internal_report.report, name="internal_report"),
    path(
        "internal-audits/<uuid:pk>/report/reopen/", internal_report.reopen, name="internal_reopen"
    ),
    path("internal-audits/<uuid:pk>/file/", internal_report.file, name="internal_file"),
    path(
        "internal-audits/<uuid:pk>/report/paper/",
        internal_report.paper_status,
        name="internal_paper_status",
    ),
    path(
        "internal-audits/<uuid:pk>/report/paper/file/",
        internal_report.paper_file,
        name="internal_paper_file",
    ),
    path(
        "internal-audits/<uuid:pk>/report/paper/retry/",
        internal_report.paper_retry,
        name="internal_paper_retry",
    ),
]
