"""Trains the stance classifier: examples in, a directory that :class:`StanceClassifier` loads out."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset  # type: ignore[import-untyped]
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import AutoModel, Trainer, TrainingArguments

from attribution.errors import ConfigurationError, TrainingError
from attribution.stance.classifier import MAX_PIECES, StanceClassifier, batch_arrays
from attribution.stance.encoding import FEATURES, Pieces, StanceEncoding
from attribution.stance.model import TargetClassifier, widen_token_types
from attribution.training.quotations import AveragedWeights
from attribution.training.stance_examples import UNKNOWN, Example


@dataclass(frozen=True)
class StanceSettings:
    """Settings of a training run; the table ``[stance]`` of a TOML file may set any of them.

    Attributes:
        encoder: Directory of the encoder to start from (Hugging Face layout, with ``tokenizer.json``).
        start: A stance directory to go on from, with the same encoder; a fresh network when empty.
        epochs: Passes over the examples.
        batch_size: Texts in a step.
        learning_rate: Peak rate of the encoder's last layer.
        layer_decay: Factor from each layer to the one below; word embeddings stay as they are.
        head_learning_rate: Peak rate of everything on top of the encoder.
        warmup: Share of the steps over which the rates rise.
        weight_decay: AdamW's decay.
        averaging: Decay of the exponential average of the weights that is released.
        smoothing: Label smoothing.
        masked_targets: Share of targets whose every mention is masked, so that names decide nothing.
        masked_words: Share of wordpieces masked.
        role_weight: Weight of the narrative roles' loss.
        subjectivity_weight: Weight of the subjectivity loss.
        bf16: Whether to compute in bfloat16 where that is safe.
        seed: Seed of everything random.
    """

    encoder: str = ""
    start: str = ""
    epochs: int = 5
    batch_size: int = 32
    learning_rate: float = 1e-4
    layer_decay: float = 0.9
    head_learning_rate: float = 5e-4
    warmup: float = 0.06
    weight_decay: float = 0.05
    averaging: float = 0.995
    smoothing: float = 0.1
    masked_targets: float = 0.25
    masked_words: float = 0.08
    role_weight: float = 0.3
    subjectivity_weight: float = 0.2
    bf16: bool = True
    seed: int = 13

    @classmethod
    def from_toml(cls, path: Path) -> StanceSettings:
        """Reads the table ``[stance]`` of a TOML file.

        Raises:
            ConfigurationError: The table holds a name that is no setting.
        """
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("stance", {})
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(table) - known):
            raise ConfigurationError(
                f"{path}: unknown setting {unknown[0]!r}", f"use one of {', '.join(sorted(known))}"
            )
        return cls(**table)


class Supervised(nn.Module):
    """A network with its three losses, as the trainer calls it."""

    def __init__(self, network: TargetClassifier, settings: StanceSettings) -> None:
        super().__init__()
        self.network = network
        self.settings = settings

    def forward(self, label: Tensor, role: Tensor, subjective: Tensor, **inputs: Tensor) -> dict[str, Tensor]:
        """Losses for labels ``[b, t, 3]`` (rows of zeros are unknown), roles ``[b, t]``, subjectivity ``[b]``."""
        found = self.network(**inputs)
        loss = _soft_loss(found["label"].float(), label, self.settings.smoothing)
        loss = loss + self.settings.role_weight * _loss(found["role"].float().flatten(0, 1), role.flatten())
        loss = loss + self.settings.subjectivity_weight * _loss(found["subjectivity"].float(), subjective)
        return {"loss": loss}


def _soft_loss(logits: Tensor, label: Tensor, smoothing: float) -> Tensor:
    known = label.sum(-1)
    goal = label * (1 - smoothing) + smoothing / label.shape[-1]
    losses = -(goal * logits.log_softmax(-1)).sum(-1)
    return (losses * known).sum() / known.sum().clamp(min=1)


def _loss(logits: Tensor, goal: Tensor) -> Tensor:
    known = goal != UNKNOWN
    if not known.any():
        return logits.sum() * 0
    return nn.functional.cross_entropy(logits[known], goal[known])


def encoded(examples: Iterable[Example], encoding: StanceEncoding) -> Dataset:
    """Examples as columns; a target is the list of its pieces, all mentions and the main one.

    Targets that fall outside a text too long are left out.
    """
    rows = [_row(example, encoding) for example in examples]
    return Dataset.from_list([row for row in rows if row["main"] or row["subjective"] != UNKNOWN])


def _row(example: Example, encoding: StanceEncoding) -> dict[str, Any]:
    pieces = encoding.encode(example.text)
    spans = [span for target in example.targets for span in target.mentions[:1]]
    if len(pieces.ids) > MAX_PIECES:
        marked = np.flatnonzero(pieces.mask(spans)).tolist()
        pieces = pieces.crop(marked[0] if marked else 1, MAX_PIECES)
    kept = [target for target in example.targets if any(pieces.mask(target.mentions[:1]))]
    return {
        "ids": pieces.ids,
        "features": pieces.features,
        "length": len(pieces.ids),
        "main": [np.flatnonzero(pieces.mask(target.mentions[:1])).tolist() for target in kept],
        "all": [np.flatnonzero(pieces.mask(target.mentions)).tolist() for target in kept],
        "label": [list(target.label or (0.0, 0.0, 0.0)) for target in kept],
        "role": [target.role for target in kept],
        "subjective": example.subjective,
    }


class NoisyBatches:
    """Pads rows to a batch, with the noise that keeps a small data set from being learnt by heart."""

    def __init__(self, encoding: StanceEncoding, settings: StanceSettings) -> None:
        self.encoding = encoding
        self.settings = settings
        self.random = np.random.default_rng(settings.seed)

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
        """Rows of :func:`encoded` as the arguments of :class:`Supervised`."""
        pieces = [self._noisy(row) for row in rows]
        masks = [self._masks(row) or [[False] * len(row["ids"])] for row in rows]
        arrays = batch_arrays(pieces, masks, self.encoding.pad_id)
        most = arrays["target_masks"].shape[1]
        label = np.zeros((len(rows), most, 3), dtype=np.float32)
        role = np.full((len(rows), most), UNKNOWN, dtype=np.int64)
        for index, row in enumerate(rows):
            count = len(row["label"])
            if count:
                label[index, :count], role[index, :count] = row["label"], row["role"]
        goals = {"label": label, "role": role, "subjective": np.asarray([row["subjective"] for row in rows])}
        return {name: torch.from_numpy(value) for name, value in (arrays | goals).items()}

    def _noisy(self, row: dict[str, Any]) -> Pieces:
        ids = np.asarray(row["ids"])
        hidden = self.random.random(len(ids)) < self.settings.masked_words
        for target in row["all"]:
            if self.random.random() < self.settings.masked_targets:
                hidden[target] = True
        hidden[[0, -1]] = False
        return Pieces(np.where(hidden, self.encoding.mask_id, ids).tolist(), row["features"], [(0, 0)] * len(ids))

    def _masks(self, row: dict[str, Any]) -> list[list[bool]]:
        """Pools a target's main mention or all of them, by chance."""
        found = []
        for main, every in zip(row["main"], row["all"], strict=True):
            chosen = set(main if self.random.random() < 0.5 else every)
            found.append([index in chosen for index in range(len(row["ids"]))])
        return found


def new_network(encoder: str) -> TargetClassifier:
    """An untrained classifier on a pre-trained encoder.

    Raises:
        ConfigurationError: The directory holds no encoder.
    """
    try:
        backbone = AutoModel.from_pretrained(
            encoder,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            add_pooling_layer=False,
            dtype=torch.float32,
        )
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{encoder!r} is no encoder: {error}", "name a directory in Hugging Face layout"
        ) from error
    widen_token_types(backbone, FEATURES)
    return TargetClassifier(backbone, backbone.config.hidden_size)


def train(examples: Sequence[Example], settings: StanceSettings, work: Path) -> TargetClassifier:
    """Trains on examples and returns the averaged network.

    Args:
        examples: What to learn from.
        settings: How.
        work: Directory for the trainer's own files.

    Raises:
        TrainingError: There is nothing to learn from.
    """
    encoding = StanceEncoding.load(Path(settings.encoder))
    rows = encoded(examples, encoding)
    if not len(rows):
        raise TrainingError("there are no stance examples", "name at least one file or corpus that holds some")
    torch.manual_seed(settings.seed)
    model = Supervised(new_network(settings.encoder), settings)
    if settings.start:
        model.network.load_state_dict(StanceClassifier.load(Path(settings.start)).network.state_dict())
    averaged = AveragedWeights(model, settings.averaging)
    trainer = Trainer(
        model=model,
        args=_arguments(settings, work),
        train_dataset=rows,
        data_collator=NoisyBatches(encoding, settings),
        optimizers=(_optimizer(model, settings), None),
        callbacks=[averaged],
    )
    trainer.train()
    model.load_state_dict(averaged.average)
    return model.network


def _arguments(settings: StanceSettings, work: Path) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(work),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch_size,
        train_sampling_strategy="group_by_length",
        warmup_steps=settings.warmup,
        lr_scheduler_type="linear",
        bf16=settings.bf16,
        use_cpu=not torch.cuda.is_available(),
        logging_steps=50,
        save_strategy="no",
        report_to=[],
        remove_unused_columns=False,
        seed=settings.seed,
        disable_tqdm=True,
    )


def _optimizer(model: Supervised, settings: StanceSettings) -> torch.optim.Optimizer:
    """AdamW with smaller rates for lower layers; word embeddings are frozen, as they are half of all weights."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, weight in model.named_parameters():
        if "word_embeddings" in name:
            weight.requires_grad_(False)
            continue
        decay = settings.weight_decay if weight.dim() > 1 else 0.0
        groups.setdefault((_rate(name, settings), decay), []).append(weight)
    return torch.optim.AdamW(
        [{"params": found, "lr": rate, "weight_decay": decay} for (rate, decay), found in groups.items()],
        betas=(0.9, 0.98),
        fused=True,
    )


def _rate(name: str, settings: StanceSettings) -> float:
    if ".encoder." not in name:
        return settings.head_learning_rate
    layer = name.partition(".layer.")[2].partition(".")[0]
    depth = 6 - int(layer) if layer else 7
    return float(settings.learning_rate * settings.layer_decay**depth)


def save(network: TargetClassifier, settings: StanceSettings, directory: Path, **config: Any) -> None:
    """Writes a release's ``stance`` directory: ``config.json``, ``tokenizer.json``, ``model.safetensors`` (fp16).

    Args:
        network: The trained network.
        settings: How it was trained; kept in the configuration.
        directory: Where to write; made if needed.
        **config: Further entries: ``temperature``, ``aggregation``.
    """
    directory.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().half().contiguous() for name, value in network.state_dict().items()}
    save_file(weights, directory / "model.safetensors")
    shutil.copyfile(Path(settings.encoder) / "tokenizer.json", directory / "tokenizer.json")
    backbone: Any = network.encoder
    kept = {key: value for key, value in asdict(settings).items() if key not in {"encoder", "start"}}
    full = {"encoder": _plain(backbone.config.to_dict()), "temperature": 1.0, "training": kept} | config
    (directory / "config.json").write_text(json.dumps(full, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    """An encoder's configuration without the place it came from."""
    left_out = {"_name_or_path", "transformers_version", "architectures", "dtype"}
    return {key: value for key, value in config.items() if key not in left_out}
