"""Annotating many articles: nothing lost, nothing doubled, and one bad article stops no other.

The route of an article: :func:`annotate_files` reads it with its place, :func:`isolate` passes it through the annotator
and takes the blame to the one article that fails, :func:`run` writes what comes out and yields how far it has come.
:func:`in_processes` makes an annotator that works in several processes.
"""

from attribution.batch.engines import in_processes
from attribution.batch.isolation import Annotate, Annotated, Skipped, isolate
from attribution.batch.outputs import SHARD_SIZE, Places
from attribution.batch.running import Progress, Summary, annotate_files, run

__all__ = [
    "SHARD_SIZE",
    "Annotate",
    "Annotated",
    "Places",
    "Progress",
    "Skipped",
    "Summary",
    "annotate_files",
    "in_processes",
    "isolate",
    "run",
]
