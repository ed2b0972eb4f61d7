"""Small things that many tests share. Everything in here is invented."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, settings

from attribution.schema import AnnotatedArticle, Article, Attribution, Span

# How long an example takes says more about the machine than about the code.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")

Parts = str | Sequence[str]


def find(text: str, part: str) -> Span:
    """The only place of ``part`` in ``text``."""
    assert text.count(part) == 1, f"{part!r} must stand exactly once in the text"
    start = text.index(part)
    return Span.of(text, start, start + len(part))


def spans(text: str, parts: Parts) -> list[Span]:
    return [find(text, part) for part in ([parts] if isinstance(parts, str) else parts)]


@pytest.fixture(scope="session")
def quote() -> Callable[..., Attribution]:
    """Makes an attribution from parts of a text that stand in it once: ``quote(text, content, cue, source)``."""

    def make(text: str, content: Parts, cue: Parts = (), source: Parts = (), **rest: object) -> Attribution:
        fields = {"id": "a1", "kind": "direct"} | rest
        found = {"content": spans(text, content), "cue": spans(text, cue), "source": spans(text, source)}
        return Attribution.model_validate(fields | found)

    return make


@pytest.fixture(scope="session")
def annotated() -> Callable[..., AnnotatedArticle]:
    """Makes an annotated article: ``annotated(text, *attributions, id="x")``."""

    def make(text: str, *attributions: Attribution, id: str = "x", **rest: object) -> AnnotatedArticle:
        numbered = [item.model_copy(update={"id": f"a{at}"}) for at, item in enumerate(attributions, 1)]
        return AnnotatedArticle.model_validate({"article": Article(id=id, text=text), "attributions": numbered} | rest)

    return make


def build_encoder(directory: Path) -> Path:
    """Writes a BERT of 2 layers and 32 dimensions with a tokenizer of single characters and some words."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel

    words = (
        "the of said told and that he she it who was according to minister spokesperson not will we i a in on".split()
    )
    characters = [chr(code) for code in range(33, 127)] + list("“”‘’«»„–—…éüğışöç")
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *dict.fromkeys(c.lower() for c in characters)]
    pieces += [f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz0123456789"] + [w for w in words if len(w) > 1]
    tokenizer = Tokenizer(models.WordPiece({piece: at for at, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        max_position_embeddings=128,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(directory)
    tokenizer.save(str(directory / "tokenizer.json"))
    return directory


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with an untrained encoder of Hugging Face layout, small enough for tests."""
    return build_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="session")
def tiny_quotations(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quotations part of a release, with an untrained model that finds something nearly everywhere."""
    from attribution.quotations.storage import save_model
    from attribution.training.quotations import load_tokenizer, new_model

    torch.manual_seed(1)
    model = new_model(str(tiny_encoder))
    model.config.window, model.config.overlap, model.config.reach = 40, 12, 16
    torch.nn.init.constant_(model.detector[-1].bias, 0.0)
    directory = tmp_path_factory.mktemp("release") / "quotations"
    calibration = {"weights": [1.0, 0.0, 0.0, 0.0, 0.0], "bias": 0.0, "threshold": 0.3}
    save_model(model, load_tokenizer(tiny_encoder), directory, {"calibration": calibration})
    return directory


@pytest.fixture(scope="session")
def tiny_release(tiny_quotations: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole release with an untrained quotations part and nothing else."""
    from attribution.release import drafting

    directory = tmp_path_factory.mktemp("models") / "2031.1"
    with drafting(directory) as draft:
        shutil.copytree(tiny_quotations, draft / "quotations")
    return directory
