"""The task list of a declaration that is being written: what to do, in which order, and how far each task is."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import can_edit_organisation
from declarations import policies
from declarations.enums import DeclarationState
from declarations.models import Declaration
from declarations.preflight import REQUIRED_BODY, REQUIRED_PROVIDER
from declarations.selectors.progress import Progress, total_progress


@dataclass(frozen=True, slots=True)
class Task:
    """One line of `components/task_list.html`; without `url` it cannot be started yet."""

    title: str
    kind: str
    status: str
    hint: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """A group of tasks; `count` says how many of them are done."""

    title: str
    tasks: list[Task]

    @property
    def count(self) -> str:
        """2 / 3 完了."""
        done = sum(task.kind == "ok" for task in self.tasks)
        return _("%(done)s / %(all)s 完了") % {"done": done, "all": len(self.tasks)}


def task_groups(
    *, user: User, declaration: Declaration, chapters: list[Progress]
) -> list[TaskGroup]:
    """The tasks of a draft, or of one that waits for approval, as this person may do them."""
    is_draft = declaration.state == DeclarationState.DRAFT
    return [
        TaskGroup(_("基本の情報"), [_provider(user, declaration), _service(declaration)]),
        TaskGroup(_("言明の内容"), _content(declaration, chapters)),
        TaskGroup(
            _("確認と承認"), [_preflight(declaration, is_draft), _approval(user, declaration)]
        ),
    ]


def next_chapter(chapters: list[Progress]) -> Progress | None:
    """The first chapter with something left to write; None when all are complete."""
    return next((chapter for chapter in chapters if not chapter.is_done), None)


def _done(is_done: bool) -> dict[str, str]:
    if is_done:
        return {"kind": "ok", "status": _("完了")}
    return {"kind": "todo", "status": _("未入力あり")}


def _provider(user: User, declaration: Declaration) -> Task:
    organisation = declaration.service.organisation
    is_done = all(getattr(organisation, name) for name in REQUIRED_PROVIDER)
    hint = _("所在地、代表者、事業者の概要")
    if not is_done and not can_edit_organisation(user, organisation):
        hint = _("所在地、代表者、事業者の概要（入力は承認者が行います）")
    return Task(_("事業者情報"), hint=hint, url=organisation.get_absolute_url(), **_done(is_done))


def _service(declaration: Declaration) -> Task:
    return Task(
        _("サービスの情報"),
        "ok",
        _("登録済み"),
        hint=_("概要、リージョン、データの保管場所、連絡先"),
        url=declaration.service.get_absolute_url(),
    )


def _body(declaration: Declaration) -> Task:
    is_done = all(getattr(declaration, name) for name in REQUIRED_BODY)
    return Task(
        _("言明の記載事項"),
        hint=_("対象範囲、後発事象、特記事項、言明の責任者"),
        url=reverse("declarations:declaration-edit", args=[declaration.pk]),
        **_done(is_done),
    )


def _content(declaration: Declaration, chapters: list[Progress]) -> list[Task]:
    tasks = [_body(declaration), _statements(declaration, chapters)]
    total = total_progress(chapters)
    return [*tasks, _confirmation(declaration, total)] if total.carried else tasks


def _confirmation(declaration: Declaration, total: Progress) -> Task:
    status = _("未確認 %(count)s件") % {"count": f"{total.unconfirmed:,}"}
    return Task(
        _("引継ぎの確認"),
        "warn" if total.unconfirmed else "ok",
        status if total.unconfirmed else _("完了"),
        hint=_("前の言明から引き継いだ%(carried)s件の内容を確かめます")
        % {"carried": f"{total.carried:,}"},
        url=reverse("declarations:carried", args=[declaration.pk]),
    )


def _statements(declaration: Declaration, chapters: list[Progress]) -> Task:
    total = total_progress(chapters)
    target = next_chapter(chapters) or (chapters[0] if chapters else None)
    url = reverse("declarations:chapter", args=[declaration.pk, target.number]) if target else ""
    left = total.total - total.answered
    return Task(
        _("管理策ごとの言明"),
        "ok" if not left else "run" if total.answered else "todo",
        f"{total.answered:,} / {total.total:,}",
        hint=_("全%(chapters)s章・残り%(left)s件")
        % {"chapters": len(chapters), "left": f"{left:,}"},
        url=url,
    )


def _preflight(declaration: Declaration, is_draft: bool) -> Task:
    return Task(
        _("事前確認"),
        "todo" if is_draft else "ok",
        _("実行できます") if is_draft else _("エラーなし"),
        hint=_("基本言明要件を満たしているかを確かめ、承認を依頼します"),
        url=reverse("declarations:preflight", args=[declaration.pk]),
    )


def _approval(user: User, declaration: Declaration) -> Task:
    title = _("承認・確定")
    if declaration.state == DeclarationState.DRAFT:
        return Task(
            title, "wait", _("まだ開始できません"), hint=_("事前確認の後に承認を依頼できます")
        )
    hint = _("この版を編集していない承認者が確認し、確定します")
    may = policies.can_approve_declaration(user, declaration)
    url = reverse("declarations:approval", args=[declaration.pk]) if may else ""
    return Task(title, "warn", _("承認待ち"), hint=hint, url=url)
