"""Who said what, on whose behalf, and how does the outlet itself frame the actors?"""

from attribution.schema import AnnotatedArticle, Article, Attribution, Span, Speaker, Stance

__all__ = ["AnnotatedArticle", "Article", "Attribution", "Span", "Speaker", "Stance"]
__version__ = "0.1.0"
