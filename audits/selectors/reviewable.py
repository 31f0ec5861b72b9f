"""The files that an auditor may have looked at in the test of a control."""

from audits.enums import RequestState
from audits.models import Engagement, ProvidedEvidence
from audits.selectors.pinned import Pinned
from documents.models import StoredFile


def reviewable_files(
    engagement: Engagement, number: str, pinned: Pinned | None = None
) -> list[StoredFile]:
    """Evidence of the control in the pinned snapshot, then what was provided on request. Two queries beside it."""
    row = (pinned or Pinned.of(engagement)).rows.get(number, {"evidence": ()})
    named = {(one["sha256"], one["label"]) for one in row["evidence"]}
    # The provider may keep the same bytes elsewhere under a name that is not the auditor's to read.
    owned = StoredFile.objects.owned_by(engagement.declaration.service.organisation_id)
    candidates = owned.filter(sha256__in={sha256 for sha256, _label in named}).order_by("label")
    of_snapshot = {(one.sha256, one.label): one for one in candidates}
    found = [one for key, one in sorted(of_snapshot.items(), key=_label) if key in named]
    provided = (
        ProvidedEvidence.objects.filter(request__engagement=engagement)
        .exclude(request__state=RequestState.WITHDRAWN)
        .select_related("version__file")
        .order_by("provided_at", "pk")
    )
    known = {file.pk for file in found}
    for one in provided:
        if one.version.file_id not in known:
            known.add(one.version.file_id)
            found.append(one.version.file)
    return found


def _label(item: tuple[tuple[str, str], StoredFile]) -> str:
    return item[1].label
