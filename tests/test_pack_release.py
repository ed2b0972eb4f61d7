from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "pack_release.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pack_release", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def packed(script: ModuleType, root: Path, version: str = "standard") -> dict[str, str]:
    build_data: dict[str, Any] = {"force_include": {}}
    script.PackRelease(str(root), {}, None, None, str(root), "wheel").initialize(version, build_data)
    found: dict[str, str] = build_data["force_include"]
    return found


def test_the_wheel_takes_the_release_in_use_and_no_other(script: ModuleType, tmp_path: Path) -> None:
    models = tmp_path / "models"
    for name in ("2031.1", "2031.2"):
        (models / name).mkdir(parents=True)
    (models / "current").write_text("2031.2\n")
    assert packed(script, tmp_path) == {
        str(models / "current"): "attribution/_models/current",
        str(models / "2031.2"): "attribution/_models/2031.2",
    }


def test_an_editable_install_and_an_empty_checkout_take_nothing(script: ModuleType, tmp_path: Path) -> None:
    assert packed(script, tmp_path) == {}
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "current").write_text("2031.2\n")
    assert packed(script, tmp_path, "editable") == {}
