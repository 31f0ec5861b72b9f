"""Routes of external and internal audits, below /app/."""

from django.urls import path

import declarations.converters  # noqa: F401 -- registers <control:…>
import documents.converters  # noqa: F401 -- registers <sha256:…>
from audits.views import engagements, internal_audit, snapshot

app_name = "audits"
urlpatterns = [
    path("engagements/", engagements.engagements, name="engagements"),
    path("engagements/<uuid:pk>/", engagements.engagement, name="engagement"),
    path("engagements/<uuid:pk>/accept/", engagements.accept, name="accept"),
    path("engagements/<uuid:pk>/decline/", engagements.decline, name="decline"),
    path("engagements/<uuid:pk>/terminate/", engagements.terminate, name="terminate"),
    path("engagements/<uuid:pk>/report/", engagements.file_report, name="file_report"),
    path("engagements/<uuid:pk>/report/file/", engagements.report_file, name="report_file"),
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
]
