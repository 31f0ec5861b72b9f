"""The official text of a control in the panel of its row."""

import pytest
from django.urls import reverse

from tests.controls.lineages import text_of
from tests.counting import counted_queries
from tests.declarations import builders

FREE = "9.2.3.2"
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def draft(client, small_edition):
    members = builders.team()
    client.force_login(members.editor)
    return builders.draft(members, small_edition)


@pytest.mark.parametrize("headers", [SCRIPT, {}], ids=["panel", "page"])
def test_text_in_force_stands_with_where_it_comes_from_and_costs_nothing_more(
    client, draft, headers
):
    where = reverse("declarations:statement", args=[draft.pk, FREE])
    client.get(where, headers=headers)
    with counted_queries() as without:
        assert "管理基準の本文" not in client.get(where, headers=headers).text
    text_of(draft.edition.controls.get(number=FREE), "見本の文：特権を定める。")

    with counted_queries() as with_text:
        page = client.get(where, headers=headers).text

    assert "見本の文：特権を定める。" in page
    assert "事務局がこの環境に読み込んだ公式の管理基準の本文です" in page
    assert len(with_text) == len(without)
    assert sum("controls_controltext" in sql for sql in with_text) == 1
