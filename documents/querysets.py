from django.db import models
from django.db.models import Count, Sum


class StoredFileQuerySet(models.QuerySet):
    """Files have no visibility of their own: the row that ties a file to a statement or report decides."""

    def owned_by(self, organisation_id):
        """Files of one organisation."""
        return self.filter(organisation_id=organisation_id)

    def uploaded(self):
        """What people uploaded, without the forms that we issued ourselves."""
        return self.filter(document__isnull=True)

    def total_size(self) -> int:
        """Sum of the sizes in bytes."""
        return self.usage()[0]

    def usage(self) -> tuple[int, int]:
        """Sum of the sizes in bytes, and how many files. One query."""
        row = self.aggregate(size=Sum("size"), files=Count("pk"))
        return row["size"] or 0, row["files"]


class DocumentQuerySet(models.QuerySet):
    """Documents are seen by whoever sees their subject; the owning app asks by subject."""

    def about(self, subject: str):
        """Documents about one object, newest first. Their data, which only typesetting needs, stay behind."""
        found = self.with_progress().filter(subject=subject).defer("data")
        return found.order_by("-created_at", "pk")

    def with_progress(self):
        """Together with the file and the job that makes it."""
        return self.select_related("file", "job")
