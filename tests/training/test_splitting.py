from __future__ import annotations

from attribution.training.splitting import is_held_out, near_duplicates, split, text_hash

STORIES = [
    " ".join(f"In town {n} the {what} of street {k} was closed on day {k * n}." for k in range(60))
    for n, what in enumerate(["mill", "bridge", "school", "tower", "quarry", "library", "station", "market"], start=1)
]


def syndicated(text: str) -> str:
    """The story as another paper prints it: another first line, the last tenth cut, a word changed here and there."""
    return "From our correspondent.\n" + text[: len(text) * 9 // 10].replace("street 7 ", "road 7 ")


def test_a_syndicated_story_is_found_and_others_are_not() -> None:
    texts = [*STORIES[:3], syndicated(STORIES[1])]
    assert near_duplicates(texts) == [[0], [1, 3], [2]]
    assert near_duplicates(["", "", "a b"]) == [[0, 1], [2]]


def test_the_twin_of_a_frozen_test_is_used_for_nothing() -> None:
    found = split([syndicated(STORIES[0]), STORIES[1]], frozen=[STORIES[0]], share=0.0)
    assert (found.train, found.held_out, found.aside) == ((1,), (), (0,))


def test_a_group_is_held_out_as_a_whole() -> None:
    share = 0.5
    own = next(text for text in STORIES if is_held_out(text, share))
    twin = next(text for text in (syndicated(own) + "." * n for n in range(50)) if not is_held_out(text, share))
    assert split([twin], share=share).train == (0,)
    assert split([twin, own], share=share).held_out == (0, 1)


def test_what_was_learnt_from_is_never_measured_on_nor_the_other_way_round() -> None:
    share = 0.5
    own = next(text for text in STORIES if is_held_out(text, share))
    twin = next(text for text in (syndicated(own) + "." * n for n in range(50)) if not is_held_out(text, share))
    found = split([twin, own], learnt={text_hash(twin)}, share=share)
    assert found.aside == (0, 1)


def test_nothing_ever_crosses_whatever_comes_in_next() -> None:
    share, learnt = 0.4, set[str]()
    measured: set[str] = set()
    texts: list[str] = []
    for story in STORIES:
        for text in (story, syndicated(story), syndicated(story) + " More soon."):
            texts.append(text)
            found = split(texts, learnt=learnt, share=share)
            learnt |= {text_hash(texts[at]) for at in found.train}
            measured |= {text_hash(texts[at]) for at in found.held_out}
            assert not learnt & measured
    assert learnt
    assert measured


def test_the_layout_of_a_text_changes_nothing() -> None:
    assert text_hash("One  two\nthree") == text_hash("One two three ")
    assert 0.1 < sum(is_held_out(f"story {n}", 0.2) for n in range(500)) / 500 < 0.3
