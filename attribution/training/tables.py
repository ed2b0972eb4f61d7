"""Settings from the tables of a TOML file, where a name that is no setting is an error."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import fields
from pathlib import Path
from typing import Any

from attribution.errors import ConfigurationError


def read_table(path: Path, name: str, settings: type[Any], without: Collection[str] = ()) -> dict[str, Any]:
    """The entries of one table, which are fields of the dataclass ``settings``; empty when there is no such table.

    Args:
        path: The TOML file.
        name: The table.
        settings: The dataclass that says what may be set.
        without: Its fields that may not.

    Raises:
        ConfigurationError: The file is not TOML, or a name is no setting.
    """
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")).get(name, {})
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: is not TOML: {error}") from error
    known = {field.name for field in fields(settings)} - set(without)
    if unknown := sorted(set(table) - known):
        raise ConfigurationError(
            f"{path}: unknown setting {unknown[0]!r} in [{name}]", f"use one of {', '.join(sorted(known))}"
        )
    return table
