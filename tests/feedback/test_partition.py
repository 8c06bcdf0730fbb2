"""The cut, over random organisations: nobody and no group under k can be computed from what is shown."""

from collections import Counter, defaultdict
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.release.partition import AuthorRating, Written, cut, open_to, rated_blocks, text_pools
from tests.feedback.elimination import determined, is_computable

RELATIONS = ["data_scientist", "software_engineer", "product_manager", "stakeholder", "direct_report"]
ALONE = {"direct_report"}
sizes = st.dictionaries(st.sampled_from(RELATIONS), st.integers(0, 7), max_size=5)
thresholds = st.integers(3, 6)


def people_of(found):
    return [relation for relation, count in sorted(found.items()) for _each in range(count)]


def as_rows(blocks, people):
    return [[int(relation in block) for relation in people] for block in blocks]


def test_the_elimination_finds_what_a_careless_page_gives_away():
    everyone, without_one = [1, 1, 1, 1], [1, 1, 1, 0]
    assert determined([everyone]) == []
    assert determined([everyone, without_one]) == [3]
    assert determined([[1, 1, 0], [0, 1, 1], [1, 0, 1]]) == [0, 1, 2]
    assert is_computable([[1, 1, 1, 1], [1, 1, 0, 0]], [0, 0, 1, 1])


@settings(max_examples=400, deadline=None)
@given(sizes, thresholds)
def test_blocks_are_a_partition_of_groups_of_at_least_k(found, k):
    blocks = cut(found, k, ALONE)
    for one, other in combinations(blocks, 2):
        assert not one & other
    for block in blocks:
        assert sum(found[relation] for relation in block) >= k
        assert len(block) == 1 or not block & ALONE


@settings(max_examples=400, deadline=None)
@given(sizes, thresholds)
def test_nobody_and_no_group_under_k_follows_from_what_is_shown(found, k):
    people = people_of(found)
    blocks = cut(found, k, ALONE)
    rows = as_rows(blocks, people)
    rows += [[sum(column) for column in zip(*rows, strict=True)]] if rows else []  # the figure of all shown blocks
    assert determined(rows) == []
    for one, other in combinations(rows, 2):
        difference = sum(mine != its for mine, its in zip(one, other, strict=True))
        assert difference == 0 or difference >= k


def known_to(reader, blocks, people, k):
    """0/1 rows of what a reader knows who is one of `people`: the blocks that reader may see, and the own answer."""
    rows = [{"relations": sorted(block), "n": sum(person in block for person in people)} for block in blocks]
    open_rows = open_to(frozenset([people[reader]]), rows, k)
    return [*as_rows([row["relations"] for row in open_rows], people), [int(n == reader) for n in range(len(people))]]


def test_whoever_gave_an_answer_could_take_it_off_a_block_of_k():
    people = ["stakeholder"] * 3
    [block] = cut({"stakeholder": 3}, 3)
    assert is_computable([*as_rows([block], people), [1, 0, 0]], [0, 1, 1])  # the two others, together
    assert known_to(0, [block], people, 3) == [[1, 0, 0]]


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(RELATIONS), st.integers(0, 4), min_size=1, max_size=5), st.data())
def test_a_reader_who_gave_an_answer_computes_nobody_and_no_group_under_k(found, data):
    k, people = 3, people_of(found)
    if not people:
        return
    reader = data.draw(st.integers(0, len(people) - 1))
    rows = known_to(reader, cut(found, k, ALONE), people, k)
    assert determined(rows) == [reader]
    others = [index for index in range(len(people)) if index != reader]
    for size in range(1, k):
        for group in combinations(others, size):
            assert not is_computable(rows, [int(index in group) for index in range(len(people))])


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(RELATIONS), st.integers(0, 4), max_size=5), st.just(3))
def test_no_small_group_of_relations_can_be_computed(found, k):
    people = people_of(found)
    rows = as_rows(cut(found, k, ALONE), people)
    for size in range(1, k):
        for group in combinations(range(len(people)), size):
            target = [int(index in group) for index in range(len(people))]
            assert not (rows and is_computable(rows, target))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(RELATIONS), st.booleans(), st.booleans()), max_size=14), thresholds)
def test_whoever_knows_all_doubtful_answers_still_meets_k_others(authors, k):
    """cases G18: of each author the relation, whether anybody vouches for them, and whether they rated this group.

    The attacker knows who is doubtful and what they chose, so takes them off every block.
    """
    doubtful = Counter(relation for relation, is_vouched, _rated in authors if not is_vouched)
    raters = [(relation, is_vouched) for relation, is_vouched, has_rated in authors if has_rated]
    found = Counter(relation for relation, _vouched in raters)
    blocks = cut(found, k, ALONE, doubtful)
    real = [relation for relation, is_vouched in raters if is_vouched]
    rows = as_rows(blocks, real)
    assert all(sum(row) >= k for row in rows)
    assert determined(rows) == []
    for one, other in combinations(blocks, 2):
        assert not one & other
    assert all(len(block) == 1 or not block & ALONE for block in blocks)


def test_two_invented_authors_and_a_real_one_are_not_three():
    """cases G18: counted, they would be a block of three."""
    assert cut({"a": 3}, 3) == [{"a"}]
    assert cut({"a": 3}, 3, (), {"a": 2}) == []
    assert cut({"a": 5}, 3, (), {"a": 2}) == [{"a"}]
    assert cut({"a": 3, "b": 1}, 3, (), {"b": 1}) == [{"a", "b"}]  # shown with others, for whom k do vouch


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(RELATIONS), st.booleans(), st.integers(0, 3)), max_size=14), st.integers(4, 7)
)
def test_texts_have_k_authors_who_count_behind_them(authors, k):
    """cases G18: authors with any number of texts, none included."""
    doubtful = Counter(relation for relation, is_vouched, _count in authors if not is_vouched)
    texts = [
        Written("growth", relation, f"{author} {number}", number == 0)
        for author, (relation, _vouched, count) in enumerate(authors)
        for number in range(count)
    ]
    for pool in text_pools(texts, {}, k, ALONE, shuffle=lambda rows: None, doubtful=doubtful):
        writers = {int(text.split()[0]) for text in pool["texts"]}
        assert sum(authors[writer][1] for writer in writers) >= pool["authors"] >= k


def test_small_relations_are_pooled():
    assert cut({"a": 4, "b": 2, "c": 1}, 3) == [{"a"}, {"b", "c"}]


def test_a_pool_that_is_too_small_is_joined_by_the_smallest_block():
    assert cut({"a": 5, "b": 3, "c": 1}, 3) == [{"a"}, {"b", "c"}]


def test_with_nothing_to_join_the_pool_is_withheld():
    assert cut({"a": 2}, 3) == []
    assert cut({"a": 1, "b": 1}, 3) == []


def test_those_who_are_never_pooled_neither_join_nor_are_joined():
    assert cut({"direct_report": 3, "b": 2}, 3, ALONE) == [{"direct_report"}]
    assert cut({"direct_report": 2, "b": 2, "a": 4}, 3, ALONE) == [{"a", "b"}]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(RELATIONS), st.integers(1, 5)), max_size=20), thresholds)
def test_counts_add_up_to_the_authors_of_the_block(answers, k):
    points = [1, 2, 3, 4, 5]
    blocks = rated_blocks([AuthorRating(*answer) for answer in answers], k, ALONE, points)
    for block in blocks:
        assert sum(block["counts"]) == block["n"] >= k


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(RELATIONS), st.integers(1, 3)), max_size=12), st.integers(4, 7))
def test_texts_are_shown_only_with_k_authors_however_many_each_has_written(authors, k):
    texts = [
        Written("growth", relation, f"{author} {number}", number == 0)
        for author, (relation, count) in enumerate(authors)
        for number in range(count)
    ]
    for pool in text_pools(texts, {}, k, ALONE, shuffle=lambda rows: None):
        writers = {text.split()[0] for text in pool["texts"]}
        assert len(writers) >= k
        assert pool["authors"] == len(writers)


# --- examples of ratings -------------------------------------------------------------------------------------------
GROUPS = ["code:pipelines", "code:incidents", "code:teaching"]
# Of each author the relation, whether somebody vouches for them, and the groups rated, each with or without an example.
writers = st.tuples(
    st.sampled_from(RELATIONS), st.booleans(), st.dictionaries(st.sampled_from(GROUPS), st.booleans(), max_size=3)
)


def released(authors, k):
    """The blocks by group and the pools of examples; a text is "<author> <group>"."""
    doubtful = Counter(relation for relation, is_vouched, _groups in authors if not is_vouched)
    ratings, examples = defaultdict(list), []
    for author, (relation, _vouched, rated) in enumerate(authors):
        given = [group for group in rated if rated[group]]
        for group in rated:
            ratings[group].append(AuthorRating(relation, 1))
        for number, group in enumerate(given):
            examples.append(Written("examples", relation, f"{author} {group}", number == 0, group))
    blocks = {group: rated_blocks(rows, k, ALONE, [1], doubtful) for group, rows in ratings.items()}
    return blocks, text_pools(examples, blocks, k, ALONE, shuffle=lambda rows: None, doubtful=doubtful), examples


def authors_in(pool):
    return [int(text.split()[0]) for text in pool["texts"]]


def test_an_example_beside_its_code_would_name_the_only_person_asked_about_it():
    """cases H8: with the code alone as its place, before the rule; the one data scientist is the author."""
    authors = [("stakeholder", True, {GROUPS[0]: True})] * 4 + [("data_scientist", True, {GROUPS[1]: True})]
    _blocks, pools, examples = released(authors, 4)
    assert [each.relation for each in examples if each.group == GROUPS[1]] == ["data_scientist"]
    assert {pool["group"]: len(pool["texts"]) for pool in pools} == {"": 5}


@settings(max_examples=400, deadline=None)
@given(st.lists(writers, max_size=16), thresholds)
def test_an_example_stands_with_its_code_among_k_of_those_whose_ratings_are_shown(authors, k):
    """cases H8: each text once; k vouched authors per pool; a code's texts come from relations whose block is shown."""
    blocks, pools, _examples = released(authors, k)
    texts = [text for pool in pools for text in pool["texts"]]
    assert len(texts) == len(set(texts))
    for pool in pools:
        writers = set(authors_in(pool))
        assert sum(authors[writer][1] for writer in writers) >= pool["authors"] >= k
        relations = {authors[writer][0] for writer in writers}
        assert relations == {pool["alone"]} if pool["alone"] else not relations & ALONE
        if pool["group"]:
            assert all(text.split(" ", 1)[1] == pool["group"] for text in pool["texts"])
            assert relations <= {each for block in blocks[pool["group"]] for each in block["relations"]}


@settings(max_examples=400, deadline=None)
@given(st.lists(writers, max_size=16), thresholds)
def test_no_example_is_withheld_where_k_authors_gave_one(authors, k):
    """cases H8: what cannot stand with its code stands with the other examples."""
    authors = [(relation, True, rated) for relation, _vouched, rated in authors if relation not in ALONE]
    _blocks, pools, examples = released(authors, k)
    givers = {each.text.split()[0] for each in examples}
    assert sum(len(pool["texts"]) for pool in pools) == (len(examples) if len(givers) >= k else 0)


def test_examples_of_one_code_are_taken_to_the_others_when_these_have_too_few_authors():
    """cases H8: two more examples of two people would be withheld otherwise."""
    both, one = {GROUPS[0]: True, GROUPS[1]: True}, {GROUPS[0]: True}
    authors = [("stakeholder", True, both)] * 2 + [("stakeholder", True, one)] * 2
    assert [(pool["group"], len(pool["texts"])) for pool in released(authors, 4)[1]] == [("", 6)]
