"""What typography alone decides: signed lines, bound contents, continuations."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from attribution.quotations.forms import settled
from attribution.schema import Attribution, Span


def found(text: str, content: list[str], cue: str = "", source: str = "", kind: str = "direct") -> Attribution:
    def spans(parts: list[str]) -> list[Span]:
        return [Span.of(text, text.index(part), text.index(part) + len(part)) for part in parts if part]

    return Attribution.model_validate(
        {"id": "a1", "kind": kind, "content": spans(content), "cue": spans([cue]), "source": spans([source])}
    )


def contents(item: Attribution) -> list[str]:
    return [span.text for span in item.content]


def test_signed_lines_are_each_their_signatory_s() -> None:
    text = "Readers wrote in.\n“Too little.” ― Inés Calvo\xa0\n“They call it “care” here.” — J. P. Oduya, nurse.\n\nThe end."
    wrong = found(text, ["“Too little.”", "“They call it “care” here.”"], "—", "Inés Calvo")
    first, second = settled(text, [wrong])
    assert (contents(first), [s.text for s in first.source]) == (["“Too little.”"], ["Inés Calvo"])
    assert (contents(second), [s.text for s in second.source]) == (
        ["“They call it “care” here.”"],
        ["J. P. Oduya, nurse"],
    )
    assert [s.text for s in second.cue] == ["—"]


def test_a_content_that_runs_into_a_signed_line_is_cut() -> None:
    text = "“We tried,” said Amara Keïta.\n“Try again.” — Lou Brandt"
    first, second = settled(text, [found(text, ["“We tried,”", "“Try again.”"], "said", "Amara Keïta")])
    assert contents(first) == ["“We tried,”"]
    assert contents(second) == ["“Try again.”"]


def test_a_dash_inside_a_sentence_signs_nothing() -> None:
    text = "“The bridge holds” — so the report — was a slogan, “not a finding” — a lie."
    assert settled(text, []) == []


def test_a_content_that_breaks_off_runs_to_the_closing_mark() -> None:
    text = "Okafor said: “The well is dry. The pump is gone. We walk.” Nobody answered."
    (item,) = settled(text, [found(text, ["“The well is dry. The pump"], "said", "Okafor")])
    assert contents(item) == ["“The well is dry. The pump is gone. We walk.”"]


def test_a_content_does_not_run_over_another_attribution() -> None:
    text = "“It burned, my brother told me, for days and days,” she said."
    inner = found(text, ["for days and days"], "told", "my brother")
    outer = found(text, ["“It burned"], "said", "she")
    assert {tuple(contents(item)) for item in settled(text, [inner, outer])} == {
        ("for days and days",),
        ("“It burned",),
    }


def test_a_quotation_goes_on_behind_a_comma() -> None:
    text = "“Each time,” Farouk said, pointing at the map, “you move the line.” He left."
    (item,) = settled(text, [found(text, ["“Each time,”"], "said", "Farouk")])
    assert contents(item) == ["“Each time,”", "“you move the line.”"]


def test_a_quotation_goes_on_behind_the_sentence_that_names_its_speaker() -> None:
    text = "“We lost,” she said. “We will be back.” The hall was called “the shed” by all."
    (item,) = settled(text, [found(text, ["“We lost,”"], "said", "she")])
    assert contents(item) == ["“We lost,”", "“We will be back.”"]


def test_a_quotation_of_the_next_paragraph_is_left_alone() -> None:
    text = "“We lost,” she said.\n\n“We won,” read a banner."
    (item,) = settled(text, [found(text, ["“We lost,”"], "said", "she")])
    assert contents(item) == ["“We lost,”"]


def test_the_kind_is_that_of_the_whole_content() -> None:
    text = "He called all of it “a day of shame.”"
    (item,) = settled(text, [found(text, ["all of it “a day of"], "called", "He")])
    assert (contents(item), item.kind) == (["all of it “a day of shame.”"], "mixed")


def test_a_colon_introduces_a_quotation_that_nobody_claims() -> None:
    text = "“We were warned”: the night the dam broke\n\nA note hung on the gate: ‘Back soon’.\n\nThe sign says: “Dust” and “dull”."
    first, second, third = settled(text, [])
    assert [contents(item) for item in (first, second, third)] == [["“We were warned”"], ["‘Back soon’"], ["“Dust”"]]
    assert [s.text for item in (first, second) for s in item.cue] == [":", ":"]


def test_a_claimed_colon_introduces_nothing() -> None:
    text = "The note reads: “Back soon”."
    (item,) = settled(text, [found(text, ["“Back soon”"], "reads", "The note")])
    assert contents(item) == ["“Back soon”"]


_TEXTS = st.text(alphabet="ab.,—-“”\"'‘’« »\n\u00a0😀", max_size=60)


@given(_TEXTS, st.lists(st.tuples(st.integers(0, 59), st.integers(1, 20)), max_size=4))
def test_offsets_stay_true_and_nothing_raises(text: str, stretches: list[tuple[int, int]]) -> None:
    given_ = [
        Attribution(id=f"a{i}", kind="direct", content=[Span.of(text, start, start + size)])
        for i, (start, size) in enumerate(stretches)
        if start + size <= len(text)
    ]
    for item in settled(text, given_):
        assert all(text[span.start : span.end] == span.text and span.text for span in item.spans())
