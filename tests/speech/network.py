"""A small feed-forward network, trained by Adam on cross-entropy."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

BATCH = 512
EPOCHS = 8
FIRST_RATE, LAST_RATE = 1.5e-3, 2e-5
HELD_OUT = 12_000
NORMALISED_ON = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Layers of weights (inputs, outputs) with rectifiers between them.

    Attributes:
        weights, biases: one of each a layer, for raw inputs.
        priors: share of each class among the examples.
    """

    weights: list[Array]
    biases: list[Array]
    priors: NDArray[np.float64]


def train(
    inputs: NDArray[np.float16],
    labels: NDArray[np.int8],
    hidden: tuple[int, ...],
    seed: int,
    report: Callable[[str], None],
) -> Network:
    """Return a network that tells the class of an input."""
    rng = np.random.default_rng(seed)
    classes = int(labels.max()) + 1
    sizes = (inputs.shape[1], *hidden, classes)
    layers = _Layers(sizes, rng)
    order = rng.permutation(len(inputs))
    sample = inputs[order[:NORMALISED_ON]].astype(np.float32)
    mean, scale = sample.mean(axis=0), sample.std(axis=0) + np.float32(1e-5)
    held_out, order = order[:HELD_OUT], order[HELD_OUT:]
    steps = EPOCHS * (len(order) // BATCH)
    step = 0
    for epoch in range(EPOCHS):
        rng.shuffle(order)
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            batch = (inputs[rows].astype(np.float32) - mean) / scale
            done = step / steps
            rate = LAST_RATE + (FIRST_RATE - LAST_RATE) * 0.5 * (
                1 + np.cos(np.pi * done)
            )
            layers.learn(batch, labels[rows], float(rate))
            step += 1
        shown = (inputs[held_out].astype(np.float32) - mean) / scale
        right = (layers.outputs(shown).argmax(axis=1) == labels[held_out]).mean()
        report(f"epoch {epoch + 1} of {EPOCHS}: {right:.4f} of unseen frames right")
    weights = [w.copy() for w in layers.weights]
    biases = [b.copy() for b in layers.biases]
    biases[0] -= (mean / scale) @ weights[0]
    weights[0] /= scale[:, None]
    counts = np.bincount(labels, minlength=classes) + 1.0
    return Network(weights=weights, biases=biases, priors=counts / counts.sum())


class _Layers:
    """Weights under training, with Adam's moments (Kingma & Ba, 2015)."""

    def __init__(self, sizes: tuple[int, ...], rng: np.random.Generator) -> None:
        pairs = list(pairwise(sizes))
        self.weights = [
            (rng.standard_normal(pair) * np.sqrt(2.0 / pair[0])).astype(np.float32)
            for pair in pairs
        ]
        self.biases = [np.zeros(pair[1], np.float32) for pair in pairs]
        self._moments = [
            (np.zeros_like(p), np.zeros_like(p)) for p in self._parameters()
        ]
        self._steps = 0

    def _parameters(self) -> list[Array]:
        return [*self.weights, *self.biases]

    def outputs(self, batch: Array) -> Array:
        return self._forward(batch)[-1]

    def _forward(self, batch: Array) -> list[Array]:
        values = [batch]
        for index, (weight, bias) in enumerate(
            zip(self.weights, self.biases, strict=True)
        ):
            value = values[-1] @ weight + bias
            if index < len(self.weights) - 1:
                np.maximum(value, 0.0, out=value)
            values.append(value)
        return values

    def learn(self, batch: Array, labels: NDArray[np.int8], rate: float) -> None:
        """Take one step down the cross-entropy of a batch."""
        values = self._forward(batch)
        logits = values[-1] - values[-1].max(axis=1, keepdims=True)
        chances = np.exp(logits)
        chances /= chances.sum(axis=1, keepdims=True)
        chances[np.arange(len(labels)), labels] -= 1.0
        slope = chances / np.float32(len(labels))
        weight_slopes: list[Array] = []
        bias_slopes: list[Array] = []
        for index in reversed(range(len(self.weights))):
            weight_slopes.insert(0, values[index].T @ slope)
            bias_slopes.insert(0, slope.sum(axis=0))
            if index:
                slope = (slope @ self.weights[index].T) * (values[index] > 0)
        self._step([*weight_slopes, *bias_slopes], rate)

    def _step(self, slopes: list[Array], rate: float) -> None:
        self._steps += 1
        correction = np.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps)
        for parameter, slope, (first, second) in zip(
            self._parameters(), slopes, self._moments, strict=True
        ):
            first *= 0.9
            first += 0.1 * slope
            second *= 0.999
            second += 0.001 * slope * slope
            parameter -= rate * correction * first / (np.sqrt(second) + 1e-8)
