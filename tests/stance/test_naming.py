"""What each voice calls each target."""

from attribution.schema import Article
from attribution.stance.naming import descriptor, namings
from attribution.stance.targets import Target
from attribution.stance.voices import voices


def ledger(text, names, *attributions):
    article = Article(id="x", text=text)
    targets = [
        Target(
            name, tuple((at, at + len(form)) for form in forms for at in range(len(text)) if text.startswith(form, at))
        )
        for name, forms in names.items()
    ]
    rows = namings(article, targets, voices(article, attributions))
    assert all(text[span.start : span.end] == span.text for row in rows for span in row.spans)
    return {(row.target, row.text, row.voice): [span.start for span in row.spans] for row in rows}


def test_names_are_counted_by_voice(quote):
    text = "The Kesh Front attacked. Lunt said the Kesh Front had fled."
    said = quote(text, "the Kesh Front had fled", kind="indirect")
    found = ledger(text, {"Kesh Front": ["Kesh Front"]}, said)
    assert found["Kesh Front", "Kesh Front", "outlet"] == [4]
    assert found["Kesh Front", "Kesh Front", "reported"] == [text.index("Kesh Front had")]


def test_words_before_and_after_a_name_describe_it():
    text = "The militant group Kesh Front, an outlawed band of smugglers, attacked on Monday."
    found = ledger(text, {"Kesh Front": ["Kesh Front"]})
    assert ("Kesh Front", "militant group", "outlet") in found
    assert ("Kesh Front", "outlawed band of smugglers", "outlet") in found


def test_competing_nouns_are_kept_under_what_they_name_unless_a_target_has_them():
    text = "The operation began. The onslaught went on while militants fled."
    found = ledger(text, {"militants": ["militants"]})
    assert ("military action", "operation", "outlet") in found
    assert ("military action", "onslaught", "outlet") in found
    assert not any(name == "armed group" for name, _, _ in found)


def test_pronouns_are_no_descriptors():
    text = "She left."
    assert ledger(text, {"Ada Lunt": ["She"]}) == {}


def test_descriptors_lose_determiners_and_case():
    assert descriptor("The militants") == "militants"
    assert descriptor("the Kesh  Front") == "Kesh Front"
    assert descriptor("its so-called army,") == "so-called army"
