"""Every page of the product: a person who may see it, and how its address is found in the demo.

A new page is one line. Without a word more its address needs nothing; `on` names the page that links to it, `about` is
a text that stands beside the right link where there are several, and `parts` complete the address of `on` where no
link leads there. `by` is whoever can follow the links, where the person cannot.
"""

from dataclasses import dataclass

STRANGER = ""
EDITOR, APPROVER = "佐伯 美咲", "北条 いづみ"
# The approver of the service whose renewal is under review, and of those in inquiry and under audit.
RENEWING, ASKED = "大庭 慎一", "峰岸 京子"
AUDITOR, SECRETARY, MEMBER, ADMIN = "相良 泰之", "藤代 かおり", "鷲見 晴香", "堤 悠真"


@dataclass(frozen=True)
class Page:
    """One route, opened by one person."""

    route: str
    person: str
    on: str = ""
    about: str = ""
    parts: dict[str, str] | None = None
    by: str = ""


SAME: dict[str, str] = {}

PAGES = [
    Page("public:list", STRANGER),
    Page("public:entry", STRANGER, "public:list"),
    Page("styleguide", STRANGER),
    Page("demo:tools", EDITOR),
    Page("desks:home", EDITOR),
    Page("desks:home", AUDITOR),
    Page("desks:home", SECRETARY),
    Page("desks:home", MEMBER),
    Page("desks:home", ADMIN),
    # Organisations and people
    Page("accounts:organisation", APPROVER, "accounts:own_organisation"),
    Page("accounts:organisation", SECRETARY, "accounts:organisations", "見本クラウド登録運営委員会"),
    Page("accounts:edit_organisation", APPROVER, "accounts:own_organisation"),
    Page("accounts:members", APPROVER, "accounts:own_organisation"),
    Page("accounts:invite_person", APPROVER, "accounts:members"),
    Page("accounts:grant_role", APPROVER, "accounts:members"),
    Page("accounts:end_membership", APPROVER, "accounts:members"),
    Page("accounts:hand_over", APPROVER, "accounts:members"),
    Page("accounts:appoint_deputy", APPROVER, "accounts:members"),
    Page("accounts:organisations", SECRETARY),
    Page("accounts:create_organisation", SECRETARY),
    Page("accounts:audit_bodies", SECRETARY),
    Page("accounts:audit_bodies", EDITOR),
    Page("accounts:delist_audit_body", SECRETARY, "accounts:audit_bodies"),
    Page("accounts:list_audit_body", SECRETARY, "accounts:delist_audit_body", parts=SAME),
    # Catalogue and parameters
    Page("controls:editions", EDITOR),
    Page("controls:edition", EDITOR, "controls:editions"),
    Page("controls:chapter", EDITOR, "controls:edition"),
    Page("controls:control", EDITOR, "controls:chapter"),
    Page("controls:publish_edition", MEMBER, "controls:edition", parts=SAME),
    Page("controls:lineages", SECRETARY),
    Page("controls:lineage", EDITOR, "controls:lineages", "2022-04", by=SECRETARY),
    Page("controls:lineage-propose", SECRETARY),
    Page("controls:text-imports", SECRETARY),
    Page("controls:text-import-new", SECRETARY),
    Page("controls:comparison", SECRETARY, "controls:edition", parts=SAME, by=EDITOR),
    Page("controls:parameters", SECRETARY),
    Page("controls:parameter", SECRETARY, "controls:parameters", "cycle_years"),
    Page("controls:propose_parameter", SECRETARY, "controls:parameter"),
    # Services on the lists
    Page("declarations:listed-services", EDITOR),
    Page("declarations:listed-services", SECRETARY),
    Page("declarations:listed-service", SECRETARY, "declarations:listed-services"),
    Page("declarations:listed-service-enter", SECRETARY),
    Page("declarations:listed-service-correct", SECRETARY, "declarations:listed-service"),
    Page("declarations:listed-service-end", SECRETARY, "declarations:listed-service"),
    # Services and declarations
    Page("declarations:services", EDITOR),
    Page("declarations:services", SECRETARY),
    Page("declarations:service-create", EDITOR),
    Page("declarations:service", EDITOR, "declarations:services", "みなと電子承認"),
    Page("declarations:service", RENEWING, "declarations:services"),
    Page("declarations:service-edit", EDITOR, "declarations:service"),
    Page("declarations:declaration-create", RENEWING, "declarations:service"),
    Page("declarations:declaration", EDITOR, "declarations:service"),
    Page("declarations:declaration", RENEWING, "declarations:service"),
    Page("declarations:declaration-edit", EDITOR, "declarations:declaration"),
    Page("declarations:preflight", EDITOR, "declarations:declaration"),
    Page("declarations:approval", APPROVER, "declarations:declaration", parts=SAME),
    Page("declarations:chapter", EDITOR, "declarations:declaration"),
    Page("declarations:section", EDITOR, "declarations:chapter"),
    Page("declarations:section", RENEWING, "declarations:declaration", parts={"section": "9.4"}),
    Page("declarations:statement", EDITOR, "declarations:section"),
    Page("declarations:statement-history", EDITOR, "declarations:statement"),
    Page("declarations:changes", EDITOR, "declarations:statement", parts=SAME),
    Page("declarations:batches", EDITOR, "declarations:declaration", parts=SAME),
    Page("declarations:difference", RENEWING, "declarations:declaration", parts=SAME),
    Page("declarations:review-map", RENEWING, "declarations:declaration", parts=SAME),
    Page("declarations:workbook-imports", EDITOR, "declarations:declaration", parts=SAME),
    Page("declarations:my-work", EDITOR),
    Page("declarations:evidence-library", EDITOR),
    Page("declarations:evidence-item", EDITOR, "declarations:evidence-library"),
    Page("declarations:evidence-edit", EDITOR, "declarations:evidence-item", parts=SAME),
    Page("declarations:evidence-renew", EDITOR, "declarations:evidence-item", parts=SAME),
    Page("declarations:exclusion", EDITOR, "declarations:declaration", parts={"number": "9.4.2"}),
    # Audits
    Page("audits:engagements", AUDITOR),
    Page("audits:engagements", APPROVER),
    Page("audits:engagement", AUDITOR, "audits:engagements", "しらかば会議室予約"),
    Page("audits:engagement", APPROVER, "audits:engagements"),
    Page("audits:team", AUDITOR, "audits:engagement"),
    Page("audits:engagement", SECRETARY, "audits:engagements"),
    Page("audits:team", SECRETARY, "audits:engagement", parts=SAME),
    Page("audits:team_assign", AUDITOR, "audits:engagement", parts=SAME),
    Page("audits:independence", AUDITOR, "audits:engagement", parts=SAME),
    Page("audits:snapshot", AUDITOR, "audits:engagement"),
    Page("audits:snapshot_section", AUDITOR, "audits:snapshot"),
    Page("audits:decline", AUDITOR, "audits:engagement", parts=SAME),
    Page("audits:file_report", AUDITOR, "audits:engagement", parts=SAME),
    Page("audits:report", AUDITOR, "audits:engagement", parts=SAME),
    Page("audits:confirmation", AUDITOR, "audits:engagement", parts=SAME),
    Page("audits:terminate", APPROVER, "audits:engagement", parts=SAME),
    Page("audits:commission", APPROVER, "declarations:declaration", parts=SAME),
    Page("audits:requests", ASKED),
    Page("audits:engagement_requests", AUDITOR, "audits:engagement"),
    Page("audits:evidence_request", ASKED, "audits:requests", "バックアップ"),
    Page("audits:provide_evidence", ASKED, "audits:evidence_request", parts=SAME),
    Page("audits:internal_audit", SECRETARY, "registrations:audits"),
    Page("audits:engagement_findings", AUDITOR, "audits:engagement"),
    Page("audits:engagement_findings", APPROVER, "audits:engagement"),
    Page("audits:findings", APPROVER),
    Page("audits:finding", APPROVER, "audits:findings"),
    Page("audits:finding", AUDITOR, "audits:engagement_findings"),
    Page("audits:finding_answer", APPROVER, "audits:finding"),
    Page("audits:finding_complete", APPROVER, "audits:finding"),
    Page("audits:internal_coverage", SECRETARY, "audits:internal_audit"),
    Page("audits:internal_audits", APPROVER),
    Page("audits:internal", APPROVER, "audits:internal_audits"),
    Page("audits:internal_report", APPROVER, "audits:internal"),
    Page("audits:internal_section", APPROVER, "audits:internal"),
    Page("audits:nonconformities", APPROVER, "audits:internal"),
    Page("audits:nonconformity", APPROVER, "audits:nonconformities"),
    Page("audits:internal_coverage", APPROVER, "audits:internal"),
    Page("audits:internal_programme", APPROVER, "audits:internal"),
    Page("audits:internal_programme_edit", APPROVER, "audits:internal_programme"),
    Page("audits:cycles", AUDITOR),
    Page("audits:cycles", APPROVER),
    Page("audits:cycles", MEMBER),
    Page("audits:cycle", AUDITOR, "audits:cycles"),
    Page("audits:cycle", APPROVER, "audits:cycles"),
    Page("audits:cycle_grid", AUDITOR, "audits:cycle"),
    Page("audits:cycle_variants", AUDITOR, "audits:cycle"),
    Page("audits:cycle_coverage", APPROVER, "audits:cycle"),
    Page("audits:cycle_chapter", APPROVER, "audits:cycle"),
    Page("audits:cycle_include", AUDITOR, "audits:cycle"),
    Page("audits:cycle_end", AUDITOR, "audits:cycle", parts=SAME),
    # Applications
    Page("registrations:applications", RENEWING),
    Page("registrations:application", EDITOR, "registrations:applications"),
    Page("registrations:application", RENEWING, "registrations:applications"),
    Page("registrations:application", SECRETARY, "registrations:queue", "あおば経費精算"),
    Page("registrations:receipt", RENEWING, "registrations:application", parts=SAME),
    Page("registrations:withdraw", RENEWING, "registrations:application", parts=SAME),
    # Review and decision
    Page("registrations:queue", SECRETARY),
    Page("registrations:statements", SECRETARY, "registrations:application"),
    Page("registrations:requests", SECRETARY, "registrations:application"),
    Page("registrations:history", SECRETARY, "registrations:application"),
    Page("registrations:audits", SECRETARY, "registrations:application"),
    Page("registrations:inquire", SECRETARY, "registrations:application"),
    Page("registrations:propose", SECRETARY, "registrations:application"),
    Page("registrations:decision", SECRETARY, "registrations:application"),
    Page("registrations:decision", MEMBER, "registrations:application", parts=SAME, by=EDITOR),
    Page("registrations:outcome", MEMBER, "registrations:application", parts=SAME, by=EDITOR),
    Page("registrations:cases", MEMBER),
    Page("registrations:conflicts", MEMBER),
    Page("registrations:declare_conflict", MEMBER),
    # Sign-in
    Page("account_login", STRANGER),
    Page("account_logout", EDITOR),
    Page("account_inactive", STRANGER),
    Page("account_signup", STRANGER),
    Page("account_email_verification_sent", STRANGER),
    Page("account_reset_password", STRANGER),
    Page("account_reset_password_done", STRANGER),
    Page("account_reset_password_from_key", STRANGER, parts={"uidb36": "x", "key": "x-y"}),
    Page("account_reset_password_from_key_done", STRANGER),
    Page("account_confirm_email", STRANGER, parts={"key": "x"}),
    Page("account_set_password", EDITOR),
    Page("account_email", EDITOR),
]  # fmt: skip

# Pages that exist only while something is under way; the acts in test_every_page.py lead there.
ON_THE_WAY = {
    "invitations:accept", "controls:publish_parameter", "controls:withdraw_parameter", "registrations:end_conflict",
    "registrations:answer", "registrations:begin", "registrations:file", "registrations:correction",
    "registrations:resubmit", "registrations:accept", "registrations:start_review",
}  # fmt: skip

# Pages that other browser tests reach by the acts they are about, and look at there.
LOOKED_AT_ELSEWHERE = {
    "declarations:overview", "declarations:bulk-edit", "declarations:batch", "declarations:assign",
    "declarations:hand-over", "declarations:review-request", "declarations:review-return",  # test_bulk
    "declarations:edition-choose", "declarations:edition-move", "declarations:carried",
    "declarations:confirm-rows",  # test_edition_wizard
    "declarations:evidence-keep", "declarations:evidence-tie", "declarations:evidence-pick",  # test_evidence
    "declarations:workbook-import",  # test_workbook
    "declarations:comments",  # test_comments
    "audits:cycle_open", "audits:cycle_rebalance", "audits:cycle_reopen",  # test_cycle
    "audits:team_end",  # test_journey
    "audits:fieldwork", "audits:fieldwork_section", "audits:fieldwork_control", "audits:fieldwork_pull",
    "audits:fieldwork_changes",  # test_fieldwork
    "audits:fieldwork_imports", "audits:fieldwork_import",  # test_fieldwork_workbook
    "audits:ask_evidence", "audits:return_evidence", "audits:withdraw_request",  # test_requests
    "audits:finding_choose", "audits:finding_raise", "audits:finding_edit", "audits:finding_issue",
    "audits:finding_drop", "audits:finding_retest",  # test_findings
    "audits:confirmation_sign", "audits:report_version", "audits:report_review", "audits:report_return",
    "audits:report_sign", "audits:report_issue", "audits:report_reopen",  # test_report
    "audits:internal_plan", "audits:internal_plan_edit", "audits:internal_auditors", "audits:internal_select",
    "audits:internal_select_section", "audits:internal_assign", "audits:nonconformity_raise",
    "audits:nonconformity_reword", "audits:nonconformity_withdraw", "audits:nonconformity_answer",
    "audits:action_done", "audits:action_verify", "audits:internal_reopen",  # test_internal_audit
    "controls:lineage-line", "controls:lineage-line-add", "controls:lineage-publish", "controls:text-import",
    "controls:text-import-review", "declarations:change",  # test_catalogue
}  # fmt: skip

# What answers to GET and is no page: data, files, parts of a page that are fetched alone, and a redirect.
NO_PAGES = {
    "healthz", "public:json", "public:csv", "accounts:own_organisation",
    "declarations:document-status", "declarations:document-download", "declarations:evidence",
    "declarations:evidence-version", "declarations:workbook", "controls:text-import-status",
    "declarations:comment-reply", "audits:fieldwork_workbook",
    "audits:report_file", "audits:internal_audit_file", "audits:snapshot_evidence", "audits:coverage_status",
    "audits:coverage_file", "audits:request_file", "audits:paper_status", "audits:paper_file",
    "audits:internal_paper_status", "audits:internal_paper_file",
    "registrations:paper_status", "registrations:paper_file",
    # For people with a password or a code by mail; those of the demo have neither and are led on or refused.
    "account_change_password", "account_reauthenticate", "account_confirm_login_code",
}  # fmt: skip
