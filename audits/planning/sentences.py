"""Why a control stays where it is, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from audits.enums import InclusionKind
from audits.planning.moving import Refusal, Why

SHOWN = 5


def refusal_sentence(refusals: Iterable[Refusal]) -> str:
    """One sentence for each reason, with the first numbers that it is about."""
    by_sentence: dict[str, list[str]] = {}
    for one in refusals:
        by_sentence.setdefault(_why(one), []).append(one.number)
    return "".join(
        _("%(numbers)sは移していません。%(why)s") % {"numbers": _numbers(found), "why": why}
        for why, found in by_sentence.items()
    )


def _numbers(numbers: list[str]) -> str:
    shown = "、".join(numbers[:SHOWN])
    if len(numbers) <= SHOWN:
        return shown
    return _("%(shown)sほか%(more)s項目") % {"shown": shown, "more": len(numbers) - SHOWN}


def _why(refusal: Refusal) -> str:
    if refusal.why == Why.HELD and refusal.placement:
        held = refusal.placement
        kinds = dict.fromkeys(
            str(InclusionKind(cause.kind).label) for cause in held.causes if cause.is_held
        )
        return _("%(kinds)sのため、%(year)s年目に必ず監査する項目です。") % {
            "kinds": "、".join(kinds),
            "year": held.year,
        }
    return {
        Why.UNKNOWN: _("この計画にない項目です。"),
        Why.OUTSIDE: _("その年度はこのサイクルにありません。"),
        Why.EVERY_YEAR: _("毎年監査する基準の項目なので、年度を選べません。"),
        Why.REPORTED: _("監査の報告を終えた年度の割当ては変えられません。"),
        Why.COVERAGE: _(
            "計画から外すと、サイクルの間に一度も監査されません。ほかの年度を選んでください。"
        ),
    }[refusal.why]
