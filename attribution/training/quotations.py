"""Trains the quotation model: corpora in, a directory that :class:`QuotationFinder` loads out."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import (
    AutoModel,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    get_linear_schedule_with_warmup,
)

from attribution.errors import TrainingError
from attribution.quotations.model import QuotationConfig, QuotationModel
from attribution.quotations.storage import save_model
from attribution.schema import AnnotatedArticle, Attribution
from attribution.training.encodings import Encodings
from attribution.training.tables import read_table
from attribution.training.windows import Collator, Windows

AVERAGE = "average.pt"
_AVERAGED_EVERY = 4  # steps; the average moves slowly, and reading all weights takes time


@dataclass(frozen=True)
class QuotationSettings:
    """Settings of a training run; a TOML file may set any of them.

    Attributes:
        encoder: Directory of the encoder to start from (Hugging Face layout, with ``tokenizer.json``).
        epochs: Passes over the articles; each cuts its windows anew.
        batch_size: Windows in a step.
        learning_rate: Peak rate of the encoder.
        head_learning_rate: Peak rate of everything on top of it.
        warmup: Share of the steps over which the rates rise.
        weight_decay: AdamW's decay.
        averaging: Decay of the exponential average of the weights that is released.
        dropout: Dropout of the encoder; 0 is much faster on a CPU.
        frozen_words: Whether the word embeddings stay as they are: half of the weights, of which a corpus touches few.
        respelled: Share of windows whose quotation marks are written by another convention.
        bf16: Whether to compute in bfloat16 where that is safe.
        gold_weight: How many times an article of one's own counts against one of the corpus.
        seed: Seed of everything random.
    """

    encoder: str = ""
    epochs: int = 6
    batch_size: int = 16
    learning_rate: float = 1.5e-4
    head_learning_rate: float = 7e-4
    warmup: float = 0.06
    weight_decay: float = 0.01
    averaging: float = 0.998
    dropout: float = 0.0
    frozen_words: bool = True
    respelled: float = 0.2
    bf16: bool = True
    gold_weight: int = 3
    seed: int = 13

    @classmethod
    def from_toml(cls, path: Path) -> QuotationSettings:
        """Reads the table ``[quotations]`` of a TOML file.

        Raises:
            ConfigurationError: The table holds a name that is no setting.
        """
        return cls(**read_table(path, "quotations", cls))


class AveragedWeights(TrainerCallback):
    """Keeps an exponential moving average of the weights, which is what gets released (Polyak and Juditsky 1992)."""

    def __init__(self, model: torch.nn.Module, decay: float) -> None:
        self.model = model
        self.decay = decay
        self.steps = 0
        self.average = {name: value.detach().clone().float() for name, value in model.named_parameters()}

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """Moves the average a little toward the weights, faster in the first steps."""
        self.steps += 1
        if self.steps % _AVERAGED_EVERY:
            return
        decay = min(self.decay, self.steps / (self.steps + 10)) ** _AVERAGED_EVERY
        with torch.no_grad():
            for name, value in self.model.named_parameters():
                if value.requires_grad:
                    self.average[name].lerp_(value.float(), 1 - decay)

    def on_save(self, args: Any, state: Any, *_: Any, **__: Any) -> None:
        """Puts the average beside the checkpoint; it comes last, so a checkpoint that has it is whole."""
        if not state.is_world_process_zero:
            return
        path = Path(args.output_dir) / f"checkpoint-{state.global_step}" / AVERAGE
        torch.save({"steps": self.steps, "average": self.average}, path.with_suffix(".partial"))
        path.with_suffix(".partial").replace(path)

    def put_into_model(self) -> None:
        """Replaces the model's weights by their average."""
        with torch.no_grad():
            for name, value in self.model.named_parameters():
                value.copy_(self.average[name])

    def resume(self, checkpoint: Path) -> None:
        """Takes up the average that was saved with a checkpoint."""
        saved = torch.load(checkpoint / AVERAGE, weights_only=True)
        self.steps, self.average = saved["steps"], saved["average"]


def new_model(encoder: str, dropout: float = 0.0) -> QuotationModel:
    """An untrained quotation model on a pre-trained encoder."""
    backbone = AutoModel.from_pretrained(
        encoder,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=0.0,  # on a processor it would triple the time of a step
    )
    told = {name: value for name, value in backbone.config.to_dict().items() if name != "_name_or_path"}
    return QuotationModel(QuotationConfig(encoder=told), backbone)


def load_tokenizer(directory: str | Path) -> Any:
    """The fast tokenizer of a model directory, without padding or truncation."""
    tokenizer = Tokenizer.from_file(str(Path(directory) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def train(
    articles: Sequence[AnnotatedArticle],
    settings: QuotationSettings,
    output: Path,
    *,
    model: QuotationModel | None = None,
    weights: Sequence[int] | None = None,
    resume: bool = False,
    struck: Mapping[int, Sequence[Attribution]] | None = None,
    cache: Path | None = None,
) -> QuotationModel:
    """Trains on ``articles`` and writes the model into ``output``.

    Args:
        articles: Fully annotated articles.
        settings: See :class:`QuotationSettings`.
        output: Directory of the model; checkpoints go to ``output/checkpoints``.
        model: A model to go on from; a new one on ``settings.encoder`` by default.
        weights: How many times each article counts.
        resume: Whether to go on from the last checkpoint.
        struck: Of which articles only part is known, see :class:`Windows`.
        cache: Folder where encoded articles are kept for the next time.

    Returns:
        The model with averaged weights.

    Raises:
        TrainingError: The memory does not suffice.
    """
    random.seed(settings.seed)
    torch.manual_seed(settings.seed)
    tokenizer = load_tokenizer(settings.encoder)
    model = model or new_model(settings.encoder, settings.dropout)
    encodings = Encodings.kept(articles, tokenizer, cache) if cache else None
    examples = Windows(articles, tokenizer, model.config.window, settings.respelled, weights, struck, encodings)
    steps = max(1, len(examples) // settings.batch_size) * settings.epochs
    model.encoder.get_input_embeddings().weight.requires_grad = not settings.frozen_words
    optimizer = torch.optim.AdamW(_groups(model, settings), weight_decay=settings.weight_decay, fused=True)
    warmup = int(settings.warmup * steps)
    schedule = get_linear_schedule_with_warmup(optimizer, warmup, steps)  # type: ignore[no-untyped-call]
    averaged = AveragedWeights(model, settings.averaging)
    checkpoints = output / "checkpoints"
    trainer = Trainer(
        model=model,
        args=_arguments(settings, checkpoints),
        train_dataset=examples,
        data_collator=Collator(tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")),
        optimizers=(optimizer, schedule),
        callbacks=[averaged],
    )
    last = last_checkpoint(checkpoints) if resume else None
    if last:
        averaged.resume(last)
    with enough_memory(settings.batch_size):
        trainer.train(resume_from_checkpoint=str(last) if last else None)
    averaged.put_into_model()
    if trainer.is_world_process_zero():
        save_model(model, tokenizer, output, {"settings": asdict(settings) | {"encoder": Path(settings.encoder).name}})
    return model


def last_checkpoint(checkpoints: Path) -> Path | None:
    """The latest checkpoint that was written to its end; one that a crash cut short is passed over."""
    whole = (path.parent for path in checkpoints.glob(f"checkpoint-*/{AVERAGE}"))
    return max(whole, key=lambda path: int(path.name.split("-")[1]), default=None)


@contextmanager
def enough_memory(batch_size: int) -> Iterator[None]:
    """Turns running out of memory into advice."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError | torch.OutOfMemoryError) and "allocate memory" not in str(error):
            raise
        raise TrainingError(
            f"the memory does not suffice for batches of {batch_size}",
            f"set batch_size = {max(1, batch_size // 2)} in the configuration, and run it again",
        ) from error


def _arguments(settings: QuotationSettings, checkpoints: Path) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch_size,
        bf16=settings.bf16,
        use_cpu=not torch.cuda.is_available(),
        seed=settings.seed,
        save_strategy="epoch",
        save_total_limit=2,
        logging_steps=50,
        report_to=["tensorboard"],
        remove_unused_columns=False,
        dataloader_drop_last=True,
        dataloader_pin_memory=torch.cuda.is_available(),
        max_grad_norm=1.0,
    )


def _groups(model: QuotationModel, settings: QuotationSettings) -> list[dict[str, Any]]:
    heads = [value for name, value in model.named_parameters() if not name.startswith(("encoder.", "types."))]
    encoder = [value for value in (*model.encoder.parameters(), *model.types.parameters()) if value.requires_grad]
    return [
        {"params": encoder, "lr": settings.learning_rate},
        {"params": heads, "lr": settings.head_learning_rate},
    ]
