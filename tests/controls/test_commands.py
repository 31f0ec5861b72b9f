"""Management commands of the catalogue."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import Role
from controls.enums import EditionState
from controls.models import CatalogueEdition, Control
from tests.accounts.factories import person
from tests.controls.factories import SMALL_CATALOGUE, small_edition

pytestmark = pytest.mark.django_db

NEW = ["--edition", "見本-1", "--name", "見本の版", "--from", "2022-04-01"]


@pytest.fixture
def file(tmp_path):
    """A catalogue file; tests may write it anew."""
    path = tmp_path / "見本.csv"
    path.write_text(SMALL_CATALOGUE, encoding="utf-8")
    return path


def run(command: str, *args) -> str:
    out = StringIO()
    call_command(command, *map(str, args), stdout=out)
    return out.getvalue()


def test_load_catalogue_prints_the_difference_and_writes_nothing(file):
    said = run("load_catalogue", file, *NEW)

    assert "+ 9.2.3 特権的アクセス権の管理" in said
    assert "追加30件、削除0件、変更0件。書き込むには --apply" in said
    assert not CatalogueEdition.objects.exists()


def test_load_catalogue_with_apply_writes_a_draft_in_the_name_of_a_person(file):
    secretariat = person(Role.SECRETARIAT)

    said = run("load_catalogue", file, *NEW, "--apply", "--as", secretariat.email.upper())

    edition = CatalogueEdition.objects.get()
    assert "下書きとして書き込みました" in said
    assert (edition.state, edition.loaded_by) == (EditionState.DRAFT, secretariat)
    assert "差分はありません" in run("load_catalogue", file, "--edition", "見本-1", "--apply")


def test_load_catalogue_prints_removed_changed_and_left_out_rows(file):
    small_edition("2022-04")
    text = SMALL_CATALOGUE.replace("評価結果の反映", "反映").replace(
        "9.4.2.3.P,detail,control_measure,P,,,,2022-04",
        "9.4.2.4,detail,control_measure,,,,,2024-07",
    )
    file.write_text(text, encoding="utf-8")

    said = run("load_catalogue", file, "--edition", "2022-04")

    assert "- 9.4.2.3.P\n" in said
    assert "~ 3.1.2.2 見出し：評価結果の反映 → 反映" in said
    assert "この版より後に追加された1件は対象外です" in said


@pytest.mark.parametrize(
    ("content", "args", "reason"),
    [
        (SMALL_CATALOGUE, ["--edition", "見本-1", "--apply"], "名称と適用開始日が必要"),
        (SMALL_CATALOGUE, [*NEW, "--as", "nobody@example.jp"], "登録されていません"),
        (SMALL_CATALOGUE + "9.4.2.5.X,detail,control_measure,X,,,,\n", NEW, "見本.csv 32行目"),
    ],
)
def test_load_catalogue_refuses_in_words(file, content, args, reason):
    file.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match=reason):
        run("load_catalogue", file, *args)


def test_load_catalogue_refuses_a_person_without_the_role_and_a_missing_file(file):
    with pytest.raises(CommandError, match="権限がありません"):
        run("load_catalogue", file, *NEW, "--as", person(Role.CSP_EDITOR).email)
    with pytest.raises(CommandError, match="ファイルを読めません"):
        run("load_catalogue", file.parent / "ない.csv", *NEW)


@pytest.mark.full_catalogue
def test_load_shipped_editions_leaves_drafts_until_a_committee_member_publishes():
    said = run("load_shipped_editions")
    assert "2022-04：詳細管理策1152件（下書き）" in said
    assert "2024-07：詳細管理策1156件（下書き）" in said
    assert "運営委員が管理基準の画面で公開すると" in said
    controls = Control.objects.count()

    said = run("load_shipped_editions", "--publisher", person(Role.COMMITTEE_MEMBER).email)

    assert CatalogueEdition.objects.published().count() == 2
    assert "公開すると" not in said
    assert run("load_shipped_editions") == said
    assert Control.objects.count() == controls


@pytest.mark.parametrize("role", [Role.SECRETARIAT, None])
def test_load_shipped_editions_refuses_other_publishers(role):
    email = person(role).email if role else "nobody@example.jp"

    with pytest.raises(CommandError):
        run("load_shipped_editions", "--publisher", email)
    assert not CatalogueEdition.objects.exists()
