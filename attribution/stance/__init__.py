"""How each voice of an article frames its actors: voices, targets, classifier, aggregation, naming ledger."""
