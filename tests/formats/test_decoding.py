from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.errors import FormatError
from attribution.formats.decoding import decode, detect, refuse_binary

WESTERN = "Zoë Ångström said the café “won’t” close – “not ever” – in Malmö, where naïve people paid £40.\r\n" * 3


@given(st.text())
def test_utf8_is_read_as_it_is(text: str) -> None:
    data = text.encode("utf-8", "replace")
    if b"\0" not in data and not data.startswith(codecs.BOM_UTF8):
        assert decode(data) == (data.decode(), None)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"])
def test_a_byte_order_mark_tells_the_encoding_and_is_no_text(encoding: str) -> None:
    text, note = decode(("\ufeff" + WESTERN).encode(encoding))
    assert text == WESTERN
    assert note == (None if encoding == "utf-8" else encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(encoding: str) -> None:
    assert decode(WESTERN.encode(encoding)) == (WESTERN, encoding)


@pytest.mark.parametrize("text", [WESTERN, "Café “x” said", "Ça va", "naïve", "it’s"])
def test_western_bytes(text: str) -> None:
    assert decode(text.encode("cp1252")) == (text, "cp1252")


def test_latin_1_controls_that_windows_has_not() -> None:
    assert decode(b"plain words \x81 here") == ("plain words \x81 here", "latin-1")


def test_other_alphabets_are_detected() -> None:
    text = "Министр сообщила, что переговоры начнутся завтра утром в столице, и ответила на вопросы газеты. " * 3
    assert decode(text.encode("cp1251"))[0] == text


def test_a_few_broken_bytes_do_not_spoil_utf8() -> None:
    data = "“Yes”, “no”, “so” – ".encode() + b"caf\xe9"
    assert decode(data) == ("“Yes”, “no”, “so” – café", "utf-8, with broken bytes")


def test_broken_bytes_far_behind_the_sample() -> None:
    text, note = decode(b"plain " * 60_000 + b"caf\xe9")
    assert text.endswith("café")
    assert note == "utf-8, with broken bytes"


def test_half_a_unit_at_the_end_of_utf16() -> None:
    text, note = decode("\ufeffdone".encode("utf-16-le") + b"x")
    assert text == "done\ufffd"
    assert note == "utf-16-le, with broken bytes"


def test_zero_bytes_in_utf8_stay() -> None:
    assert decode(b"one\0two, and a long way to go") == ("one\0two, and a long way to go", None)


@given(st.binary(max_size=200))
def test_any_bytes_decode(data: bytes) -> None:
    text, _ = decode(data)
    text.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 ...",
        b"PK\x03\x04....",
        b"\x89PNG\r\n",
        b"\xff\xd8\xff\xe0",
        b"BZh9",
        bytes(range(256)) * 8,
        b"\0" * 99,
    ],
)
def test_what_is_no_text_is_refused_with_a_fix(data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        refuse_binary(data)
    assert caught.value.fix


def test_a_character_cut_by_the_sample_is_no_broken_one() -> None:
    assert detect("“".encode()[:2], whole=False).name == "utf-8"
