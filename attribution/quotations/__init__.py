"""Article to attributions: encoding, model, decoding."""

from attribution.quotations.encoding import Encoded
from attribution.quotations.finder import QuotationFinder

__all__ = ["Encoded", "QuotationFinder"]
