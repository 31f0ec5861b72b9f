"""What the colleagues of the demo said to each other about two rows of the declaration that they are writing."""

import uuid
from datetime import datetime, timedelta

import time_machine

from declarations.models import Declaration, StatementComment
from declarations.services.comments import post_comment, resolve_thread
from demo.journeys import NAMESPACE, World

ASKED, ANSWERED = "9.2.3.2", "9.2.5.1"


def discuss(world: World, opened: Declaration, *, at: datetime) -> None:
    """One thread that waits for an answer, and one that is resolved."""
    editor, colleague, approver = "minato-tantou", "minato-unyou", "minato-shounin"
    done = _say(
        world, opened, ANSWERED, approver, at,
        "棚卸の頻度は「四半期ごと」で合っていますか。昨年の規程では半年ごとでした。", to=(colleague,),
    )  # fmt: skip
    _say(
        world, opened, ANSWERED, colleague, at + timedelta(hours=3),
        "今年4月の改定で四半期ごとになりました。記載はこのままにします。", thread=done,
    )  # fmt: skip
    with time_machine.travel(at + timedelta(hours=5)):
        resolve_thread(
            declaration_id=opened.pk, thread_id=done.pk, actor=world.people[approver], seen=2
        )
    asked = _say(
        world, opened, ASKED, colleague, at + timedelta(days=1),
        "特権IDの貸出記録は、どの台帳に残していますか。証跡の棚卸し記録だけでは貸出の日時がわかりません。",
        to=(editor,),
    )  # fmt: skip
    _say(
        world, opened, ASKED, approver, at + timedelta(days=1, hours=2),
        "承認のときにも確認します。台帳の名称を個別管理策に書いておくとよいと思います。", thread=asked,
    )  # fmt: skip


def _say(
    world: World,
    opened: Declaration,
    number: str,
    author: str,
    at: datetime,
    text: str,
    *,
    to: tuple[str, ...] = (),
    thread: StatementComment | None = None,
) -> StatementComment:
    with time_machine.travel(at):
        return post_comment(
            declaration_id=opened.pk,
            number=number,
            actor=world.people[author],
            creation_key=uuid.uuid5(NAMESPACE, text),
            body=text,
            mentions=[world.people[key].pk for key in to],
            thread_id=thread.pk if thread else None,
        )
