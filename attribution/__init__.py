"""Who said what, on whose behalf, and how the outlet itself frames the actors.

::

    from attribution import Annotator

    annotator = Annotator.load()
    for annotated in annotator.annotate(["“We are ready,” said Ada Lunt."]):
        print(annotated.attributions)

Names are loaded when they are first used, so that ``import attribution`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attribution.annotator import Annotator
    from attribution.errors import AttributionError
    from attribution.release import Release
    from attribution.schema import AnnotatedArticle, Article, Attribution, Naming, Span, Speaker, Stance

__version__ = "0.1.0"
__all__ = [
    "AnnotatedArticle",
    "Annotator",
    "Article",
    "Attribution",
    "AttributionError",
    "Naming",
    "Release",
    "Span",
    "Speaker",
    "Stance",
]

_HOMES = {"Annotator": "annotator", "AttributionError": "errors", "Release": "release"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'attribution' has no attribute {name!r}")
    return getattr(import_module(f"attribution.{_HOMES.get(name, 'schema')}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
