"""What ``/annotate`` takes and gives."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from attribution.schema import AnnotatedArticle, Article, content_id


class ArticleIn(BaseModel):
    """An article to annotate. Fields that are not known here are kept under ``meta``."""

    model_config = ConfigDict(extra="allow")

    text: Annotated[str, Field(min_length=1, description="The text; offsets in the answer count its code points.")]
    id: Annotated[str | None, Field(min_length=1, description="Made from the text when missing.")] = None
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    language: str | None = "en"
    targets: Annotated[
        list[dict[str, Any]] | None, Field(description='Judge stance toward just these: {"name": …, "aliases": […]}.')
    ] = None

    def article(self) -> Article:
        """The article in the contract's form."""
        known = self.model_dump(exclude={"targets", *(self.model_extra or {})})
        meta = dict(self.model_extra or {}) | ({"targets": self.targets} if self.targets is not None else {})
        return Article(**known | {"id": self.id or content_id(self.text), "meta": meta})


class AnnotateIn(BaseModel):
    """What ``/annotate`` takes."""

    model_config = ConfigDict(extra="forbid")

    articles: Annotated[list[ArticleIn], Field(min_length=1)]


class AnnotateOut(BaseModel):
    """What ``/annotate`` gives: one annotated article for each that was sent, in their order."""

    articles: list[AnnotatedArticle]
