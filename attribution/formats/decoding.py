"""From bytes to text: which encoding a file is in, and whether it is text at all.

The order: a byte order mark; UTF-16 without one (told by where the zero bytes stand); UTF-8, also with a few broken
bytes; Windows-1252, the Western encoding that Latin-1 files are in as well, where nearly all letters are ASCII; else
what ``charset-normalizer`` finds. A byte order mark at the very start is no part of the text; nothing else is changed.
"""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from attribution.errors import FormatError

SAMPLE = 1 << 18  # bytes looked at to tell an encoding
_BOMS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TO_TEXT = "convert it to text, HTML, JSONL, CSV or Parquet first"
_MAGIC = (
    (b"%PDF", "a PDF file", "extract its text first, for instance with pdftotext"),
    (b"PK\x03\x04", "a ZIP archive or an office document", "unpack it, or save the document as text or HTML"),
    (b"\xd0\xcf\x11\xe0", "an old office document", "save it as text or HTML"),
    (b"{\\rtf", "a rich text document", "save it as text or HTML"),
    (b"\x89PNG", "an image", _TO_TEXT),
    (b"\xff\xd8\xff", "an image", _TO_TEXT),
    (b"GIF8", "an image", _TO_TEXT),
    (b"BZh", "compressed with bzip2", "unpack it, or compress it with gzip"),
    (b"\xfd7zXZ", "compressed with xz", "unpack it, or compress it with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it, or compress it with gzip"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"\x1f\x8b", "compressed with gzip twice", "unpack it once"),
    (b"\x7fELF", "a program", _TO_TEXT),
    (b"SQLite format 3", "a database", "export the articles as CSV or JSONL"),
)
_FEW = 8  # control characters that any text may have
_SHORT = 64  # bytes that are too few to tell an encoding by statistics
_PLAIN_CONTROLS = frozenset(b"\t\n\r\f\v\x1b\x1a\x00")


@dataclass(frozen=True)
class Encoding:
    """An encoding, and how many bytes at the start are its byte order mark."""

    name: str
    skip: int = 0


def refuse_binary(head: bytes) -> None:
    """Checks the first bytes of what should be text.

    Raises:
        FormatError: They are those of another kind of file, or no text at all.
    """
    for magic, what, fix in _MAGIC:
        if head.startswith(magic):
            raise FormatError(f"this is {what}, not text", fix)
    if _bom(head) or _utf16_without_bom(head):
        return
    controls = sum(byte < 32 and byte not in _PLAIN_CONTROLS for byte in head)
    if controls > max(_FEW, len(head) // 20) or head.count(0) > max(_FEW, len(head) // 4):
        raise FormatError("this is not text: it is full of control characters", _TO_TEXT)


def detect(head: bytes, whole: bool = True) -> Encoding:
    """The encoding of a file that begins with ``head``; ``whole`` when that is all of it."""
    if encoding := _bom(head):
        return encoding
    if name := _utf16_without_bom(head):
        return Encoding(name)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError:
        return Encoding("utf-8" if _mostly_utf8(head) else _single_byte(head))
    return Encoding("utf-8")


def decode(data: bytes) -> tuple[str, str | None]:
    """Decodes a whole file.

    Returns:
        The text, and a note on the encoding when it is not plain UTF-8.
    """
    head = data if len(data) <= SAMPLE else data[:SAMPLE]
    encoding = detect(head, whole=len(data) <= SAMPLE)
    body = data[encoding.skip :] if encoding.skip else data
    try:
        text = body.decode(encoding.name)
        return text, None if encoding.name == "utf-8" else encoding.name
    except UnicodeDecodeError:
        text = body.decode(encoding.name, "attribution.mend")
        return text, f"{encoding.name}, with broken bytes"


def open_text(stream: BinaryIO, head: bytes, newline: str) -> TextIO:
    """A text stream over ``stream``, whose first bytes are ``head`` and still to be read."""
    refuse_binary(head[:8192])
    encoding = detect(head, whole=False)
    stream.read(encoding.skip)
    return io.TextIOWrapper(stream, encoding.name, errors="attribution.mend", newline=newline)


def _bom(head: bytes) -> Encoding | None:
    return next((Encoding(name, len(mark)) for mark, name in _BOMS if head.startswith(mark)), None)


def _utf16_without_bom(head: bytes) -> str | None:
    """Text in UTF-16 has zero bytes, and nearly all of them at odd (little endian) or even (big endian) places."""
    head = head[: len(head) // 2 * 2]
    zeros = head.count(0)
    if zeros * 20 < len(head) or not zeros:
        return None
    odd = head[1::2].count(0)
    name = "utf-16-le" if odd * 10 >= zeros * 9 else "utf-16-be" if odd * 10 <= zeros else None
    if name is None:
        return None
    text = head.decode(name, "replace")
    return name if sum(char.isprintable() or char.isspace() for char in text) * 10 >= len(text) * 9 else None


def _mostly_utf8(head: bytes) -> bool:
    """Whether broken bytes are few beside the characters that UTF-8 does encode."""
    text = head.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(char > "\x7f" for char in text) - broken > 2 * broken


def _single_byte(head: bytes) -> str:
    plain = sum(chr(byte).isalpha() for byte in head if byte < 128)
    accented = sum(byte >= 0xC0 for byte in head)  # where Western encodings have their accented letters
    if accented * (2 if len(head) < _SHORT else 5) <= plain:
        try:
            head.decode("cp1252")
        except UnicodeDecodeError:
            return "latin-1"
        return "cp1252"
    from charset_normalizer import from_bytes  # slow to import, and for odd files only

    best = from_bytes(head[: 1 << 16]).best()
    return best.encoding if best is not None else "cp1252"


def _mend(error: UnicodeError) -> tuple[str | bytes, int]:
    """Reads a byte that breaks the encoding as Windows-1252, where it is a character there."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    broken = error.object[error.start : error.end]
    if error.encoding.lower().startswith("utf-16") or error.encoding.lower().startswith("utf-32"):
        return "\ufffd", error.end
    return broken.decode("cp1252", "replace"), error.end


codecs.register_error("attribution.mend", _mend)
