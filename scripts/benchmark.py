"""Measures annotating against the bare encoder and against the plain way, on the same articles, in turn.

- *bare encoder*: the quotation encoder alone, on full windows that were tokenised beforehand, in the type it is run in.
- *bare encoders*: the same and the stance encoder, each over all wordpieces: what two passes cost at the least.
- *annotate*: the whole of ``Annotator.annotate``, text to records; then with fewer parts.
- *plain way*: the same encoder in float32 in a ``transformers`` token-classification pipeline, an article at a time.

Each is run once to warm up, then in turn for some rounds; the median counts. Start-up and memory are taken from
processes of their own.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import torch

from attribution.annotator import Annotator
from attribution.formats import Located, read_located
from attribution.quotations.encoding import Wordpieces, tokenize
from attribution.schema import Article
from attribution.terminal import note, say_json, table

ROOT = Path(__file__).parents[1]
OWN = [ROOT / "annotations" / "samples", ROOT / "annotations" / "gold"]
WINDOW = 254

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def main() -> None:
    """Parses, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", help="articles (default: the project's own)")
    parser.add_argument("--articles", type=int, default=150, help="how many, repeated if there are fewer (150)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (3)")
    parser.add_argument("--threads", type=int, default=0, help="threads (default: torch's choice)")
    parser.add_argument("--model", help="release directory (default: the release in use)")
    parser.add_argument("--json", action="store_true", help="as JSON")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    articles = list(islice(cycle(_articles(args.inputs or OWN)), args.articles))
    annotator = Annotator.load(args.model, device="cpu")
    pieces = [tokenize(article.text, annotator.finder.tokenizer) for article in articles]
    seconds = _in_turn(_jobs(annotator, articles, pieces), args.rounds)
    result = _result(seconds, [len(item) for item in pieces], annotator) | _processes(articles, args.model)
    if args.json:
        say_json(result)
    else:
        _print(result)


def _articles(inputs: list[Any]) -> list[Article]:
    found = [item.article for item in read_located(inputs) if isinstance(item, Located)]
    return sorted(found, key=lambda article: article.id)


def _jobs(annotator: Annotator, articles: list[Article], pieces: list[Wordpieces]) -> dict[str, Callable[[], object]]:
    batches = list(_batches(annotator, pieces))
    finder, judge = annotator.finder, annotator.judge
    jobs: dict[str, Callable[[], object]] = {"bare encoder": lambda: _encode(finder.model.encode, batches)}
    if judge is not None:
        network = judge.classifier.network
        vocabulary = network.encoder.config.vocab_size
        rows = network.encoder.config.type_vocab_size

        def second(ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> object:
            with torch.autocast("cpu", torch.bfloat16, enabled=dtype_of(annotator) == torch.bfloat16):
                return network.encoder(input_ids=ids % vocabulary, token_type_ids=types % rows, attention_mask=mask)

        jobs["bare encoders"] = lambda: (_encode(finder.model.encode, batches), _encode(second, batches))
    jobs["quotations"] = lambda: _drain(Annotator(finder), articles)
    if annotator.resolver is not None:
        jobs["quotations, speakers"] = lambda: _drain(Annotator(finder, annotator.resolver), articles)
    if judge is not None:
        jobs["annotate"] = lambda: _drain(annotator, articles)
    pipeline = _pipeline(annotator)
    jobs["plain way"] = lambda: [pipeline(article.text) for article in articles[: few(articles)]]
    return jobs


def dtype_of(annotator: Annotator) -> torch.dtype:
    """The type that the quotation encoder computes in."""
    dtype: torch.dtype = next(annotator.finder.model.encoder.parameters()).dtype
    return dtype


def few(items: list[Any]) -> int:
    """The plain way is so slow that it gets a fifth of the articles."""
    return max(1, len(items) // 5)


def _batches(annotator: Annotator, pieces: list[Wordpieces]) -> Iterator[Batch]:
    """All wordpieces in full windows without overlap or padding, in batches of the finder's size.

    The last window is filled up from the beginning.
    """
    count = -(-sum(len(item) for item in pieces) // WINDOW)
    ids, types = (
        torch.from_numpy(np.resize(np.concatenate(column), (count, WINDOW)))
        for column in ([item.ids for item in pieces], [item.types for item in pieces])
    )
    size = annotator.finder.batch_size
    for some_ids, some_types in zip(torch.split(ids, size), torch.split(types, size), strict=True):
        yield some_ids, some_types, torch.ones_like(some_ids)


@torch.inference_mode()
def _encode(encode: Callable[..., object], batches: list[Batch]) -> None:
    for batch in batches:
        encode(*batch)


def _drain(annotator: Annotator, articles: list[Article]) -> None:
    for _ in annotator.annotate(articles):
        pass


def _pipeline(annotator: Annotator) -> Callable[[str], object]:
    """What one would write first: a token-classification pipeline over windows with a stride, in float32."""
    from transformers import AutoConfig, AutoModelForTokenClassification, PreTrainedTokenizerFast, pipeline

    settings = dict(annotator.finder.model.config.encoder)
    settings = {name: value for name, value in settings.items() if name not in {"id2label", "label2id"}}
    config = AutoConfig.for_model(settings.pop("model_type"), **settings, num_labels=7)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=annotator.finder.tokenizer,
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        model_max_length=256,
    )
    model = AutoModelForTokenClassification.from_config(config).float().eval()
    made: Callable[[str], object] = pipeline(
        "token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="simple", stride=64, device="cpu"
    )
    return made


def _in_turn(jobs: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each job; the first round warms up and does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds + 1):
        for name, job in jobs.items():
            note(f"{'warming up' if turn == 0 else f'round {turn}'}: {name}")
            begun = time.perf_counter()
            job()
            if turn:
                seconds[name].append(time.perf_counter() - begun)
    return {name: statistics.median(found) for name, found in seconds.items()}


def _result(seconds: dict[str, float], sizes: list[int], annotator: Annotator) -> dict[str, Any]:
    number, articles = sum(sizes), len(sizes)
    done = {"plain way": sum(sizes[: few(sizes)])}
    rates = {name: done.get(name, number) / taken for name, taken in seconds.items()}
    whole = next(name for name in ("annotate", "quotations, speakers", "quotations") if name in rates)
    floor = "bare encoders" if "bare encoders" in rates else "bare encoder"
    return {
        "articles": articles,
        "wordpieces": number,
        "threads": torch.get_num_threads(),
        "type": str(dtype_of(annotator)).removeprefix("torch."),
        "release": annotator.release,
        "wordpieces_per_second": rates,
        "articles_per_second": {name: rate * articles / number for name, rate in rates.items()},
        "quotations_of_bare_encoder": rates["quotations"] / rates["bare encoder"],
        "whole_of_bare_encoders": rates[whole] / rates[floor],
        "quotations_times_plain_way": rates["quotations"] / rates["plain way"],
    }


def _processes(articles: list[Article], model: str | None) -> dict[str, Any]:
    """Start-up and memory, each in a process of its own."""
    command = [sys.executable, "-m", "attribution.cli"]
    chosen = ["--model", model] if model else []
    with tempfile.TemporaryDirectory() as folder:
        inputs: dict[str, Path] = {}
        for name, times in (("one", 0), ("once", 1), ("four times", 4)):
            inputs[name] = Path(folder, f"{name}.jsonl")
            some = articles[:1] if not times else articles * times
            with inputs[name].open("w", encoding="utf-8") as stream:
                stream.writelines(f"{json.dumps({'text': item.text})}\n" for item in some)
        run = [*command, "annotate", *chosen, "--device", "cpu", "-o", "-"]
        return {
            "seconds_to_help": _run([*command, "--help"])[0],
            "seconds_to_first_article": _run([*run, str(inputs["one"])])[0],
            "peak_mb": _run([*run, str(inputs["once"])])[1],
            "peak_mb_four_times_the_articles": _run([*run, str(inputs["four times"])])[1],
        }


_LAUNCHER = """
import os, subprocess, sys, time
begun = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.perf_counter() - begun, usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3))
sys.exit(os.waitstatus_to_exitcode(status))
"""


def _run(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory in MB of a command.

    A small process starts it, because the peak of a process counts what the one that started it held at that time.
    """
    done = subprocess.run([sys.executable, "-c", _LAUNCHER, *command], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"failed: {' '.join(command)}")
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def _print(result: dict[str, Any]) -> None:
    rates, per_article = result["wordpieces_per_second"], result["articles_per_second"]
    rows = [(name, f"{rate / 1000:.1f}", f"{per_article[name]:.1f}") for name, rate in rates.items()]
    what = f"{result['articles']} articles, {result['wordpieces']:,} wordpieces"
    table(
        ("", ">thousand wordpieces/s", ">articles/s"),
        rows,
        title=f"{what}, {result['threads']} threads, {result['type']}",
    )
    single = [name for name, value in result.items() if isinstance(value, float)]
    table(("", ">value"), [(name.replace("_", " "), f"{result[name]:.2f}") for name in single])


if __name__ == "__main__":
    main()
