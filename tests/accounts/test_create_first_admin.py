"""The door of a new installation."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from tests.accounts.factories import PASSPHRASE, person

pytestmark = pytest.mark.django_db


def run(*arguments):
    output = StringIO()
    call_command("create_first_admin", *arguments, stdout=output)
    return output.getvalue()


def test_the_printed_link_makes_an_administrator(client):
    text = run("Admin@example.jp", "--organisation", "見本運営委員会")
    path = re.search(r"https://testserver(/accounts/invitation/[0-9a-f]{64}/)", text)[1]
    client.post(path, {"name": "見本 管理", "password": PASSPHRASE, "password_again": PASSPHRASE})

    admin = User.objects.get(email="admin@example.jp")
    assert admin.roles == {Role.SYSTEM_ADMIN}
    assert Organisation.objects.get(kind=OrganisationKind.COMMITTEE).name == "見本運営委員会"
    assert "リンクは1回だけ使えます" in text


def test_an_active_administrator_is_a_polite_refusal():
    person(Role.SYSTEM_ADMIN)
    with pytest.raises(CommandError, match="有効なシステム管理者がすでにいます"):
        run("second@example.jp")


@pytest.mark.parametrize("email", ["だめ", "a@", "a b@example.jp", ""])
def test_a_bad_address_is_named(email):
    with pytest.raises(CommandError, match="メールアドレスの形式が正しくありません"):
        run(email)
    assert not Organisation.objects.exists()
