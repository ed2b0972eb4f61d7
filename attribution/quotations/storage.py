"""A quotation model on disk: ``model.safetensors`` (fp16), ``config.json``, ``tokenizer.json``, ``quotations.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from attribution.errors import ReleaseError
from attribution.quotations.model import QuotationConfig, QuotationModel

WEIGHTS, CONFIG, TOKENIZER, SETTINGS = "model.safetensors", "config.json", "tokenizer.json", "quotations.json"


def save_model(model: QuotationModel, tokenizer: Any, directory: Path, settings: dict[str, Any]) -> None:
    """Writes a model; ``settings`` holds how it was trained and, once chosen, thresholds and calibration."""
    directory.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().to("cpu", torch.float16).contiguous() for name, value in model.state_dict().items()}
    save_file(weights, directory / WEIGHTS, metadata={"format": "pt"})
    (directory / CONFIG).write_text(model.config.to_json_string(), encoding="utf-8")
    tokenizer.save(str(directory / TOKENIZER))
    save_settings(directory, settings)


def save_settings(directory: Path, settings: dict[str, Any]) -> None:
    """Writes the settings of a model directory."""
    text = json.dumps(settings, indent=2, ensure_ascii=False, sort_keys=True)
    (directory / SETTINGS).write_text(text + "\n", encoding="utf-8")


def load_settings(directory: Path) -> dict[str, Any]:
    """Reads the settings of a model directory."""
    found: dict[str, Any] = json.loads((directory / SETTINGS).read_text(encoding="utf-8"))
    return found


def load_model(directory: Path, dtype: torch.dtype = torch.float32) -> tuple[QuotationModel, Any]:
    """The model, in evaluation mode, and its tokenizer.

    Raises:
        ReleaseError: A file of the model is missing.
    """
    if missing := [name for name in (WEIGHTS, CONFIG, TOKENIZER, SETTINGS) if not (directory / name).is_file()]:
        raise ReleaseError(f"{directory} lacks {missing[0]}", "name the directory of a complete release")
    config = json.loads((directory / CONFIG).read_text(encoding="utf-8"))
    model = QuotationModel(QuotationConfig.of(config))
    model.load_state_dict(load_file(directory / WEIGHTS))
    tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return model.to(dtype).train(False), tokenizer
