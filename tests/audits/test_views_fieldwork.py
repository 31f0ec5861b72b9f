"""The pages of the fieldwork: what they show, what they answer, and what they cost."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from accounts.enums import Role
from audits.selectors.fieldwork_rows import MAX_ROWS
from documents.models import StoredFile
from tests.accounts.factories import person
from tests.audits.cycles import declared as next_declaration
from tests.audits.papers import (
    EVERY,
    INHERITED,
    OUTSIDE,
    SECOND,
    auditor_of,
    papers,
    planned_papers,
    revised,
)
from tests.counting import counted_queries
from tests.registrations.factories import provider

pytestmark = pytest.mark.django_db
SECTION = "4.4"


@pytest.fixture
def found(small_edition):
    return papers(small_edition).scope()


def address(found, name: str, *args) -> str:
    return reverse(f"audits:{name}", args=[found.engagement.pk, *args])


def page(client, found, name: str, *args, actor=None, query: str = "") -> str:
    client.force_login(actor or found.auditor)
    answer = client.get(address(found, name, *args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client, found, name: str, *args, data: dict, query: str = "", follow: bool = True):
    client.force_login(found.auditor)
    return client.post(address(found, name, *args) + query, data, follow=follow)


def sent(found, number: str, version: int | None = None, **facts: str) -> dict[str, str]:
    """What the page of the section sends of one row."""
    row = found.test(number)
    shown = {"design_result": row.design_result, "operating_result": row.operating_result}
    values = {"version": version or row.row_version, "shown": ",".join(shown.values())}
    return {f"{number}-{name}": value for name, value in (values | shown | facts).items()}


class TestOverview:
    def test_it_says_where_the_work_stands_and_what_is_weighed(self, client, found):
        found.record(EVERY, design_result="effective", operating_result="deficient")
        text = page(client, found, "fieldwork")
        assert "初回の監査のため、整備状況評価に重点を置きます。" in text
        assert "未確認" in text
        assert "対象の5項目のうち、1項目が終わっています。" in text
        assert address(found, "fieldwork_section", SECTION) in text

    def test_without_a_plan_it_says_so_and_leads_to_the_plans(self, client, small_edition):
        found = papers(small_edition)
        text = page(client, found, "fieldwork")
        assert "この期間の監査計画がありません。" in text
        assert reverse("audits:cycles") in text
        answer = send(client, found, "fieldwork_scope", data={})
        assert "5項目を対象に加えました。" in answer.content.decode()
        answer = send(client, found, "fieldwork_scope", data={})
        assert "対象はすでにそろっています。" in answer.content.decode()

    def test_with_a_plan_it_offers_the_year(self, client, small_edition):
        found = planned_papers(small_edition)
        text = page(client, found, "fieldwork")
        assert "監査計画でこの年度に割り当てた項目のうち" in text
        assert "計画はまだ確定していません。" in text
        assert "項目を対象にする" in text

    def test_a_renewal_weighs_the_operation(self, client, found):
        found.audit.file_report()
        text = page(client, found, "fieldwork")
        assert "報告済の監査です。記録は読むだけです。" in text
        start = found.audit.declaration.period_end + timedelta(days=1)
        found.audit.declaration = next_declaration(found.audit, start)
        found.engagement = found.audit.commission().accept().engagement
        found.auditor = auditor_of(found.engagement)
        text = page(client, found, "fieldwork")
        assert "更新の監査のため、運用状況評価に重点を置きます。" in text

    def test_the_engagement_shows_a_card_to_the_team_alone(self, client, found):
        text = page(client, found, "engagement")
        assert "対象の5項目のうち、0項目が終わっています。" in text
        assert address(found, "fieldwork") in text
        text = page(client, found, "engagement", actor=found.audit.approver)
        assert address(found, "fieldwork") not in text


class TestPulling:
    def test_controls_are_pulled_in_from_the_page(self, client, found):
        data = {"numbers": f"{OUTSIDE}、Ａ.{INHERITED}", "reason": "変更があったため。"}
        answer = send(client, found, "fieldwork_pull", data=data)
        assert f"{OUTSIDE}、{INHERITED} を対象に加えました。" in answer.content.decode()

    def test_a_refusal_names_the_number_and_keeps_what_was_typed(self, client, found):
        data = {"numbers": "5.1.1.1", "reason": "変更があったため。"}
        answer = send(client, found, "fieldwork_pull", data=data)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "詳細管理策ではありません" in text
        assert "変更があったため。" in text

    def test_what_changed_after_fixing_is_shown_with_both_texts_and_pulled(self, client, found):
        assert "確定後に変更された項目はありません" in page(client, found, "fieldwork_changes")
        revised(found, {OUTSIDE: "月に一度、確認しています。", EVERY: "毎週、確認しています。"})
        assert "2項目の言明を変更しています" in page(client, found, "fieldwork")
        text = page(client, found, "fieldwork_changes")
        assert "月に一度" in text
        assert "対象の項目を開く" in text
        text = page(client, found, "fieldwork_pull", query=f"?n={OUTSIDE}")
        assert "確定後に言明が変更されたため。" in text
        assert "確定後に変更" in page(client, found, "fieldwork_section", SECTION)
        assert "毎週" in page(client, found, "fieldwork_control", EVERY)


class TestSection:
    def test_a_row_shows_what_is_declared_beside_its_results(self, client, found):
        text = page(client, found, "fieldwork_section", SECTION)
        assert found.test(EVERY).control.title in text
        assert f'name="{EVERY}-design_result"' in text

    def test_only_changed_rows_are_recorded(self, client, found):
        data = sent(found, EVERY, design_result="effective") | sent(found, SECOND)
        answer = send(client, found, "fieldwork_section", SECTION, data=data)
        assert "1項目を記録しました。" in answer.content.decode()
        assert (found.test(EVERY).design_result, found.test(SECOND).row_version) == ("effective", 1)

    def test_a_row_that_nobody_touched_overwrites_nothing(self, client, found):
        data = sent(found, EVERY) | sent(found, SECOND, design_result="effective")
        found.record(EVERY, actor=auditor_of(found.engagement), design_result="deficient")
        send(client, found, "fieldwork_section", SECTION, data=data)
        assert found.test(EVERY).design_result == "deficient"
        assert found.test(SECOND).design_result == "effective"

    def test_a_conflict_shows_both_and_a_second_save_overwrites(self, client, found):
        colleague = auditor_of(found.engagement)
        data = sent(found, EVERY, design_result="effective", notes="私の記録")
        data |= sent(found, SECOND, design_result="effective")
        found.record(EVERY, actor=colleague, design_result="deficient", notes="同僚の記録")
        answer = send(client, found, "fieldwork_section", SECTION, data=data)
        assert answer.status_code == 409
        text = answer.content.decode()
        assert f"{colleague.name}さんが先に保存しました" in text
        assert "「同僚の記録」" in text
        assert "私の記録</textarea>" in text
        assert (found.test(EVERY).notes, found.test(SECOND).design_result) == ("同僚の記録", "")
        data |= {f"{EVERY}-version": "2", f"{EVERY}-shown": "deficient,"}
        send(client, found, "fieldwork_section", SECTION, data=data)
        assert found.test(EVERY).notes == "私の記録"

    def test_one_bad_row_saves_nothing_and_keeps_everything(self, client, found):
        data = sent(found, EVERY, notes="長" * 5001) | sent(
            found, SECOND, design_result="effective"
        )
        answer = send(client, found, "fieldwork_section", SECTION, data=data)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "5,000字以内" in text
        assert "長" * 5001 in text
        assert found.test(SECOND).design_result == ""

    def test_filters_show_what_is_left_deficient_mine_and_changed(self, client, found):
        found.record(EVERY, design_result="effective", operating_result="deficient")
        shown = {
            name: page(client, found, "fieldwork_section", SECTION, query=f"?show={name}")
            for name in ("open", "deficient", "mine", "changed")
        }
        assert f'data-paper="{EVERY}"' not in shown["open"]
        assert f'data-paper="{SECOND}"' in shown["open"]
        assert f'data-paper="{EVERY}"' in shown["deficient"]
        assert "この条件に合う項目はありません" in shown["mine"]
        assert "この条件に合う項目はありません" in shown["changed"]

    def test_ticked_rows_are_given_to_a_member(self, client, found):
        data = {"n": [EVERY, SECOND], "assignee": str(found.auditor.pk)}
        answer = send(client, found, "fieldwork_assign", SECTION, data=data)
        assert "2項目の担当を変更しました。" in answer.content.decode()
        mine = page(client, found, "fieldwork_section", SECTION, query="?show=mine")
        assert f'data-paper="{EVERY}"' in mine
        answer = send(client, found, "fieldwork_assign", SECTION, data={"assignee": ""})
        assert "担当を決める項目を選んでください。" in answer.content.decode()

    def test_after_the_report_it_is_read_only(self, client, found):
        data = sent(found, EVERY, design_result="effective")
        found.audit.file_report()
        text = page(client, found, "fieldwork_section", SECTION)
        assert 'type="radio"' not in text
        answer = send(client, found, "fieldwork_section", SECTION, data=data)
        assert answer.status_code == 422
        assert "「報告済」のため" in answer.content.decode()

    def test_a_section_without_anything_in_scope_is_not_found(self, client, found):
        client.force_login(found.auditor)
        assert client.get(address(found, "fieldwork_section", "9.2")).status_code == 404


class TestControl:
    def test_everything_of_one_control_stands_on_its_page(self, client, found):
        found.record(EVERY, design_result="effective", notes="規程を閲覧した。")
        found.draw(EVERY, population=250, size=3)
        text = page(client, found, "fieldwork_control", EVERY)
        row = found.test(EVERY)
        assert f"シード {row.sample_seed}" in text
        for item in row.sample:
            assert f"<li>{item}</li>" in text
        assert "なし → 規程を閲覧した。" in text
        assert "棚卸の記録.pdf" in text

    def test_a_script_gets_the_open_row(self, client, found):
        client.force_login(found.auditor)
        answer = client.get(
            address(found, "fieldwork_control", EVERY), headers={"HX-Request": "true"}
        )
        text = answer.content.decode()
        assert "<html" not in text
        assert f'name="{EVERY}-notes"' in text

    def test_it_records_without_a_script(self, client, found):
        data = {
            f"{EVERY}-version": "1",
            f"{EVERY}-design_result": "effective",
            f"{EVERY}-population": "期間中の申請",
            f"{EVERY}-population_size": "１，２５０",
        }
        send(client, found, "fieldwork_control", EVERY, data=data)
        row = found.test(EVERY)
        assert (row.design_result, row.population_size) == ("effective", 1250)
        answer = send(client, found, "fieldwork_control", EVERY, data=data)
        assert "変更はありませんでした。" in answer.content.decode()

    def test_a_conflict_keeps_what_was_typed_and_says_what_is_stored(self, client, found):
        found.record(EVERY, actor=auditor_of(found.engagement), notes="同僚の記録")
        data = {f"{EVERY}-version": "1", f"{EVERY}-notes": "私の記録"}
        answer = send(client, found, "fieldwork_control", EVERY, data=data)
        assert answer.status_code == 409
        text = answer.content.decode()
        assert "「同僚の記録」" in text
        assert "私の記録</textarea>" in text
        assert f'name="{EVERY}-version" value="2"' in text

    def test_a_sample_is_drawn_and_a_refused_one_keeps_its_input(self, client, found):
        sample = {"version": 1, "population_size": "10", "method": "random", "sample_size": "11"}
        answer = send(client, found, "fieldwork_sample", EVERY, data=sample)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "サンプルの件数（11件）が母集団の件数（10件）より多く" in text
        assert 'value="11"' in text
        answer = send(client, found, "fieldwork_sample", EVERY, data=sample | {"sample_size": "4"})
        assert "サンプルを抽出しました。" in answer.content.decode()
        answer = send(client, found, "fieldwork_sample", EVERY, data=sample | {"sample_size": "4"})
        assert answer.status_code == 409

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"method": "random"}, "サンプルの件数を入力"),
            ({"method": "judgement"}, "選んだ番号を入力"),
            ({"method": "judgement", "items": "3、あ"}, "「あ」は番号として読めません"),
            ({"method": "judgement", "items": "3、11"}, "11 は母集団にありません"),
            ({"method": "random", "sample_size": "三"}, "件数は数字で"),
        ],
    )
    def test_bad_samples_are_refused_in_words(self, client, found, facts, words):
        data = {"version": 1, "population_size": "10"} | facts
        answer = send(client, found, "fieldwork_sample", EVERY, data=data)
        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_an_inherited_control_is_skipped_and_taken_up_again(self, client, found):
        found.pull(INHERITED)
        data = {"version": 1, "reason": "登録の監査で評価済みのため。"}
        answer = send(client, found, "fieldwork_skip", INHERITED, data=data)
        assert "手続を省略しました" in answer.content.decode()
        assert "手続を省略" in page(client, found, "fieldwork_section", "9.2")
        answer = send(client, found, "fieldwork_resume", INHERITED, data={"version": 2})
        assert "省略を取り消しました" in answer.content.decode()
        assert send(client, found, "fieldwork_skip", EVERY, data=data).status_code == 422

    def test_a_file_that_was_looked_at_is_recorded(self, client, found):
        text = page(client, found, "fieldwork_control", EVERY)
        assert "閲覧を記録する" in text
        file = StoredFile.objects.get(label="棚卸の記録.pdf")
        answer = send(client, found, "fieldwork_reviewed", EVERY, data={"file": str(file.pk)})
        assert "閲覧した証跡を記録しました。" in answer.content.decode()
        answer = send(client, found, "fieldwork_reviewed", SECOND, data={"file": str(file.pk)})
        assert answer.status_code == 422


class TestWhoReads:
    @pytest.mark.parametrize("name", ["fieldwork", "fieldwork_changes", "fieldwork_pull"])
    def test_neither_the_provider_nor_others_read_papers(self, client, found, name):
        for actor, status in ((found.audit.approver, 403), (person(Role.AUDIT_LEAD), 404)):
            client.force_login(actor)
            assert client.get(address(found, name)).status_code == status


class Nodes(HTMLParser):
    """Counts elements."""

    count = 0

    def handle_starttag(self, tag, attrs):
        self.count += 1


class TestCosts:
    def test_a_full_page_of_rows_stays_below_two_thousand_nodes(self, client, found):
        """Reckoned from what one more row adds."""

        def nodes() -> int:
            counter = Nodes()
            counter.feed(page(client, found, "fieldwork_section", "9.2"))
            return counter.count

        found.pull(INHERITED)
        one = nodes()
        found.pull("9.2.3.11.PB")
        assert one + (MAX_ROWS - 1) * (nodes() - one) < 2000

    def test_pages_cost_the_same_for_one_and_for_many_engagements(self, client, small_edition):
        found = papers(small_edition).scope()
        names = [("engagement",), ("fieldwork",), ("fieldwork_section", SECTION)]

        def costs() -> list[int]:
            counts = []
            for name, *args in names:
                with counted_queries() as queries:
                    page(client, found, name, *args)
                counts.append(len(queries))
            return counts

        costs()  # what the first sign-in asks once
        alone = costs()
        for number in ("7999900000002", "6999900000003"):
            papers(small_edition, provider(corporate_number=number)).scope()
        found.pull("6.1.1.1", "6.1.1.13.PB", INHERITED)
        assert costs() == alone
