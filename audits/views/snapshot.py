"""What an auditor reads: the pinned snapshot, and nothing else of the provider."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from audits import policies
from audits.models import Engagement
from audits.selectors.engagement import engagements_for
from audits.selectors.requests import may_ask
from declarations.selectors.frozen import FrozenDeclaration
from documents.answers import file_answer
from documents.models import StoredFile


@require_safe
def snapshot(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The body of the declaration and its sections with their numbers."""
    engagement = readable_engagement(request, pk)
    frozen = FrozenDeclaration.of(engagement.declaration)
    return render(
        request,
        "audits/snapshot.html",
        {"engagement": engagement, "content": frozen.content, "sections": frozen.sections()},
    )


@require_safe
def snapshot_section(request: HttpRequest, pk: uuid.UUID, section: str) -> HttpResponse:
    """The statements of one section."""
    engagement = readable_engagement(request, pk)
    frozen = FrozenDeclaration.of(engagement.declaration)
    sections = frozen.sections()
    numbers = [row.number for row in sections]
    if section not in numbers:
        raise Http404
    index = numbers.index(section)
    context = {
        "engagement": engagement,
        "section": sections[index],
        "objectives": frozen.objectives(section),
        "previous": sections[index - 1] if index else None,
        "next": sections[index + 1] if index + 1 < len(sections) else None,
        "may_ask": may_ask(request.user, engagement),
    }
    return render(request, "audits/snapshot_section.html", context)


@require_safe
def snapshot_evidence(request: HttpRequest, pk: uuid.UUID, sha256: str) -> HttpResponse:
    """A file that the snapshot holds as evidence, as an attachment."""
    engagement = readable_engagement(request, pk)
    label = FrozenDeclaration.of(engagement.declaration).evidence_label(sha256)
    if label is None:
        raise Http404
    # The provider may keep the same bytes elsewhere under a name that is not the auditor's to read.
    files = StoredFile.objects.owned_by(engagement.declaration.service.organisation_id)
    return file_answer(request, files.filter(sha256=sha256, label=label).first())


def readable_engagement(request: HttpRequest, pk: uuid.UUID) -> Engagement:
    """An engagement that this person may read what is audited of: 404 unless visible and taken, else 403."""
    engagement = get_object_or_404(engagements_for(request.user), pk=pk)
    if not policies.can_read_snapshot(request.user, engagement):
        raise PermissionDenied
    if not engagement.is_accepted:
        raise Http404
    return engagement
