"""Trained weights to ONNX: exported by PyTorch, stored in half precision, computed in single precision."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from attribution.network import N_TAGS, Encoder, PackedLstm, PairHead
from kg.tagger.features import CATEGORIES, N_CHARS, N_SHAPES

_OPSET = 17
_MIN_HALF = 256  # smaller weights stay as they are


def export_models(encoder: Encoder, head: PairHead, out: Path) -> None:
    """Write ``encoder.onnx`` and ``pairs.onnx``."""
    encoder.eval()
    head.eval()
    encoder.lstm = PackedLstm(encoder.lstm)  # type: ignore[arg-type]
    n_states = 2 * encoder.sizes.hidden
    lengths = torch.tensor([7, 5, 2])
    encoder_inputs = (
        torch.randn(9, encoder.sizes.vector),
        torch.ones(9, dtype=torch.int64),
        torch.ones(9, N_CHARS, dtype=torch.int64),
        torch.ones(9, N_SHAPES),
        torch.zeros(3, 7, dtype=torch.int64),
        torch.zeros(3, 7, len(CATEGORIES), dtype=torch.int64),
        torch.zeros(3, 7, dtype=torch.int64),
        lengths,
    )
    names = ["vectors", "word_ids", "chars", "shapes", "index", "categories", "heads", "lengths"]
    axes = {name: {0: "word"} for name in names[:4]} | {name: {0: "row", 1: "place"} for name in names[4:7]}
    axes |= {"lengths": {0: "row"}, "states": {0: "row", 1: "place"}, "tags": {0: "row", 1: "place"}}
    _export(encoder, encoder_inputs, names, ["states", "tags"], axes, out / "encoder.onnx")
    pair_inputs = (
        torch.randn(3, 7, n_states),
        torch.randn(3, 7, N_TAGS),
        lengths,
        torch.tensor([0, 1]),
        torch.tensor([1, 2]),
        torch.tensor([3, 4]),
        torch.zeros(2, 7, dtype=torch.int64),
        torch.zeros(2, 7, dtype=torch.int64),
    )
    names = ["states", "tags", "lengths", "doc", "starts", "ends", "distance", "sentence"]
    axes = {name: {0: "row", 1: "place"} for name in names[:2]} | {"lengths": {0: "row"}}
    axes |= {name: {0: "part"} for name in [*names[3:6], "nobody", "types", "media"]}
    axes |= {name: {0: "part", 1: "place"} for name in ("distance", "sentence", "pair")}
    _export(head, pair_inputs, names, ["pair", "nobody", "types", "media"], axes, out / "pairs.onnx")


def _export(
    module: nn.Module, inputs: tuple[Tensor, ...], names: list[str], outputs: list[str],
    axes: dict[str, dict[int, str]], path: Path,
) -> None:  # fmt: skip
    torch.onnx.export(
        module, inputs, str(path), dynamo=False, opset_version=_OPSET,
        input_names=names, output_names=outputs, dynamic_axes=axes,
    )  # fmt: skip
    model = onnx.load(str(path))
    halve(model)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))


def halve(model: onnx.ModelProto) -> None:
    """Store large single-precision weights in half precision, each with a cast that the runtime folds when it loads."""
    casts = []
    kept = []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or values.size < _MIN_HALF:
            kept.append(weight)
            continue
        half = f"{weight.name}_half"
        kept.append(numpy_helper.from_array(values.astype(np.float16), half))
        casts.append(helper.make_node("Cast", [half], [weight.name], to=TensorProto.FLOAT, name=f"cast_{weight.name}"))
    nodes = [*casts, *model.graph.node]
    del model.graph.initializer[:]
    del model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)
    model.doc_string = ""
