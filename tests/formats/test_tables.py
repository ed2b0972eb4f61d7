from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.errors import InputError
from attribution.formats import Columns, Failure, read_articles, read_located
from attribution.schema import Article


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def read_one(path: Path, **names: str) -> Article:
    (article,) = read_articles([path], columns=Columns(**names))
    assert isinstance(article, Article), article
    return article


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_usual_names_and_any_separator(tmp_path: Path, mark: str) -> None:
    header = mark.join(["ID", "Headline", "Publication-Date", "Publisher", "Article Text", "Link", "desk"])
    row = mark.join(["g1", "Harbour to close", "2031-04-02", "Gazette", '"She said ""no"".\r\nTwice."', "u", "city"])
    article = read_one(written(tmp_path / "a.csv", f"{header}\r\n{row}\r\n"))
    assert article == Article(
        id="g1",
        text='She said "no".\r\nTwice.',
        title="Harbour to close",
        outlet="Gazette",
        published="2031-04-02",
        url="u",
        meta={"desk": "city"},
    )


def test_chosen_names_win(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "text,lead,paper\nbody,summary,Gazette\n")
    article = read_one(path, text="lead", outlet="paper")
    assert (article.text, article.outlet, article.meta) == ("summary", "Gazette", {"text": "body"})


def test_a_chosen_column_that_is_missing(tmp_path: Path) -> None:
    (failure,) = read_articles([written(tmp_path / "a.csv", "text\nx\n")], columns=Columns(outlet="paper"))
    assert isinstance(failure, Failure)
    assert "'paper'" in failure.reason
    assert "outlet" in failure.fix


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert (
        read_one(written(tmp_path / "a.csv", "text;id\nZoë said “no” in Malmö;1\n", encoding)).text
        == "Zoë said “no” in Malmö"
    )


def test_what_spreadsheets_write(tmp_path: Path) -> None:
    assert read_one(written(tmp_path / "a.csv", "sep=;\r\ntext;id\r\na, b;1\r\n")).text == "a, b"


def test_bad_rows_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    rows = ["id,text", "1,one", "2,", "3,a,b,c", '4,"open', "5,five", '6,"x" y', "", "7,seven", "8", '9,"end']
    found = list(read_located([written(tmp_path / "a.csv", "\n".join(rows) + "\n")]))
    good = {item.article.id: (item.article.text, item.line) for item in found if not isinstance(item, Failure)}
    bad = {item.line: item.reason for item in found if isinstance(item, Failure)}
    assert good == {"1": ("one", 2), "5": ("five", 6), "7": ("seven", 9)}
    assert sorted(bad) == [3, 4, 5, 7, 10, 11]
    assert "empty" in bad[3]
    assert "4 fields where the header has 2" in bad[4]
    assert "CSV" in bad[5]
    assert "'text'" in bad[10]


def test_a_row_never_swallows_the_next_one(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'id,text\n1,"he said\n2,"she said"\n3,they said\n')
    assert [item.text for item in read_articles([path]) if isinstance(item, Article)] == ["she said", "they said"]


def test_tsv_with_quotation_marks_in_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tsv", 'id\ttext\n1\tHe said "no", twice.\n')
    assert read_one(path).text == 'He said "no", twice.'


rows_of_text = st.lists(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1), min_size=1, max_size=4)


@given(rows_of_text)
def test_csv_holds_any_text(tmp_path_factory: pytest.TempPathFactory, rows: list[str]) -> None:
    rows = [row for row in rows if row.strip()] or ["x"]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["id", "text"], *([number, f"a{row}"] for number, row in enumerate(rows))])
    path = written(tmp_path_factory.getbasetemp() / "any.csv", stream.getvalue())
    expected = [f"a{row}" for row in rows]
    if not any(char < " " and char not in "\r\n\t" for row in rows for char in row):
        assert [item.text for item in read_articles([path]) if isinstance(item, Article)] == expected


def test_parquet(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    day = datetime.date(2031, 4, 2)
    table = pa.table(
        {
            "body": ["one", None, "", "four"],
            "date": [day] * 4,
            "score": [0.5, float("nan"), None, 2.0],
            "tags": [["a"], [], None, ["b"]],
            "raw": [b"x"] * 4,
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    found = list(read_located([tmp_path / "a.parquet"]))
    assert [item.row for item in found] == [1, 2, 3, 4]
    one, two, three, four = found
    assert isinstance(two, Failure)
    assert isinstance(three, Failure)
    assert not isinstance(one, Failure)
    assert not isinstance(four, Failure)
    assert (one.article.text, one.article.published) == ("one", "2031-04-02")
    assert one.article.meta == {"score": 0.5, "tags": ["a"], "raw": "b'x'"}
    assert four.article.text == "four"


def test_no_text_column_names_the_flag() -> None:
    with pytest.raises(InputError, match="--text-column"):
        Columns().in_table(["a", "b"])
