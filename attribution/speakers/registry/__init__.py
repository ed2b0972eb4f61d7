"""Who speaks across articles: one SQLite file with identities, their names, dated roles and affiliations, and quotes.

Read on in :mod:`~attribution.speakers.registry.store`; who is one is decided in
:mod:`~attribution.speakers.registry.identity`.
"""

from attribution.speakers.registry.store import Registry

__all__ = ["Registry"]
