"""Drawing a sample so that anybody can draw it again: seed, method and sizes give the same items, for ever.

Nothing but SHA-256 and whole numbers is used, so no version of a language or library decides what is drawn. Items are
numbered from 1 to the size of the population.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from django.utils.translation import gettext as _

from audits.enums import SampleMethod
from audits.limits import MAX_SAMPLE
from core.exceptions import DomainError

_RANGE = 2**256


def draw(population_size: int, sample_size: int, method: str, seed: str) -> Sequence[int]:
    """The numbers of the drawn items, in order. All of them are a `range`, however many there are.

    At random: the numbers SHA-256("seed:0"), SHA-256("seed:1") … modulo the population, each new one taken. At even
    distances: every (population ÷ sample)th item from a start that SHA-256("seed:0") decides. DomainError when there
    are not so many items, none is asked for, or more than a person can test; ValueError for another method.
    """
    refuse_size(population_size, sample_size)
    if method == SampleMethod.ALL:
        return range(1, population_size + 1)
    _refuse_long_list(sample_size)
    if method == SampleMethod.SYSTEMATIC:
        start, step = _number(seed, 0), population_size
        return [
            (start + place * _RANGE) * step // (sample_size * _RANGE) + 1
            for place in range(sample_size)
        ]
    if method == SampleMethod.RANDOM:
        drawn: set[int] = set()
        counter = 0
        while len(drawn) < sample_size:
            drawn.add(_number(seed, counter) % population_size + 1)
            counter += 1
        return sorted(drawn)
    raise ValueError(method)


def chosen(population_size: int, items: Iterable[int]) -> list[int]:
    """The items that an auditor chose, in order. DomainError for one that the population does not have."""
    numbers = sorted(set(items))
    outside = [number for number in numbers if not 1 <= number <= population_size]
    if outside:
        raise DomainError(
            _("%(numbers)s は母集団にありません。1から%(size)sまでの番号で入力してください。")
            % {"numbers": "、".join(map(str, outside[:10])), "size": f"{population_size:,}"}
        )
    refuse_size(population_size, len(numbers))
    _refuse_long_list(len(numbers))
    return numbers


def refuse_size(population_size: int, sample_size: int) -> None:
    """DomainError unless 1 ≤ sample ≤ population."""
    if population_size < 1:
        raise DomainError(_("母集団の件数は1以上で入力してください。"))
    if sample_size < 1:
        raise DomainError(_("サンプルの件数は1以上で入力してください。"))
    if sample_size > population_size:
        raise DomainError(
            _(
                "サンプルの件数（%(sample)s件）が母集団の件数（%(population)s件）より多くなっています。"
                "%(population)s件以下にしてください。"
            )
            % {"sample": f"{sample_size:,}", "population": f"{population_size:,}"}
        )


def _refuse_long_list(sample_size: int) -> None:
    if sample_size > MAX_SAMPLE:
        raise DomainError(
            _("一度に抽出できるのは%(limit)s件までです。件数を減らすか、全件を選んでください。")
            % {"limit": f"{MAX_SAMPLE:,}"}
        )


def _number(seed: str, counter: int) -> int:
    return int.from_bytes(sha256(f"{seed}:{counter}".encode()).digest(), "big")
