"""Routes of services and declarations, below /app/."""

from django.urls import path

import declarations.converters  # noqa: F401 -- registers <control:…>
from declarations.views import (
    approval,
    batches,
    bulk,
    carrying,
    changes,
    comments,
    confirming,
    difference,
    documents,
    editor,
    evidence,
    evidence_library,
    evidence_ties,
    exclusions,
    listed_services,
    overview,
    presence,
    reviews,
    services,
    statements,
    team,
    workbook,
    workbook_imports,
)
from declarations.views import declarations as declaration_pages

app_name = "declarations"

SERVICES = [
    path("services/", services.services, name="services"),
    path("services/new/", services.create_service, name="service-create"),
    path("services/<uuid:pk>/", services.service, name="service"),
    path("services/<uuid:pk>/edit/", services.edit_service, name="service-edit"),
    path(
        "services/<uuid:pk>/declarations/new/",
        declaration_pages.create_declaration,
        name="declaration-create",
    ),
]

LISTED = [
    path("listed-services/", listed_services.listed_services, name="listed-services"),
    path("listed-services/new/", listed_services.enter, name="listed-service-enter"),
    path("listed-services/<uuid:pk>/", listed_services.listed_service, name="listed-service"),
    path(
        "listed-services/<uuid:pk>/correction/",
        listed_services.correct,
        name="listed-service-correct",
    ),
    path("listed-services/<uuid:pk>/end/", listed_services.end, name="listed-service-end"),
]

DECLARATIONS = [
    path("declarations/<uuid:pk>/", declaration_pages.declaration, name="declaration"),
    path(
        "declarations/<uuid:pk>/edit/", declaration_pages.edit_declaration, name="declaration-edit"
    ),
    path("declarations/<uuid:pk>/revision/", declaration_pages.revise, name="revise"),
    path("declarations/<uuid:pk>/preflight/", approval.preflight, name="preflight"),
    path("declarations/<uuid:pk>/submission/", approval.submit, name="submit"),
    path("declarations/<uuid:pk>/approval/", approval.approval, name="approval"),
    path("declarations/<uuid:pk>/hand-back/", approval.hand_back, name="hand-back"),
    path("declarations/<uuid:pk>/documents/", documents.request_paper, name="document-request"),
    path(
        "declarations/<uuid:pk>/documents/<uuid:document>/",
        documents.paper_status,
        name="document-status",
    ),
    path(
        "declarations/<uuid:pk>/documents/<uuid:document>/file/",
        documents.download_paper,
        name="document-download",
    ),
    path(
        "declarations/<uuid:pk>/documents/<uuid:document>/retry/",
        documents.retry_paper,
        name="document-retry",
    ),
]

EDITOR = [
    path("declarations/<uuid:pk>/chapters/<int:chapter>/", editor.chapter, name="chapter"),
    path("declarations/<uuid:pk>/sections/<control:section>/", editor.section, name="section"),
    path(
        "declarations/<uuid:pk>/sections/<control:section>/presence/",
        presence.presence,
        name="presence",
    ),
    path(
        "declarations/<uuid:pk>/statements/<control:number>/",
        statements.statement,
        name="statement",
    ),
    path(
        "declarations/<uuid:pk>/statements/<control:number>/history/",
        statements.statement_history,
        name="statement-history",
    ),
    path(
        "declarations/<uuid:pk>/statements/<control:number>/evidence/",
        evidence.add,
        name="evidence-add",
    ),
    path("declarations/<uuid:pk>/evidence/<uuid:evidence>/", evidence.download, name="evidence"),
    path(
        "declarations/<uuid:pk>/evidence/<uuid:evidence>/removal/",
        evidence.remove,
        name="evidence-remove",
    ),
    path(
        "declarations/<uuid:pk>/evidence/<uuid:evidence>/restoration/",
        evidence.restore,
        name="evidence-restore",
    ),
    path(
        "declarations/<uuid:pk>/objectives/<control:number>/exclusion/",
        exclusions.exclusion,
        name="exclusion",
    ),
    path(
        "declarations/<uuid:pk>/objectives/<control:number>/exclusion/end/",
        exclusions.exclusion_end,
        name="exclusion-end",
    ),
]

CHANGES = [
    path(
        "declarations/<uuid:pk>/statements/<control:number>/changes/",
        changes.changes,
        name="changes",
    ),
    path("declarations/<uuid:pk>/changes/<uuid:change>/", changes.change, name="change"),
    path(
        "declarations/<uuid:pk>/changes/<uuid:change>/removal/",
        changes.remove,
        name="change-remove",
    ),
    path(
        "declarations/<uuid:pk>/changes/<uuid:change>/restoration/",
        changes.restore,
        name="change-restore",
    ),
]

COMMENTS = [
    path(
        "declarations/<uuid:pk>/statements/<control:number>/comments/",
        comments.comments,
        name="comments",
    ),
    path(
        "declarations/<uuid:pk>/comments/<uuid:comment>/reply/",
        comments.reply,
        name="comment-reply",
    ),
    path(
        "declarations/<uuid:pk>/comments/<uuid:comment>/withdrawal/",
        comments.withdraw,
        name="comment-withdraw",
    ),
    path(
        "declarations/<uuid:pk>/comments/<uuid:comment>/resolution/",
        comments.resolve,
        name="thread-resolve",
    ),
    path(
        "declarations/<uuid:pk>/comments/<uuid:comment>/reopening/",
        comments.reopen,
        name="thread-reopen",
    ),
]

READING = [
    path("declarations/<uuid:pk>/difference/", difference.difference, name="difference"),
    path("declarations/<uuid:pk>/review-map/", difference.review_map, name="review-map"),
]

EVIDENCE = [
    path("evidence/", evidence_library.library, name="evidence-library"),
    path("evidence/new/", evidence_library.keep, name="evidence-keep"),
    path("evidence/<uuid:pk>/", evidence_library.item, name="evidence-item"),
    path("evidence/<uuid:pk>/edit/", evidence_library.edit, name="evidence-edit"),
    path("evidence/<uuid:pk>/versions/new/", evidence_library.renew, name="evidence-renew"),
    path(
        "evidence/<uuid:pk>/versions/<uuid:version>/",
        evidence_library.download,
        name="evidence-version",
    ),
    path("evidence/<uuid:pk>/retirement/", evidence_library.retire, name="evidence-retire"),
    path(
        "evidence/<uuid:pk>/retirement/end/", evidence_library.reinstate, name="evidence-reinstate"
    ),
    path("evidence/<uuid:pk>/statements/", evidence_ties.tie, name="evidence-tie"),
    path(
        "evidence/<uuid:pk>/batches/<uuid:batch>/undoing/",
        evidence_ties.untie,
        name="evidence-untie",
    ),
    path(
        "declarations/<uuid:pk>/statements/<control:number>/evidence/library/",
        evidence_ties.pick,
        name="evidence-pick",
    ),
]

TEAM = [
    path("declarations/<uuid:pk>/statements/", overview.overview, name="overview"),
    path("declarations/<uuid:pk>/bulk-edit/", bulk.bulk_edit, name="bulk-edit"),
    path("declarations/<uuid:pk>/batches/", batches.batches, name="batches"),
    path("declarations/<uuid:pk>/batches/<uuid:batch>/", batches.batch, name="batch"),
    path("declarations/<uuid:pk>/batches/<uuid:batch>/undo/", batches.undo, name="batch-undo"),
    path("declarations/<uuid:pk>/assignment/", team.assign, name="assign"),
    path("declarations/<uuid:pk>/hand-over/", team.hand_over, name="hand-over"),
    path("declarations/<uuid:pk>/review-request/", reviews.ask, name="review-request"),
    path(
        "declarations/<uuid:pk>/statements/<control:number>/agreement/",
        reviews.agree,
        name="review-agree",
    ),
    path(
        "declarations/<uuid:pk>/statements/<control:number>/return/",
        reviews.send_back,
        name="review-return",
    ),
    path("my-work/", team.my_work, name="my-work"),
]

CARRYING = [
    path("declarations/<uuid:pk>/edition/", carrying.choose_edition, name="edition-choose"),
    path("declarations/<uuid:pk>/edition/<uuid:edition>/", carrying.move, name="edition-move"),
    path("declarations/<uuid:pk>/carried/", carrying.carried, name="carried"),
    path(
        "declarations/<uuid:pk>/statements/<control:number>/confirmation/",
        confirming.confirm_statement,
        name="statement-confirm",
    ),
    path("declarations/<uuid:pk>/confirmation/", confirming.confirm_rows, name="confirm-rows"),
    path(
        "declarations/<uuid:pk>/confirmation/<uuid:batch>/withdrawal/",
        confirming.withdraw,
        name="confirmation-withdraw",
    ),
]

WORKBOOK = [
    path("declarations/<uuid:pk>/workbook/", workbook.workbook, name="workbook"),
    path(
        "declarations/<uuid:pk>/workbook-imports/",
        workbook_imports.workbook_imports,
        name="workbook-imports",
    ),
    path(
        "declarations/<uuid:pk>/workbook-imports/<uuid:workbook>/",
        workbook_imports.workbook_import,
        name="workbook-import",
    ),
    path(
        "declarations/<uuid:pk>/workbook-imports/<uuid:workbook>/discarding/",
        workbook_imports.discard,
        name="workbook-discard",
    ),
    path(
        "declarations/<uuid:pk>/workbook-imports/<uuid:workbook>/undoing/",
        workbook_imports.undo,
        name="workbook-undo",
    ),
]

urlpatterns = [
    *SERVICES,
    *LISTED,
    *DECLARATIONS,
    *EDITOR,
    *CHANGES,
    *COMMENTS,
    *EVIDENCE,
    *READING,
    *TEAM,
    *CARRYING,
    *WORKBOOK,
]
