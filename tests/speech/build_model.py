"""Build the fixture model: `python -m tests.speech.build_model`."""

import tempfile
import zipfile
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
import numpy as np

from tests.speech.acoustic_model import (
    SILENCES,
    phone_names,
    word_boundaries,
    write_acoustic_model,
)
from tests.speech.espeak import Voice, synthesiser
from tests.speech.graph import write_graph
from tests.speech.mfcc import KALDI_OPTIONS
from tests.speech.network import Network, train
from tests.speech.phones import pronunciation
from tests.speech.training import Examples, examples
from tests.speech.vocabulary import (
    HERE,
    call_sentences,
    listed_words,
    model_sentences,
    vocabulary,
)

NAME = "vosk-model-fixture-tr"
TARGET = HERE.parents[1] / "recordings" / "fixture" / f"{NAME}.zip"
HIDDEN = (320, 320)
SEED = 2026

MODEL_OPTIONS = f"""\
--min-active=200
--max-active=3000
--beam=12.0
--lattice-beam=4.0
--acoustic-scale=1.0
--frame-subsampling-factor=3
--endpoint.silence-phones={":".join(str(n) for n in range(1, SILENCES + 1))}
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=1.0
--endpoint.rule4.min-trailing-silence=2.0
"""


@click.command()
@click.option("--utterances", default=3200, help="How many sentences to learn from.")
@click.option(
    "--network", type=click.Path(path_type=Path), help="Keep or reuse it here."
)
def main(utterances: int, network: Path | None) -> None:
    """Train the model on espeak-ng speech and write its archive."""
    if network is not None and network.exists():
        trained = _load(network)
    else:
        trained = _train(utterances)
        if network is not None:
            _save(network, trained)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / NAME
        _write_model(folder, Path(scratch), trained)
        _write_archive(folder, TARGET)
    click.echo(f"{TARGET}: {TARGET.stat().st_size / 1000:.0f} kB")


def _examples(part: tuple[int, int]) -> Examples:
    count, seed = part
    sentences = model_sentences()
    return examples(sentences, sorted(listed_words()), count, seed)


def _train(utterances: int) -> Network:
    parts = [(utterances // 4, SEED + n) for n in range(4)]
    with get_context("spawn").Pool(2) as pool:
        found = pool.map(_examples, parts)
    inputs = np.concatenate([part[0] for part in found])
    labels = np.concatenate([part[1] for part in found])
    click.echo(f"{len(inputs)} frames to learn from")
    return train(inputs, labels, HIDDEN, SEED, click.echo)


def _write_model(folder: Path, scratch: Path, network: Network) -> None:
    for part in ("am", "conf", "graph/phones"):
        (folder / part).mkdir(parents=True)
    write_acoustic_model(folder / "am" / "final.mdl", network)
    (folder / "conf" / "mfcc.conf").write_text(KALDI_OPTIONS)
    (folder / "conf" / "model.conf").write_text(MODEL_OPTIONS)
    boundaries = folder / "graph" / "phones" / "word_boundary.int"
    boundaries.write_text(word_boundaries())
    table = "".join(f"{name} {n}\n" for n, name in enumerate(phone_names(), 1))
    (folder / "graph" / "phones.txt").write_text(f"<eps> 0\n{table}", "utf-8")
    (folder / "README").write_text((HERE / "MODEL_README").read_text("utf-8"), "utf-8")
    lexicon = {
        word: pronunciation(synthesiser().speak(word, Voice("tr", rate=150)).phonemes)
        for word in vocabulary()
    }
    sentences = [*model_sentences(), *call_sentences()]
    write_graph(folder / "graph", scratch, lexicon, sentences)


def _write_archive(folder: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            entry = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def _save(path: Path, network: Network) -> None:
    kept: dict[str, Any] = {"priors": network.priors}  # as numpy's stub wants it
    for n, (weights, biases) in enumerate(
        zip(network.weights, network.biases, strict=True)
    ):
        kept |= {f"w{n}": weights, f"b{n}": biases}
    np.savez(path, **kept)


def _load(path: Path) -> Network:
    with np.load(path) as kept:
        count = sum(name.startswith("w") for name in kept.files)
        return Network(
            weights=[kept[f"w{n}"] for n in range(count)],
            biases=[kept[f"b{n}"] for n in range(count)],
            priors=kept["priors"],
        )


if __name__ == "__main__":
    main()
