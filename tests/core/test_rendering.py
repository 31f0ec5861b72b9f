import copy
import re

import pytest
from django import forms
from django.conf import settings as project_settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import RequestFactory

from core.fields import PlainTextField
from core.styleguide import styleguide


class SampleForm(forms.Form):
    name = PlainTextField(label="名称", help_text="公開されます。", max_length=20)
    text = PlainTextField(label="概要", required=False, max_length=2000, widget=forms.Textarea)
    kind = forms.ChoiceField(
        label="種別", choices=[("new", "新規"), ("renewal", "更新")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="確認しました")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


class Undefined(str):
    """A text for undefined variables that refuses to be shown."""

    __slots__ = ()

    def __contains__(self, part):
        return True

    def __mod__(self, variable):
        raise LookupError(f"undefined in a template: {variable}")


def signed_out_request(path="/styleguide/"):
    request = RequestFactory().get(path)
    request.csp_nonce = "nonce"
    return request


def field_html(form, name):
    return form[name].as_field_group()


def test_field_says_required_or_optional():
    form = SampleForm()
    assert "※必須" in field_html(form, "name")
    assert "任意" in field_html(form, "text")


def test_field_ties_hint_and_error_to_the_control():
    html = field_html(SampleForm({"name": "あ" * 21}), "name")
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_helptext"' in html
    assert re.search(
        r'id="id_name_error">.*20字以内で入力してください（いまは21字です）。', html, re.DOTALL
    )


def test_field_without_hint_and_error_describes_nothing():
    assert "aria-describedby" not in field_html(SampleForm(), "agreed")


def test_textarea_has_a_counter_that_describes_it():
    html = field_html(SampleForm(), "text")
    assert 'aria-describedby="id_text_count"' in html
    assert 'data-count-for="id_text"' in html
    assert "2,000字以内" in html


def test_radio_buttons_are_a_fieldset_with_cards():
    html = field_html(SampleForm({}), "kind")
    assert '<fieldset class="field field--invalid" aria-describedby="id_kind_error">' in html
    assert "<legend" in html
    assert html.count('class="choice"') == 2


def test_form_shows_summary_fields_and_hidden_fields():
    html = str(SampleForm({"token": "t"}))
    assert 'role="alert"' in html
    assert 'href="#id_name"' in html
    assert 'href="#id_kind_0"' in html
    assert '<input type="hidden" name="token" value="t" id="id_token">' in html


def test_form_without_errors_has_no_summary():
    assert "error-summary" not in str(SampleForm())


def test_summary_shows_errors_of_the_form_and_of_hidden_fields():
    form = SampleForm({"name": "名", "kind": "new", "agreed": "on"})
    form.add_error(None, "期間が重なっています。")
    form.add_error("token", "画面が古くなっています。")
    html = str(form)
    assert "<li>期間が重なっています。</li>" in html
    assert "<li>画面が古くなっています。</li>" in html


def test_summary_escapes_what_was_typed():
    form = SampleForm({"name": "名", "kind": "<b>"})
    assert "<b>" not in str(form)


def test_form_page_prefixes_the_title_when_something_is_wrong():
    context = {"title": "登録する", "submit_label": "登録する"}
    request = signed_out_request()
    good = render_to_string("forms/form_page.html", context | {"form": SampleForm()}, request)
    bad = render_to_string("forms/form_page.html", context | {"form": SampleForm({})}, request)
    assert "<title>登録する｜ISMAP-LIU 登録管理</title>" in good
    assert "<title>エラー：登録する｜ISMAP-LIU 登録管理</title>" in bad


def test_base_page_carries_nonces_and_scripts_in_order():
    html = render_to_string("forms/form_page.html", {"form": SampleForm()}, signed_out_request())
    names = re.findall(r'<script src="[^"]*/([a-z0-9.-]+)"[^>]* nonce="nonce"', html)
    assert [name.split(".")[0] for name in names] == ["trusted-types", "htmx-2", "app"]
    assert len(names) == html.count("<script")
    assert '"responseHandling":[{"code":"204","swap":false}' in html


def test_public_pages_run_no_script_and_need_no_request():
    html = render_to_string("public_base.html")
    assert "<script" not in html
    assert "nonce" not in html
    assert "csrf" not in html
    assert "政府の公式サイトではありません" in html


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_need_no_context(code):
    html = render_to_string(f"{code}.html")
    assert html.count("<h1>") == 1
    assert 'href="/app/"' in html


@pytest.mark.parametrize(("is_demo", "count"), [(True, 1), (False, 0)])
@pytest.mark.parametrize("template", ["public_base.html", "500.html", "account/signup_closed.html"])
def test_every_frame_carries_the_sample_mark_in_the_demo(settings, template, is_demo, count):
    settings.IS_DEMO = is_demo
    html = render_to_string(template, {}, signed_out_request())
    assert html.count("demo-ribbon__mark") == count


@pytest.mark.parametrize(
    ("level", "kind"),
    [
        (constants.SUCCESS, "ok"),
        (constants.ERROR, "err"),
        (constants.WARNING, "warn"),
        (constants.INFO, "info"),
    ],
)
def test_messages_become_notes(level, kind):
    html = render_to_string(
        "components/messages.html", {"messages": [Message(level, "受け付けました。")]}
    )
    assert f"note--{kind}" in html
    assert "受け付けました。" in html


def styleguide_html():
    return styleguide(signed_out_request()).content.decode()


def test_styleguide_defines_every_variable_that_its_components_show(settings):
    templates = copy.deepcopy(project_settings.TEMPLATES)
    templates[0]["OPTIONS"]["string_if_invalid"] = Undefined("undefined %s")
    settings.TEMPLATES = templates
    assert "画面部品の一覧" in styleguide_html()


def test_styleguide_has_neither_inline_styles_nor_handlers():
    html = styleguide_html()
    assert not re.findall(r'\sstyle="|\son[a-z]+="', html)
    assert "<style" not in html


def test_styleguide_ids_are_unique():
    ids = re.findall(r'\sid="([^"]+)"', styleguide_html())
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/accounts/login/", "サインイン"),
        ("/accounts/signup/", "招待が必要です"),
        ("/accounts/password/reset/", "パスワードの再設定"),
        ("/accounts/password/reset/done/", "メールを送りました"),
        ("/accounts/password/reset/key/1-wrong/", "リンクを使えません"),
        ("/accounts/password/reset/key/done/", "パスワードを設定しました"),
        ("/accounts/confirm-email/wrong/", "メールアドレスの確認"),
        ("/accounts/confirm-email/", "メールアドレスを確認してください"),
        ("/accounts/inactive/", "この利用者は使えません"),
    ],
)
def test_sign_in_pages_are_ours(client, db, path, heading):
    response = client.get(path)
    assert response.status_code == 200
    assert f"<h1>{heading}</h1>" in response.content.decode()


def test_sign_in_says_what_is_wrong_and_forgets_the_password(client, db):
    response = client.post("/accounts/login/", {"login": "a@example.jp", "password": "wrong-word"})
    html = response.content.decode()
    assert "<title>エラー：サインイン｜" in html
    assert 'role="alert"' in html
    assert "wrong-word" not in html
