"""How a stance classifier is trained."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from attribution.training.tables import read_table


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
        dropout: Share of hidden states left out; attention keeps all, as leaving some out triples a step's time.
        averaging: Decay of the exponential average of the weights that is released.
        smoothing: Label smoothing.
        masked_targets: Share of targets whose every mention is masked, so that names decide nothing.
        masked_words: Share of wordpieces masked.
        role_weight: Weight of the narrative roles' loss.
        subjectivity_weight: Weight of the subjectivity loss.
        bf16: Whether to compute in bfloat16 where that is safe.
        initial_seed: Seed of the fresh layers' weights; runs that share it can be averaged.
        seed: Seed of order and noise.
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
    dropout: float = 0.1
    averaging: float = 0.995
    smoothing: float = 0.1
    masked_targets: float = 0.25
    masked_words: float = 0.08
    role_weight: float = 0.3
    subjectivity_weight: float = 0.2
    bf16: bool = True
    initial_seed: int = 13
    seed: int = 13

    @classmethod
    def from_toml(cls, path: Path) -> StanceSettings:
        """Reads the table ``[stance]`` of a TOML file.

        Raises:
            ConfigurationError: The table holds a name that is no setting.
        """
        return cls(**read_table(path, "stance", cls))
