"""Base services as statements name them: which may be chosen, and how they are written."""

from django.db.models import Exists, OuterRef, Q

from declarations.models import Declaration, ListedService, Statement

Choice = tuple[str, str]


def offered_bases(declaration: Declaration, *, number: str = "") -> list[Choice]:
    """Key and label of the other services that were on the list over the whole declared period; and of the one that the
    statement `number` names already, whatever became of it. One query."""
    listed = ListedService.objects.listed_over(declaration.period_start, declaration.period_end)
    offered = listed.filter(
        ~Q(cloud_service=declaration.service_id) | Q(cloud_service__isnull=True)
    )
    if number:
        named = Statement.objects.filter(declaration=declaration, control__number=number)
        offered |= ListedService.objects.filter(pk__in=named.values("base_service"))
    return [(str(base.pk), str(base)) for base in offered]


def bases_in(declaration: Declaration) -> list[Choice]:
    """Key and label of the services that the statements of this declaration name. One query."""
    naming = Statement.objects.filter(declaration=declaration, base_service=OuterRef("pk"))
    return [(str(base.pk), str(base)) for base in ListedService.objects.filter(Exists(naming))]
