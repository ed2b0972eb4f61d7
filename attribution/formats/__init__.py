"""Reading articles, and reading and writing annotated ones: one file a format.

Articles come from plain text, JSON Lines, CSV, TSV, Parquet and HTML (:func:`read_articles`); what is found in them
goes to the native format, a table of quotations, brat, Citron or Web Annotation (:func:`write`), and is read back from
there (:func:`read`, :func:`read_annotated`). Nothing that a file holds makes :func:`read_articles` raise: what is no
article becomes a :class:`Failure`, which names the place and the fix.
"""

from attribution.formats.failure import Failure
from attribution.formats.fields import Columns
from attribution.formats.quotation_table import Quotation, read_quotations
from attribution.formats.reading import READERS, Located, read_articles, read_located
from attribution.formats.sources import total_bytes
from attribution.formats.writing import FORMATS, Writer, open_writer, read, read_annotated, write

__all__ = [
    "FORMATS",
    "READERS",
    "Columns",
    "Failure",
    "Located",
    "Quotation",
    "Writer",
    "open_writer",
    "read",
    "read_annotated",
    "read_articles",
    "read_located",
    "read_quotations",
    "total_bytes",
    "write",
]
