"""Corpora to datasets to a candidate release."""
