"""Samples of a test and the evidence that was looked at."""

import secrets
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits.enums import SEEDED_METHODS, FieldworkAction, SampleMethod
from audits.limits import MAX_POPULATION
from audits.models import ControlTest, FieldworkHistory, ReviewedEvidence
from audits.sampling import chosen, draw
from audits.selectors.reviewable import reviewable_files
from audits.services.fieldwork import locked_fieldwork, locked_test, locked_tests, save_act
from core import history
from core.exceptions import DomainError

SEED_BYTES = 16


@transaction.atomic
def draw_sample(
    *,
    engagement_id: uuid.UUID,
    actor: User,
    number: str,
    version: int,
    population_size: int,
    method: str,
    sample_size: int | None = None,
    items: Iterable[int] = (),
) -> ControlTest:
    """Draw a sample of the control's population and keep seed, method and list, so that it can be drawn again.

    `items` are what the auditor chose by judgement. The sample before stays in the history. EditConflictError when the
    paper moved on, so a second click draws nothing; DomainError for a sample larger than its population.
    """
    engagement = locked_fieldwork(engagement_id, actor)
    row = locked_test(engagement, number, version)
    if not 1 <= population_size <= MAX_POPULATION:
        raise DomainError(
            _("母集団の件数は、1から%(limit)sまでの数で入力してください。")
            % {"limit": f"{MAX_POPULATION:,}"}
        )
    if method not in SampleMethod.values:
        raise DomainError(_("抽出の方法を選んでください。"))
    seed = secrets.token_hex(SEED_BYTES) if method in SEEDED_METHODS else ""
    if method == SampleMethod.ALL:
        size, sample = population_size, []
    else:
        if method == SampleMethod.JUDGEMENT:
            sample = chosen(population_size, items)
        else:
            sample = list(draw(population_size, sample_size or 0, method, seed))
        size = len(sample)
    values = {
        "population_size": population_size,
        "sample_size": size,
        "sample_method": method,
        "sample_seed": seed,
        "sample": sample,
    }
    save_act(row, actor, FieldworkAction.SAMPLED, values)
    return row


@transaction.atomic
def add_reviewed(
    *, engagement_id: uuid.UUID, actor: User, number: str, file_id: uuid.UUID
) -> ReviewedEvidence:
    """Record that a file was looked at in the test of a control. Twice has one effect.

    DomainError for a file that is neither evidence of that control in the pinned declaration nor provided on request.
    """
    engagement = locked_fieldwork(engagement_id, actor)
    row = locked_tests(engagement, [number])[number]
    file = next((one for one in reviewable_files(engagement, number) if one.pk == file_id), None)
    if file is None:
        raise DomainError(
            _("選べるのは、確定した言明のこの項目の証跡と、依頼に応じて提出された資料だけです。")
        )
    now = timezone.now()
    reviewed, is_new = ReviewedEvidence.objects.get_or_create(
        test=row, file=file, defaults={"added_by": actor, "added_at": now}
    )
    if is_new:
        FieldworkHistory.objects.create(
            engagement=engagement,
            test=row,
            changes={"reviewed": ["", file.label]},
            **history.line(actor=actor, at=now, action=FieldworkAction.REVIEWED),
        )
    return reviewed
