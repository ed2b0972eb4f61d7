"""Every error this package raises on purpose.

::

    AttributionError                 what a caller may catch to catch them all
    ├── InputError                   a file or record that cannot be read as an article
    │   ├── SchemaError              a record that breaks the contract ``attribution/1``
    │   └── FormatError              an unknown format, or a file that is not in its format
    ├── ReleaseError                 a model directory that is missing, incomplete or tampered with
    ├── ConfigurationError           settings that contradict each other or name what is not there
    ├── MissingExtraError            an optional dependency that is not installed
    ├── TrainingError                a training job that cannot start or go on
    └── ReviewError                  Label Studio refused, is unreachable, or returned what cannot be used
        └── ReviewConnectionError    the server did not answer, or answered with an error status

Each carries a ``fix``: one sentence that says what to do about it.
"""

from __future__ import annotations


class AttributionError(Exception):
    """Base of all errors of this package.

    Args:
        reason: What is wrong, naming the file or field.
        fix: What the reader can do about it; empty when nothing can be done.
    """

    exit_code = 1

    def __init__(self, reason: str, fix: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.reason} ({self.fix})" if self.fix else self.reason


class InputError(AttributionError):
    """A file or a record cannot be read as an article."""


class SchemaError(InputError):
    """A record breaks the contract ``attribution/1``."""


class FormatError(InputError):
    """The format is unknown, or a file is not in the format it claims."""


class ReleaseError(AttributionError):
    """A model directory is missing, incomplete or was changed after it was made."""


class ConfigurationError(AttributionError):
    """Settings contradict each other or name something that does not exist."""

    exit_code = 2


class MissingExtraError(ConfigurationError):
    """An optional dependency is not installed.

    Args:
        package: The distribution that is missing.
        extra: The extra of this package that brings it.
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed", f"install it with: pip install 'attribution[{extra}]'")


class TrainingError(AttributionError):
    """A training job cannot start or go on."""


class ReviewError(AttributionError):
    """The review server refused a request or returned something that cannot be used."""


class ReviewConnectionError(ReviewError):
    """The review server did not answer, or answered with an error status.

    Args:
        reason: What happened.
        fix: What the reader can do about it.
        status: The HTTP status, when there was an answer.
        uncertain: Whether the request may have been carried out all the same.
    """

    def __init__(self, reason: str, fix: str = "", *, status: int | None = None, uncertain: bool = False) -> None:
        super().__init__(reason, fix)
        self.status = status
        self.uncertain = uncertain
