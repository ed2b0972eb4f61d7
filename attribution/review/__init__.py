"""Human review in Label Studio.

The way out: :mod:`~attribution.review.queue` puts the most useful articles first, :mod:`~attribution.review.layout`
lays an annotated article out as regions, relations and answers, :mod:`~attribution.review.tasks` writes that as a Label
Studio task for the interface of :mod:`~attribution.review.interface`, and :mod:`~attribution.review.push` sends it.

The way back: :mod:`~attribution.review.pull` fetches finished work, :mod:`~attribution.review.results` checks and reads
it, :mod:`~attribution.review.rebuild` turns it into an annotated article again, and :mod:`~attribution.review.store`
keeps it. Only :mod:`~attribution.review.client` talks to a server.
"""
