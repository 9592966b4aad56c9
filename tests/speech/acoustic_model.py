"""A trained network as Kaldi's nnet3 acoustic model, in Kaldi's text form.

A phone is one sound at one place in a word (`a_B`, `a_I`, `a_E`, `a_S`) and has one
state with a loop, so that transition ids are 2n + 1 (loop) and 2n + 2 (leave) for
the n-th phone, counted from 0.
"""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.speech.network import Network
from tests.speech.phones import PHONES, SILENCE
from tests.speech.training import OFFSETS

POSITIONS = {"B": "begin", "I": "internal", "E": "end", "S": "singleton"}

SILENCES = 10
"""Vosk takes phones 1 to 10 of a model without model.conf for silence."""

ACOUSTIC_SCALE = 0.4
"""How far the network's certainty is trusted; Kaldi's own scale then stays 1."""


def phone_names() -> list[str]:
    """Return the names of all phones; number n has the id n + 1."""
    sounds = [sound for sound in PHONES if sound != SILENCE]
    silences = [SILENCE, *(f"{SILENCE}{n}" for n in range(2, SILENCES + 1))]
    return silences + [f"{sound}_{place}" for sound in sounds for place in POSITIONS]


def phone_classes() -> list[int]:
    """Return the network's output for every phone."""
    return [
        0 if name.startswith(SILENCE) else PHONES.index(name.split("_")[0])
        for name in phone_names()
    ]


def transition_count() -> int:
    return 2 * len(phone_names())


def write_acoustic_model(path: Path, network: Network) -> None:
    """Write final.mdl: phones, transitions and the network."""
    path.write_text(_transitions() + _network(network), "ascii")


def word_boundaries() -> str:
    """Return the content of word_boundary.int."""
    kinds = (
        POSITIONS[name[-1]] if "_" in name else "nonword" for name in phone_names()
    )
    return "".join(f"{n} {kind}\n" for n, kind in enumerate(kinds, 1))


def _transitions() -> str:
    classes = phone_classes()
    ids = " ".join(str(n) for n in range(1, len(classes) + 1))
    triples = "".join(f"{n} 0 {pdf} \n" for n, pdf in enumerate(classes, 1))
    logs = np.array([0.0] + [math.log(0.5)] * transition_count())
    return (
        "<TransitionModel> \n<Topology> \n<TopologyEntry> \n"
        f"<ForPhones> \n{ids} \n</ForPhones> \n"
        "<State> 0 <PdfClass> 0 <Transition> 0 0.5 <Transition> 1 0.5 </State> \n"
        "<State> 1 </State> \n</TopologyEntry> \n</Topology> \n"
        f"<Triples> {len(classes)} \n{triples}</Triples> \n"
        f"<LogProbs> \n{_vector(logs)}</LogProbs> \n</TransitionModel> \n"
    )


def _network(network: Network) -> str:
    layers = len(network.weights)
    spliced = ", ".join(
        "input" if offset == 0 else f"Offset(input, {offset})" for offset in OFFSETS
    )
    nodes = [
        "input-node name=input dim=30",
        f"component-node name=affine0 component=affine0 input=Append({spliced})",
    ]
    components: list[str] = []
    for n, (weights, biases) in enumerate(
        zip(network.weights, network.biases, strict=True)
    ):
        components.append(
            f"<ComponentName> affine{n} <FixedAffineComponent> "
            f"<LinearParams>  {_matrix(weights.T)}<BiasParams>  {_vector(biases)}"
            "</FixedAffineComponent> \n"
        )
        if n == layers - 1:
            break
        nodes += [
            f"component-node name=relu{n} component=relu{n} input=affine{n}",
            f"component-node name=affine{n + 1} component=affine{n + 1} input=relu{n}",
        ]
        components.append(_simple(f"relu{n}", "RectifiedLinear", weights.shape[1]))
    components.append(_simple("log", "LogSoftmax", len(network.priors)))
    nodes += [
        f"component-node name=log component=log input=affine{layers - 1}",
        f"output-node name=output input=Scale({ACOUSTIC_SCALE}, log) objective=linear",
    ]
    edge = int(OFFSETS.max())
    return (
        "<Nnet3> \n" + "\n".join(nodes) + "\n\n"
        f"<NumComponents> {len(components)} \n{''.join(components)}</Nnet3> \n"
        f"<LeftContext> {edge} <RightContext> {edge} "
        f"<Priors>  {_vector(network.priors**ACOUSTIC_SCALE)}"
    )


def _simple(name: str, kind: str, size: int) -> str:
    return (
        f"<ComponentName> {name} <{kind}Component> <Dim> {size} <ValueAvg>  [ ]\n"
        f"<DerivAvg>  [ ]\n<Count> 0 </{kind}Component> \n"
    )


def _matrix(values: NDArray[np.float32]) -> str:
    rows = "\n".join(" ".join(f"{value:.3g}" for value in row) for row in values)
    return f"[\n{rows} ]\n"


def _vector(values: NDArray[np.floating]) -> str:
    return "[ " + " ".join(f"{value:.5g}" for value in values) + " ]\n"
