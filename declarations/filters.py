"""Narrowing the statements of one declaration: the same filter for overview, bulk acts and workbook.

An address with these parameters says the same to every colleague, so it can be shared.
"""

from typing import Any

import django_filters
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from controls.enums import Level
from controls.models import Control
from declarations import policies
from declarations.enums import Adoption, ReviewState
from declarations.models import Declaration, Statement
from declarations.querysets import StatementQuerySet
from declarations.selectors.base_services import bases_in
from declarations.selectors.colleagues import colleagues

ME, NOBODY, ANY = "me", "none", "any"
INCOMPLETE, UNCONFIRMED = "incomplete", "unconfirmed"
STATES = [
    (INCOMPLETE, _("記入不足")),
    (UNCONFIRMED, _("引継・未確認")),
    (ReviewState.REQUESTED.value, _("確認待ち")),
    (ReviewState.RETURNED.value, _("差戻し")),
    (ReviewState.AGREED.value, _("確認済み")),
]
OPEN, ANY = "open", "any"
YES = [("1", _("あり"))]
# How the provider's people share their work is nobody else's business.
INTERNAL = ("owner", "state", "reviewer", "changed", "comments")


class StatementFilter(django_filters.FilterSet):
    """`user` is who looks: "me" as owner means this person. Unknown values are told and narrow nothing.

    Readers from outside the provider have no filters about its people and their work.
    """

    chapter = django_filters.ChoiceFilter(
        label=_("章・節"), method="in_chapter", empty_label=_("すべての章")
    )
    adoption = django_filters.ChoiceFilter(
        label=_("採否"), choices=Adoption.choices, empty_label=_("すべての採否")
    )
    owner = django_filters.ChoiceFilter(
        label=_("担当者"), method="of_owner", empty_label=_("すべての担当者")
    )
    state = django_filters.ChoiceFilter(
        label=_("状態"), choices=STATES, method="in_state", empty_label=_("すべての状態")
    )
    reviewer = django_filters.ChoiceFilter(
        label=_("確認する人"),
        choices=[(ME, _("自分"))],
        method="of_reviewer",
        empty_label=_("問わない"),
    )
    changed = django_filters.ChoiceFilter(
        label=_("前回からの変更"), choices=YES, method="only_changed", empty_label=_("問わない")
    )
    mandatory = django_filters.ChoiceFilter(
        label=_("基本言明要件"),
        choices=[("1", _("基本言明要件のみ"))],
        method="only_mandatory",
        empty_label=_("問わない"),
    )
    evidence = django_filters.ChoiceFilter(
        label=_("証跡"),
        choices=[("none", _("なし"))],
        method="only_bare",
        empty_label=_("問わない"),
    )
    comments = django_filters.ChoiceFilter(
        label=_("コメント"),
        choices=[(OPEN, _("未解決あり")), (ANY, _("あり（解決済みも）"))],
        method="with_comments",
        empty_label=_("問わない"),
    )
    inherited = django_filters.ChoiceFilter(
        label=_("基盤クラウドサービス"), method="inheriting", empty_label=_("問わない")
    )

    class Meta:
        model = Statement
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any, *, declaration: Declaration, user: User) -> None:
        super().__init__(data, queryset=Statement.objects.filter(declaration=declaration))
        self.user = user
        self.declaration = declaration
        self.filters["chapter"].extra["choices"] = self._places()
        # Every base service by name only where an address asks for one: the pages have no list of them.
        asks_one = self.data.get("inherited", ANY) not in ("", ANY)
        self.filters["inherited"].extra["choices"] = [
            (ANY, lazystr(_("継承あり"))),
            *(bases_in(declaration) if asks_one else ()),
        ]
        if policies.can_read_work(user, declaration):
            self.filters["owner"].extra["choices"] = [
                (ME, lazystr(_("自分"))),
                (NOBODY, lazystr(_("担当者なし"))),
                *((str(person.pk), person.name) for person in colleagues(declaration)),
            ]
        else:
            for name in INTERNAL:
                del self.filters[name]

    def _places(self) -> list[tuple[str, str]]:
        """Chapters, and below each its sections."""
        places = (
            Control.objects.filter(
                edition=self.declaration.edition_id, level__in=[Level.CHAPTER, Level.SECTION]
            )
            .order_by("sort_key")
            .values_list("number", "title", "level")
        )
        return [
            (number, f"{'　' if level == Level.SECTION else ''}{number} {title}")
            for number, title, level in places
        ]

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return any(self.form.cleaned_data.values()) if self.form.is_valid() else False

    def in_chapter(self, rows: StatementQuerySet, _name: str, value: str) -> StatementQuerySet:
        """Rows of one chapter, or of one section of it."""
        parts = {f"control__sort_key__{n}": int(part) for n, part in enumerate(value.split("."))}
        return rows.filter(**parts)

    def of_owner(self, rows: StatementQuerySet, _name: str, value: str) -> StatementQuerySet:
        """Rows of one person, of the person who looks, or of nobody."""
        if value == NOBODY:
            return rows.filter(owner__isnull=True)
        return rows.filter(owner=self.user.pk if value == ME else value)

    def of_reviewer(self, rows: StatementQuerySet, _name: str, _value: str) -> StatementQuerySet:
        """Rows that the person who looks was asked to review."""
        return rows.filter(reviewer=self.user.pk)

    def in_state(self, rows: StatementQuerySet, _name: str, value: str) -> StatementQuerySet:
        """Rows that wait for something."""
        if value == INCOMPLETE:
            return rows.incomplete()
        if value == UNCONFIRMED:
            return rows.unconfirmed()
        return rows.filter(review_state=value)

    def only_changed(self, rows: StatementQuerySet, _name: str, _value: str) -> StatementQuerySet:
        """Rows that differ from what they were carried from."""
        return rows.changed_since_carried()

    def only_mandatory(self, rows: StatementQuerySet, _name: str, _value: str) -> StatementQuerySet:
        """Basic declaration requirements."""
        return rows.required()

    def only_bare(self, rows: StatementQuerySet, _name: str, _value: str) -> StatementQuerySet:
        """Rows without evidence."""
        return rows.without_evidence()

    def with_comments(self, rows: StatementQuerySet, _name: str, value: str) -> StatementQuerySet:
        """Rows that colleagues talk about, or have talked about."""
        return rows.with_open_threads() if value == OPEN else rows.with_comments()

    def inheriting(self, rows: StatementQuerySet, _name: str, value: str) -> StatementQuerySet:
        """Rows that inherit from one base service, or from any. What is not selected inherits nothing."""
        inheriting = rows.filter(base_service__isnull=False).exclude(adoption=Adoption.NOT_SELECTED)
        return inheriting if value == ANY else inheriting.filter(base_service=value)
