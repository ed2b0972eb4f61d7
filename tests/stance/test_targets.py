"""The actors an article is about."""

from attribution.schema import Article, Span, Speaker
from attribution.stance.pronouns import pronouns, spoken_pronouns
from attribution.stance.targets import find_targets, same_name

TEXT = (
    "Ada Lunt opened the Vessel Museum in Oslo on Monday. Lunt, 54, has led it since May. The militants who seized the "
    "bridge left. Turkish forces watched the militants go. She thanked the visitors."
)


def names(article, **options):
    return {target.name: target for target in find_targets(article, **options)}


def mentions(article, target):
    return [article.text[start:end] for start, end in target.mentions]


def test_people_groups_and_forces_are_found_and_clustered():
    article = Article(id="x", text=TEXT, title="Lunt opens museum")
    found = names(article)
    assert mentions(article, found["Ada Lunt"]) == ["Ada Lunt", "Lunt"]
    assert mentions(article, found["militants"]) == ["militants", "militants"]
    assert "Oslo" not in found


def test_only_given_targets_are_found_with_their_aliases_and_surnames():
    article = Article(
        id="x",
        text=TEXT,
        meta={"targets": [{"name": "Ada Lunt"}, {"name": "the force", "aliases": ["Turkish forces"]}]},
    )
    found = find_targets(article)
    assert [target.name for target in found] == ["Ada Lunt", "the force"]
    assert mentions(article, found[0]) == ["Ada Lunt", "Lunt"]
    assert mentions(article, found[1]) == ["Turkish forces"]


def test_a_capital_is_joined_with_its_state_only_on_request():
    text = "Ankara protested. Turkey closed the border on Friday. Ankara said Turkey had no choice. Turkey waited."
    article = Article(id="x", text=text)
    assert "Ankara" not in names(article, join_states=True)
    assert len(names(article, join_states=True)["Turkey"].mentions) == 5
    apart = names(article)
    assert len(apart["Turkey"].mentions) == 3


def test_the_bare_noun_counts_for_the_organisation_that_ends_in_it():
    text = "The Harbour Pilots Union struck on Monday. The union wants more pay. Nobody met the union."
    article = Article(id="x", text=text)
    assert mentions(article, names(article)["Harbour Pilots Union"])[1:] == ["union", "union"]


def test_a_speakers_mentions_are_added_to_the_actor_of_that_name():
    text = "Ada Lunt spoke. The curator was angry. Ada Lunt left."
    curator = Span.of(text, text.index("The curator"), text.index("The curator") + 11)
    speaker = Speaker(id="s1", name="Ada Lunt", kind="person", mentions=[curator])
    article = Article(id="x", text=text)
    assert mentions(article, find_targets(article, [speaker])[0]) == ["Ada Lunt", "The curator", "Ada Lunt"]


def test_a_pronoun_is_added_where_one_person_was_just_named_and_not_inside_quotations():
    text = "Ada Lunt opened it. She smiled. “He lied,” she said. Ada Lunt left."
    article = Article(id="x", text=text)
    blocked = [(text.index("“"), text.index("”") + 1)]
    found = pronouns(find_targets(article), text, blocked)
    assert mentions(article, found[0]) == ["Ada Lunt", "She", "she", "Ada Lunt"]


def test_two_people_leave_a_pronoun_open():
    text = "Ada Lunt met Eva Brandt. She smiled. Ada Lunt left. Eva Brandt stayed."
    article = Article(id="x", text=text)
    found = pronouns(find_targets(article), text)
    assert all("She" not in mentions(article, target) for target in found)


def test_same_name():
    assert same_name("Dr Ada Lunt", "ada lunt")
    assert same_name("Lunt", "Ada Lunt")
    assert not same_name("Ada Lunt", "Bo Lunt")
    assert not same_name("Mr", "Ada Lunt")


def test_spoken_pronouns_mean_the_actor_named_last_and_never_the_speaker():
    text = "The Kesh Front struck. “They burned the mill,” said Ada Lunt. “She lied,” said Bo Falk."
    article = Article(id="x", text=text, meta={"targets": [{"name": "Kesh Front"}, {"name": "Ada Lunt"}]})
    first, second = text.index("“They"), text.index("“She")
    spoken = [(first, first + 23, "Ada Lunt"), (second, second + 11, "Bo Falk")]
    found = spoken_pronouns(find_targets(article), text, spoken)
    assert [mentions(article, target) for target in found] == [["Kesh Front", "They"], ["Ada Lunt", "She"]]
    alone = spoken_pronouns(find_targets(article)[1:], text, [(second, second + 11, "Ada Lunt")])
    assert mentions(article, alone[0]) == ["Ada Lunt"]


def test_the_outlet_and_its_reporter_are_no_actors():
    text = "By Ada Lunt, The Harbour Post\n\nBo Falk left. “Go,” Bo Falk told the Harbour Post. Bo Falk met them."
    assert set(names(Article(id="x", text=text))) == {"Bo Falk"}
    plain = text.partition("\n\n")[2] + " The Harbour Post asked. Later the Harbour Post left."
    assert not any("Post" in name for name in names(Article(id="x", text=plain, outlet="The Harbour Post")))


def test_a_shared_surname_inside_anothers_name_is_not_a_mention():
    given = {"targets": [{"name": "Mira Renn"}, {"name": "Ada Renn"}]}
    article = Article(id="x", text="Ada Renn met Mira Renn.", meta=given)
    assert [mentions(article, target) for target in find_targets(article)] == [["Mira Renn"], ["Ada Renn"]]


def test_names_of_several_words_are_found_in_any_case():
    article = Article(id="x", text="House republicans left.", meta={"targets": [{"name": "House Republicans"}]})
    assert mentions(article, find_targets(article)[0]) == ["House republicans"]
