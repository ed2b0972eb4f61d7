"""Metrics over records: what was found against what is right. Pure, the same for gates, cards and people."""
