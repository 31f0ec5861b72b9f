"""The scheme's numbers on one day, read once.

A calculation asks for the day that its rule looks at (end of period, filing, awareness) and works on this object: after
loading it makes no query and knows no user. Nothing is kept between requests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from controls.enums import ParameterStatus
from controls.models import SchemeParameter
from core.exceptions import DomainError

ARTICLE_PREFIX = "article."
FORM_PREFIX = "form."


class MissingParameterError(DomainError):
    """No published row of that name holds on that day: not the same as a row without a value."""

    def __init__(self, *, name: str, day: date):
        super().__init__(
            _(
                "制度パラメータ「%(name)s」に、%(day)s時点で有効な行がありません。事務局に登録を依頼してください。"
            )
            % {"name": name, "day": day.isoformat()}
        )
        self.name, self.day = name, day


@dataclass(frozen=True, slots=True)
class Fact:
    """One parameter as it holds on the day. `value` None means that we ship none: no check and no countdown runs."""

    name: str
    label: str
    value: Any
    status: str
    source: str
    in_force_from: date | None
    in_force_until: date | None

    @property
    def status_label(self) -> str:
        """確認済み, 推定 or 未確認."""
        return str(ParameterStatus(self.status).label)

    @property
    def is_confirmed(self) -> bool:
        """Only a confirmed value may be stated as law."""
        return self.status == ParameterStatus.CONFIRMED


@dataclass(frozen=True, slots=True)
class ArticleLabel:
    """The article of the LIU registration rules for one topic; "" as number when it is not known."""

    number: str
    status: str

    def __str__(self) -> str:
        if not self.number:
            return _("条項未確認")
        return _("登録規則 %(number)s［%(status)s］") % {
            "number": self.number,
            "status": ParameterStatus(self.status).label,
        }


@dataclass(frozen=True, slots=True)
class FormNumberLabel:
    """The number of an official form (様式); "" when it is not known."""

    number: str
    status: str

    def __str__(self) -> str:
        if not self.number:
            return _("様式番号未確認")
        return _("%(number)s［%(status)s］") % {
            "number": self.number,
            "status": ParameterStatus(self.status).label,
        }


@dataclass(frozen=True, slots=True)
class Rules:
    """All published parameters that hold on `day`."""

    day: date
    facts: Mapping[str, Fact] = field(repr=False)

    @classmethod
    def at(cls, day: date) -> "Rules":
        """The rules of that day. One query."""
        rows = SchemeParameter.objects.in_force(day).values(*Fact.__slots__)
        return cls(day, {row["name"]: Fact(**row) for row in rows})

    def fact(self, name: str) -> Fact:
        """The parameter with its status and source. Raises MissingParameterError."""
        try:
            return self.facts[name]
        except KeyError:
            raise MissingParameterError(name=name, day=self.day) from None

    def value(self, name: str) -> Any:
        """The value alone, None where the scheme's value is not known. Raises MissingParameterError."""
        return self.fact(name).value

    def article(self, key: str) -> ArticleLabel:
        """The article for a topic, such as `article("suspension")`. Raises MissingParameterError."""
        fact = self.fact(ARTICLE_PREFIX + key)
        return ArticleLabel(fact.value or "", fact.status)

    def form_number(self, key: str) -> FormNumberLabel:
        """The number of a form, such as `form_number("application")`. Raises MissingParameterError."""
        fact = self.fact(FORM_PREFIX + key)
        return FormNumberLabel(fact.value or "", fact.status)
