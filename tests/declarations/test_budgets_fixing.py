"""What fixing a declaration may ask of the database, the first version and a later one."""

import pytest
from django.urls import reverse

from declarations.services.declaration import revise_declaration
from declarations.services.fixing import submit_declaration
from tests.counting import counted_queries
from tests.declarations.builders import approved, team, waiting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("version", [1, 2])
def test_fixing_takes_few_queries_whatever_the_version(client, small_edition, version):
    members = team()
    declaration = waiting(members, small_edition)
    if version == 2:
        first = approved(declaration, members)
        second = revise_declaration(declaration_id=first.pk, actor=members.editor)
        declaration = submit_declaration(declaration_id=second.pk, actor=members.editor)
    client.force_login(members.approver)
    where = reverse("declarations:approval", args=[declaration.pk])
    form = {"version": declaration.row_version, "confirmed": "on"}

    with counted_queries() as queries:
        assert client.post(where, form).status_code == 302

    assert len(queries) <= 14
