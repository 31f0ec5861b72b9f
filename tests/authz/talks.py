"""What colleagues say about the detail with the canaries: for them alone, whoever else reads the case."""

import uuid

from accounts.models import User
from declarations.models import StatementComment
from declarations.services.comments import post_comment, resolve_thread, withdraw_comment
from tests.authz.cases import DETAIL, Case


def discuss(case: Case) -> tuple[StatementComment, StatementComment]:
    """An open thread with a reply and words that nobody reads any more, and a resolved thread; gives both."""
    party, own = case.party, case.party.own
    where = {"declaration_id": case.declaration.pk}
    thread = _say(case, party.editor, case.keep("comment", own), party.approver)
    _say(case, party.approver, case.keep("reply", own), thread=thread)
    taken_back = _say(case, party.editor, case.keep("withdrawn-comment", ()), thread=thread)
    withdraw_comment(comment_id=taken_back.pk, actor=party.editor, **where)
    resolved = _say(case, party.approver, case.keep("resolved-comment", own))
    resolve_thread(thread_id=resolved.pk, actor=party.editor, seen=1, **where)
    return thread, resolved


def _say(
    case: Case, author: User, text: str, *to: User, thread: StatementComment | None = None
) -> StatementComment:
    return post_comment(
        declaration_id=case.declaration.pk,
        number=DETAIL,
        actor=author,
        creation_key=uuid.uuid4(),
        body=text,
        mentions=[one.pk for one in to],
        thread_id=thread.pk if thread else None,
    )
