"""One small ASGI app: annotation for everyone, and a model backend for Label Studio.

``POST /annotate`` takes articles and gives annotated ones. ``/health``, ``/setup``, ``/predict`` and ``/webhook`` are
what Label Studio asks of a model backend, so that an article opened there shows the predictions of the release in use.

The release is loaded once. Requests that come in together are annotated together by one thread; when too many wait,
new ones are told to come back. When another release is put into use it is loaded beside the old one and then takes its
place between two batches, so no request is dropped. Webhooks are only written down: Label Studio waits one second.
"""

from attribution.service.app import create_app
from attribution.service.batching import Limits

__all__ = ["Limits", "create_app"]
