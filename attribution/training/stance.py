"""Trains the stance classifier: examples in, a directory that :class:`StanceClassifier` loads out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import AutoModel, Trainer, TrainingArguments

from attribution.errors import ConfigurationError, TrainingError
from attribution.stance.classifier import StanceClassifier
from attribution.stance.encoding import FEATURES, StanceEncoding
from attribution.stance.model import TargetClassifier, widen_token_types
from attribution.training.quotations import AveragedWeights
from attribution.training.stance_batches import NoisyBatches, encoded
from attribution.training.stance_examples import UNKNOWN, Example
from attribution.training.stance_settings import StanceSettings

_TYPES = "encoder.embeddings.token_type_embeddings.weight"


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


def new_network(encoder: str, dropout: float = 0.0) -> TargetClassifier:
    """An untrained classifier on a pre-trained encoder, which is told where the targets are.

    Raises:
        ConfigurationError: The directory holds no encoder.
    """
    try:
        backbone = AutoModel.from_pretrained(
            encoder,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=0.0,
            add_pooling_layer=False,
            dtype=torch.float32,
        )
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{encoder!r} is no encoder: {error}", "name a directory in Hugging Face layout"
        ) from error
    widen_token_types(backbone, 2 * FEATURES)
    return TargetClassifier(backbone, backbone.config.hidden_size, dropout)


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
    torch.manual_seed(settings.initial_seed)
    model = Supervised(new_network(settings.encoder, settings.dropout), settings)
    if settings.start:
        _take_over(model.network, Path(settings.start))
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


def _take_over(network: TargetClassifier, start: Path) -> None:
    """Loads the weights of a stance directory; one that was not told where targets are learns it from here on."""
    weights = StanceClassifier.load(start).network.state_dict()
    types = weights[_TYPES]
    weights[_TYPES] = types.repeat(2 * FEATURES // len(types), 1)
    network.load_state_dict(weights)


def average(directories: Sequence[Path]) -> TargetClassifier:
    """The mean of several trained networks that started alike ("model soup", Wortsman et al. 2022).

    It does what an ensemble does for the price of one.
    """
    networks: list[TargetClassifier] = [StanceClassifier.load(directory).network for directory in directories]
    states = [network.state_dict() for network in networks]
    mean = {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}
    networks[0].load_state_dict(mean)
    return networks[0]


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
