"""The house keeps its order: imports point one way, names and the public surface are what they should be."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

import attribution

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "attribution"

# From the ground up: a room imports only from rooms before it (and from itself).
ROOMS = [
    "errors",
    "schema",
    "typography",
    "formats",
    "evaluation",
    "card",
    "manifest",
    "sealing",
    "release",
    "encoder",
    "quotations",
    "speakers",
    "stance",
    "annotator",
    "measuring",
    "batch",
    "report",
    "training",
    "review",
    "service",
    "terminal",
    "commands",
    "cli",
]
PURE = ("errors", "schema", "typography", "formats", "evaluation", "card", "manifest", "sealing")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "processor", "data", "common", "misc"}
TOP = {"pyproject.toml", "constraints.txt", "attribution", "models", "annotations", "scripts", "tests", "docs"}
TOP |= {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """The modules of this package that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            found = [node.module]
            if node.module == "attribution":
                found = [f"attribution.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in found if name.split(".")[0] == "attribution")


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_point_one_way(path: Path) -> None:
    own = room(path)
    assert own in ROOMS, f"{own} has no place in the order of the house: put it into ROOMS"
    for name in imports(path):
        other = name.split(".")[1]
        if other != "__version__":
            assert ROOMS.index(other) <= ROOMS.index(own), f"{own} must not import {other}"


def imported_by(code: str) -> set[str]:
    """The top-level modules that are loaded after running some code in a fresh interpreter."""
    report = "import json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_ground_does_not_load_torch() -> None:
    below = [path for path in MODULES if room(path) in PURE]
    names = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in below]
    code = "\n".join(f"import {name.removesuffix('.__init__')}" for name in names)
    assert not {"torch", "transformers"} & imported_by(code)


def test_help_loads_next_to_nothing() -> None:
    code = "import attribution.cli; attribution.cli.parser().format_help()"
    assert not {"torch", "transformers", "pydantic", "numpy", "rich", "pyarrow", "datasets"} & imported_by(code)


def test_annotating_loads_nothing_that_is_slow_to_load_and_not_needed(tiny_release: Path) -> None:
    load = f"from attribution.annotator import Annotator; annotator = Annotator.load({str(tiny_release)!r}, 'cpu')"
    code = f"import attribution.stance.model\n{load}\nlist(annotator.annotate(['“No,” she said.']))[0].to_json()"
    assert not {"transformers", "accelerate", "scipy", "sklearn", "sympy", "datasets", "rich"} & imported_by(code)


def test_the_public_surface() -> None:
    assert attribution.__all__ == sorted(attribution.__all__)
    for name in attribution.__all__:
        assert getattr(attribution, name).__name__ == name
    assert dir(attribution) == attribution.__all__
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        attribution.Nothing  # noqa: B018


def test_modules_have_names_of_the_field_and_say_what_they_are_for() -> None:
    for path in MODULES:
        names = {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts}
        assert not names & FORBIDDEN_NAMES, path
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{path}: says nothing about itself"


def test_files_stay_readable() -> None:
    lines = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {name: number for name, number in lines.items() if number > 700}
    assert sum(number > 330 for number in lines.values()) < len(lines) / 10


def test_the_top_level_is_fixed() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=False, cwd=ROOT)
    if listed.returncode:
        pytest.skip("not a checkout")
    top = {name.split("/")[0] for name in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= TOP


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    pinned = {distribution(line) for line in (ROOT / "constraints.txt").read_text().splitlines()}
    for item in wanted:
        assert distribution(item) in pinned | {"attribution"}, f"{item} is missing in constraints.txt"


def distribution(requirement: str) -> str:
    return re.split(r"[<>=\[;~ ]", requirement)[0].lower().replace("_", "-")
