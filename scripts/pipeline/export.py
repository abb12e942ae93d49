"""Trained weights to the three graphs of ``kg.nlp.network``: large weights in 8 bit, computed in single precision."""

import copy
from pathlib import Path

import numpy as np
import onnx
import torch
from attribution.network import PackedLstm
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from kg.nlp.word_forms import N_LETTERS, N_READINGS, N_SHAPES, PATH_LENGTHS
from pipeline.network import Network

_OPSET = 17
_MIN_SMALL = 512
"""Smaller weights stay in single precision."""


class _Encoder(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, rows: Tensor, lengths: Tensor) -> tuple[Tensor, ...]:
        network = self.network
        rows, states = network.encode(rows, lengths, torch.zeros_like(lengths))
        tags, features, lemmas = network.score_words(rows, states)
        arcs, words, heads = network.score_arcs(states)
        entities = torch.log_softmax(network.score_entities(rows, states, lengths), 2)
        return tags.argmax(2), features, lemmas.argmax(2), arcs, words, heads, entities


class _Labels(nn.Module):
    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, words: Tensor, heads: Tensor) -> Tensor:
        return self.network.score_labels(words, heads).argmax(1)


def export(network: Network, out: Path, bits: int = 8) -> None:
    """Write ``forms.onnx``, ``encoder.onnx`` and ``labels.onnx``; ``bits``: of the large weights, 8, 16 or 32."""
    network = copy.deepcopy(network).eval()
    network.lstm = PackedLstm(network.lstm)  # type: ignore[assignment]
    network.entity_lstm = PackedLstm(network.entity_lstm)  # type: ignore[assignment]
    out.mkdir(parents=True, exist_ok=True)
    forms = (
        torch.randn(5, network.sizes.vector),
        torch.ones(5, N_LETTERS, dtype=torch.int64),
        torch.ones(5, dtype=torch.int64),
        torch.ones(5, len(PATH_LENGTHS), dtype=torch.int64),
        torch.ones(5, N_SHAPES + N_READINGS),
    )
    names = ["vectors", "letters", "words", "paths", "flags"]
    axes = {name: {0: "form"} for name in [*names, "rows"]}
    _write(network.forms, forms, names, ["rows"], axes, out / "forms.onnx", bits)
    lengths = torch.tensor([7, 5, 2])
    rows = torch.randn(3, 7, network.forms.n_out)
    outputs = ["tags", "features", "lemmas", "arcs", "words", "heads", "entities"]
    axes = {name: {0: "row", 1: "place"} for name in ["rows", *outputs]} | {"lengths": {0: "row"}}
    axes["arcs"][2] = "head"
    _write(_Encoder(network), (rows, lengths), ["rows", "lengths"], outputs, axes, out / "encoder.onnx", bits)
    pairs = (torch.randn(5, network.sizes.label), torch.randn(5, network.sizes.label))
    axes = {name: {0: "pair"} for name in ("words", "heads", "relations")}
    _write(_Labels(network), pairs, ["words", "heads"], ["relations"], axes, out / "labels.onnx", bits)


def _write(
    module: nn.Module, inputs: tuple[Tensor, ...], names: list[str], outputs: list[str],
    axes: dict[str, dict[int, str]], path: Path, bits: int,
) -> None:  # fmt: skip
    torch.onnx.export(
        module, inputs, str(path), dynamo=False, opset_version=_OPSET,
        input_names=names, output_names=outputs, dynamic_axes=axes,
    )  # fmt: skip
    model = onnx.load(str(path))
    if bits < 32:
        _shrink(model, bits)
    model.doc_string = ""
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _shrink(model: onnx.ModelProto, bits: int) -> None:
    """Store large weights in half precision or in 8 bit with a scale for each row; the runtime unfolds them on loading."""
    nodes = []
    kept = []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or values.size < _MIN_SMALL:
            kept.append(weight)
            continue
        name = weight.name
        if bits == 16 or values.ndim < 2:
            kept.append(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
            nodes.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT, name=f"cast_{name}"))
            continue
        # the axis with the finest scales: the last but one of a matrix to multiply with, the rows of a table
        scale = np.abs(values).max(-1, keepdims=True) / 127
        scale[scale == 0] = 1
        kept.append(numpy_helper.from_array(np.round(values / scale).astype(np.int8), f"{name}_byte"))
        kept.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}_scale"))
        nodes.append(
            helper.make_node("Cast", [f"{name}_byte"], [f"{name}_wide"], to=TensorProto.FLOAT, name=f"cast_{name}")
        )
        nodes.append(helper.make_node("Mul", [f"{name}_wide", f"{name}_scale"], [name], name=f"scale_{name}"))
    nodes += list(model.graph.node)
    del model.graph.initializer[:]
    del model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)
