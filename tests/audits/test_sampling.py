"""Samples: the same seed draws the same items for ever, each once, within the population."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.enums import SampleMethod
from audits.limits import MAX_SAMPLE
from audits.sampling import chosen, draw
from core.exceptions import DomainError

RANDOM_OF_00FF = [23, 89, 124, 200, 243]
SYSTEMATIC_OF_00FF = [41, 91, 141, 191, 241]
METHODS = [SampleMethod.RANDOM, SampleMethod.SYSTEMATIC, SampleMethod.ALL]
seeds = st.text("0123456789abcdef", min_size=1, max_size=64)
sizes = st.integers(1, 10**9).flatmap(
    lambda population: st.tuples(st.just(population), st.integers(1, min(population, 60)))
)


@given(sizes, st.sampled_from([SampleMethod.RANDOM, SampleMethod.SYSTEMATIC]), seeds)
def test_a_sample_is_repeatable_distinct_ordered_and_within_its_population(both, method, seed):
    population, size = both
    drawn = draw(population, size, method, seed)
    assert drawn == draw(population, size, method, seed)
    assert len(drawn) == len(set(drawn)) == size
    assert drawn == sorted(drawn)
    assert 1 <= drawn[0] <= drawn[-1] <= population


@given(st.integers(1, 300), st.sampled_from(METHODS), seeds)
def test_a_sample_of_the_whole_population_is_the_population(population, method, seed):
    assert list(draw(population, population, method, seed)) == list(range(1, population + 1))


@given(sizes, seeds)
def test_a_systematic_sample_has_even_distances(both, seed):
    population, size = both
    drawn = draw(population, size, SampleMethod.SYSTEMATIC, seed)
    steps = {after - before for before, after in pairwise(drawn)}
    assert steps <= {population // size, -(-population // size)}


def test_what_was_drawn_years_ago_is_drawn_again():
    assert draw(250, 5, SampleMethod.RANDOM, "00ff") == RANDOM_OF_00FF
    assert draw(250, 5, SampleMethod.SYSTEMATIC, "00ff") == SYSTEMATIC_OF_00FF


def test_another_seed_draws_other_items():
    drawn = {tuple(draw(10_000, 25, SampleMethod.RANDOM, str(seed))) for seed in range(50)}
    assert len(drawn) == 50


def test_every_item_is_as_likely_as_any_other():
    counts = dict.fromkeys(range(1, 11), 0)
    for seed in range(2000):
        for item in draw(10, 3, SampleMethod.RANDOM, str(seed)):
            counts[item] += 1
    assert all(500 < count < 700 for count in counts.values())


@pytest.mark.parametrize(
    ("population", "size", "words"),
    [
        (10, 11, "サンプルの件数（11件）が母集団の件数（10件）より多く"),
        (10, 0, "サンプルの件数は1以上"),
        (0, 0, "母集団の件数は1以上"),
        (10**6, MAX_SAMPLE + 1, "一度に抽出できるのは1,000件まで"),
    ],
)
def test_an_impossible_sample_is_refused_with_its_reason(population, size, words):
    with pytest.raises(DomainError, match=words):
        draw(population, size, SampleMethod.RANDOM, "0")


def test_all_items_of_a_large_population_are_no_long_list():
    assert draw(10**9, 10**9, SampleMethod.ALL, "") == range(1, 10**9 + 1)


def test_chosen_items_are_put_in_order_and_outsiders_named():
    assert chosen(40, [17, 3, 17]) == [3, 17]
    with pytest.raises(DomainError, match="0、41 は母集団にありません。1から40まで"):
        chosen(40, [41, 3, 0])
    with pytest.raises(DomainError, match="1以上"):
        chosen(40, [])
