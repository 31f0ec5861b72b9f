"""Routes of applications, reviews and decisions, below /app/."""

from django.urls import path

from registrations.views import application, conflicts, decision, documents, review

app_name = "registrations"

APPLICANT = [
    path("applications/", application.applications, name="applications"),
    path("applications/begin/<uuid:pk>/", application.begin, name="begin"),
    path("applications/<uuid:pk>/", application.application, name="application"),
    path("applications/<uuid:pk>/file/", application.file, name="file"),
    path("applications/<uuid:pk>/receipt/", application.receipt, name="receipt"),
    path("applications/<uuid:pk>/resubmit/", application.resubmit, name="resubmit"),
    path("applications/<uuid:pk>/answer/", application.answer, name="answer"),
    path("applications/<uuid:pk>/withdraw/", application.withdraw, name="withdraw"),
]

REVIEW = [
    path("review/", review.queue, name="queue"),
    path("applications/<uuid:pk>/statements/", review.statements, name="statements"),
    path("applications/<uuid:pk>/audits/", review.audits, name="audits"),
    path("applications/<uuid:pk>/requests/", review.requests, name="requests"),
    path("applications/<uuid:pk>/history/", review.history, name="history"),
    path("applications/<uuid:pk>/accept/", review.accept, name="accept"),
    path("applications/<uuid:pk>/start-review/", review.start_review, name="start_review"),
    path("applications/<uuid:pk>/correction/", review.correction, name="correction"),
    path("applications/<uuid:pk>/inquire/", review.inquire, name="inquire"),
]

COMMITTEE = [
    path("committee/", decision.cases, name="cases"),
    path("applications/<uuid:pk>/propose/", decision.propose, name="propose"),
    path("applications/<uuid:pk>/decision/", decision.decision, name="decision"),
    path("applications/<uuid:pk>/outcome/", decision.outcome, name="outcome"),
    path("decisions/<uuid:pk>/vote/", decision.vote, name="vote"),
    path("conflicts/", conflicts.conflicts, name="conflicts"),
    path("conflicts/declare/", conflicts.declare_conflict, name="declare_conflict"),
    path("conflicts/<uuid:pk>/end/", conflicts.end_conflict, name="end_conflict"),
]

PAPERS = [
    path("applications/<uuid:pk>/papers/", documents.request_paper, name="request_paper"),
    path("applications/<uuid:pk>/papers/<uuid:paper>/status/", documents.paper_status, name="paper_status"),
    path("applications/<uuid:pk>/papers/<uuid:paper>/file/", documents.paper_file, name="paper_file"),
    path("applications/<uuid:pk>/papers/<uuid:paper>/retry/", documents.retry_paper, name="retry_paper"),
]  # fmt: skip

urlpatterns = [*APPLICANT, *REVIEW, *COMMITTEE, *PAPERS]
