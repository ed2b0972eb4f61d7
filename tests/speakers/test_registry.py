import pytest

from attribution.errors import InputError
from attribution.schema import Affiliation, AnnotatedArticle, Article, Attribution, Role, Speaker
from attribution.speakers.registry import Registry
from attribution.speakers.registry.identity import Profile, compare


def annotated(number, name, role=None, body=None, *, kind="person", outlet="Harbour Gazette", published="2031-04-02"):
    text = f"{body or 'Nobody'} {role or 'someone'} {name} said the quay was closed. Edition {number}."
    article = Article(id=f"g{number}", text=text, outlet=outlet, published=published)

    def span(piece):
        return article.span(text.index(piece), text.index(piece) + len(piece))

    return AnnotatedArticle(
        article=article,
        attributions=[Attribution(id="a1", kind="indirect", content=[span("the quay was closed")], source=[span(name)], speaker="s1")],
        speakers=[
            Speaker(
                id="s1", name=name, kind=kind, mentions=[span(name)], confidence=0.9,
                role=Role(text=role, span=span(role)) if role else None,
                affiliation=Affiliation(name=body, span=span(body)) if body else None,
            )
        ],
    )  # fmt: skip


@pytest.fixture
def registry(tmp_path):
    with Registry.open(tmp_path / "speakers.sqlite") as opened:
        yield opened


def take(registry, *articles):
    return list(registry.build(articles))


def contents(registry):
    return registry.query()


def test_spellings_join_when_the_affiliation_agrees(registry):
    take(
        registry,
        annotated(1, "Yehia Sarraf", "spokesman", "Halgurd Border Guard"),
        annotated(
            2, "Yahya al-Sarraf", "colonel", "Halgurd Border Guard", outlet="Tigris Courier", published="2031-05-01"
        ),
    )
    [found] = registry.query("Sarraf")
    assert {item["name"] for item in found["observations"]} == {"Yehia Sarraf", "Yahya al-Sarraf"}
    assert found["outlets"] == ["Harbour Gazette", "Tigris Courier"]
    [body] = found["affiliations"]
    assert (body["text"], body["first"], body["last"]) == ("Halgurd Border Guard", "2031-04-02", "2031-05-01")
    assert body["articles"] == ["g1", "g2"]


def test_spellings_stay_apart_without_an_agreement(registry):
    take(registry, annotated(1, "Yehia Sarraf", "spokesman"), annotated(2, "Yahya Sarraf"))
    assert len(contents(registry)) == 2


def test_people_of_one_name_stay_apart_and_say_so(registry):
    take(
        registry,
        annotated(1, "Maria Lund", "plumber", "Orrefors Works"),
        annotated(2, "Maria Lund", "oboist", "Tarn Quartet"),
    )
    one, two = sorted(contents(registry), key=lambda item: item["id"])
    assert one["note"] == ""
    assert f"kept apart from #{one['id']}" in two["note"]


def test_same_full_name_without_facts_joins(registry):
    take(registry, annotated(1, "Maria Lund", "plumber", "Orrefors Works"), annotated(2, "Maria Lund"))
    [found] = contents(registry)
    assert "nothing that speaks against it" in found["observations"][1]["reason"]


def test_surname_alone_joins_nobody(registry):
    take(registry, annotated(1, "Maria Lund", "plumber"), annotated(2, "Lund", "plumber"))
    assert len(contents(registry)) == 2


def test_the_same_batch_twice_changes_nothing(registry):
    batch = [
        annotated(1, "Maria Lund", "plumber"),
        annotated(2, "Maria Lund", "oboist"),
        annotated(3, "Tarn Quartet", kind="organization"),
    ]
    take(registry, *batch)
    before = contents(registry)
    assert [taken for _, taken in registry.build(batch)] == [0, 0, 0]
    assert contents(registry) == before


def test_a_changed_article_replaces_what_it_said(registry):
    take(registry, annotated(1, "Maria Lund", "plumber"))
    take(registry, annotated(1, "Jonas Berg", "plumber"))
    [found] = contents(registry)
    assert found["name"] == "Jonas Berg"


def test_a_merge_survives_the_next_batch(registry):
    take(
        registry,
        annotated(1, "Maria Lund", "plumber", "Orrefors Works"),
        annotated(2, "Maria Holm", "oboist", "Tarn Quartet"),
    )
    first, second = sorted(item["id"] for item in contents(registry))
    registry.merge(first, second, "married name")
    take(registry, annotated(3, "Maria Holm", "oboist", "Tarn Quartet"))
    [found] = contents(registry)
    assert found["id"] == first
    assert [item["article"] for item in found["observations"]] == ["g1", "g2", "g3"]
    assert registry.show(second)["id"] == first
    with pytest.raises(InputError, match="one already"):
        registry.merge(first, second)


def test_a_split_survives_the_same_batch_again(registry):
    articles = [annotated(1, "Maria Lund", "plumber"), annotated(2, "Maria Lund", "plumber")]
    take(registry, *articles)
    [found] = contents(registry)
    new = registry.split(found["id"], [found["observations"][1]["id"]])
    changed = articles[1].model_copy(
        update={"article": articles[1].article.model_copy(update={"outlet": "Tigris Courier"})}
    )
    take(registry, articles[0], changed)
    assert [item["article"] for item in registry.show(new)["observations"]] == ["g2"]
    assert [item["article"] for item in registry.show(found["id"])["observations"]] == ["g1"]
    take(registry, annotated(3, "Maria Lund", "oboist"))
    assert len(contents(registry)) == 3


def test_a_pin_survives_a_new_annotation_of_the_article(registry):
    take(
        registry,
        annotated(1, "Maria Lund", "plumber", "Orrefors Works"),
        annotated(2, "M. Lund", "oboist", "Tarn Quartet"),
    )
    lund, other = sorted(contents(registry), key=lambda item: item["observations"][0]["article"])
    registry.pin(other["observations"][0]["id"], lund["id"])
    take(registry, annotated(2, "M. Lund", "violist", "Tarn Quartet"))
    [found] = contents(registry)
    assert found["observations"][1]["reason"] == "pinned by hand"


def test_known_speakers_give_links_and_can_be_imported_twice(registry, tmp_path):
    known = tmp_path / "known.csv"
    known.write_text(
        "name,aliases,role,affiliation,wikidata\nMaria Lund,Maria Lund-Holm|Mia Lund,plumber,Orrefors Works,Q0\n",
        encoding="utf-8",
    )
    take(registry, annotated(1, "Maria Lund", "plumber"))
    for _ in range(2):
        assert registry.import_known(known) == 1
    take(
        registry,
        annotated(2, "Mia Lund", "master plumber", "Orrefors Works"),
        annotated(3, "Maria Lund", "oboist", "Tarn Quartet"),
    )
    linked = next(item for item in contents(registry) if item["wikidata"])
    assert linked["wikidata"] == "Q0"
    assert [item["article"] for item in linked["observations"]] == ["g1", "g2"]
    assert len(contents(registry)) == 2


def test_import_needs_names(registry, tmp_path):
    (tmp_path / "known.csv").write_text("who\nMaria Lund\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column 'name'"):
        registry.import_known(tmp_path / "known.csv")


def test_a_file_that_is_no_registry_is_refused(tmp_path):
    (tmp_path / "x.sqlite").write_text("not a database, " * 100, encoding="utf-8")
    with pytest.raises(InputError, match="no registry"):
        Registry.open(tmp_path / "x.sqlite")


def test_unknown_numbers_are_refused(registry):
    take(registry, annotated(1, "Maria Lund"))
    for call in (
        lambda: registry.show(99),
        lambda: registry.merge(1, 99),
        lambda: registry.split(1, [99]),
        lambda: registry.pin(99, 1),
    ):
        with pytest.raises(InputError, match="there is no"):
            call()


@pytest.mark.parametrize(
    ("one", "two", "verdict"),
    [
        (Profile("person", frozenset({"Ann Lee"})), Profile("person", frozenset({"Ann Lee"})), "likely"),
        (
            Profile("person", frozenset({"Ann Lee"}), frozenset({"mayor"})),
            Profile("person", frozenset({"Ann Lee"}), frozenset({"chemist"})),
            "doubtful",
        ),
        (
            Profile("person", frozenset({"Ann Lee"}), frozenset({"mayor"})),
            Profile("person", frozenset({"Anne Lee"}), frozenset({"mayor"})),
            "other",
        ),
        (
            Profile("organization", frozenset({"Tarn Quartet"})),
            Profile("organization", frozenset({"The Tarn Quartet"})),
            "same",
        ),
        (Profile("organization", frozenset({"Ann Lee"})), Profile("person", frozenset({"Ann Lee"})), "other"),
    ],
)
def test_compare(one, two, verdict):
    assert compare(one, two)[0] == verdict
