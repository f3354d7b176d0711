"""Small sherpa-onnx models that hear tones: each character is a pitch. Real graphs, run by the real library.

They let all that lies around a model be tried for sure: files and metadata, batches, features, times, and what becomes
of them. They say nothing of how well a real model hears Mandarin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tests.sounds import RATE_HZ, silence

# The characters that the models know, and the pitch of each in Hz.
PITCHES = {"您": 300, "好": 600, "请": 1000, "问": 1500, "什": 2200, "么": 3100, "事": 4300}
_MELS = 80
_WINDOW, _SHIFT = 7, 6
_SPECIAL = ("<|zh|>", "<|NEUTRAL|>", "<|Speech|>", "<|woitn|>")


def sound_of(text: str, ms_a_character: int = 240, pause_ms: int = 0) -> NDArray[np.float32]:
    """Return the tones (samples,) of a text, a pause after each."""
    times = np.arange(ms_a_character * RATE_HZ // 1000) / RATE_HZ
    pieces = []
    for character in text:
        pieces += [0.3 * np.sin(2 * np.pi * PITCHES[character] * times), silence(pause_ms)]
    return np.concatenate(pieces).astype(np.float32) if pieces else silence(0)


def _bin(hz: float, high_hz: float) -> int:
    """Return the mel band that a pitch lies in."""
    low, high, at = (1127 * np.log(1 + f / 700) for f in (20.0, high_hz, hz))
    return round((at - low) / (high - low) * (_MELS + 1)) - 1


def _weights(first: int, size: int, offset: int, high_hz: float, words: int) -> NDArray[np.float32]:
    """Return (size, words): the character with number ``first`` + n is as loud as the band of its pitch."""
    weights = np.zeros((size, words), dtype=np.float32)
    for number, hz in enumerate(PITCHES.values()):
        weights[offset + _bin(hz, high_hz), first + number] = 1
    return weights


def _constant(name: str, value: object, kind: type = np.int64) -> onnx.TensorProto:
    return numpy_helper.from_array(np.asarray(value, dtype=kind), name)


def _save(
    path: Path,
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[tuple[str, int, list[str | int]]],
    outputs: Sequence[tuple[str, int, list[str | int]]],
    constants: Sequence[onnx.TensorProto],
    metadata: Mapping[str, object],
) -> None:
    def infos(values: Sequence[tuple[str, int, list[str | int]]]) -> list[onnx.ValueInfoProto]:
        return [helper.make_tensor_value_info(*value) for value in values]

    graph = helper.make_graph(nodes, "tones", infos(inputs), infos(outputs), constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, {name: str(value) for name, value in metadata.items()})
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _tokens(folder: Path, tokens: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{token} {number}\n" for number, token in enumerate(tokens)]
    (folder / "tokens.txt").write_text("".join(lines), encoding="utf-8")


def _lfr_metadata(words: int) -> dict[str, object]:
    size = _MELS * _WINDOW
    return {
        "vocab_size": words,
        "lfr_window_size": _WINDOW,
        "lfr_window_shift": _SHIFT,
        "neg_mean": ",".join(["0"] * size),
        "inv_stddev": ",".join(["1"] * size),
    }


def sense_voice(folder: Path) -> Path:
    """Write a model with SenseVoice's interface: four tags come first, then CTC over frames of 60 ms."""
    tokens = ["<blk>", *_SPECIAL, *PITCHES]
    words, size = len(tokens), _MELS * _WINDOW
    _tokens(folder, tokens)
    bias = np.full(words, -1000, dtype=np.float32)
    bias[0], bias[5:] = 15, 0
    tags = np.full((1, 4, words), -1000, dtype=np.float32)
    tags[0, range(4), range(1, 5)] = 0
    nodes = [
        helper.make_node("MatMul", ["x", "weights"], ["loud"]),
        helper.make_node("Add", ["loud", "bias"], ["heard"]),
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Slice", ["shape", "zero", "one"], ["batch"]),
        helper.make_node("Concat", ["batch", "four", "words"], ["tag_shape"], axis=0),
        helper.make_node("Expand", ["tags", "tag_shape"], ["all_tags"]),
        helper.make_node("Concat", ["all_tags", "heard"], ["logits"], axis=1),
    ]
    constants = [
        _constant("weights", _weights(5, size, 3 * _MELS, 8000, words), np.float32),
        _constant("bias", bias, np.float32),
        _constant("tags", tags, np.float32),
        *(_constant(name, [n]) for name, n in (("zero", 0), ("one", 1), ("four", 4), ("words", words))),
    ]
    inputs = [("x", TensorProto.FLOAT, ["N", "T", size])]
    inputs += [(name, TensorProto.INT32, ["N"]) for name in ("x_length", "language", "text_norm")]
    metadata = _lfr_metadata(words) | {"model_type": "sense_voice_ctc", "normalize_samples": 0, "comment": "tones"}
    metadata |= {"with_itn": 14, "without_itn": 15, "lang_auto": 0, "lang_zh": 3, "lang_en": 4, "lang_yue": 7}
    metadata |= {"lang_ja": 11, "lang_ko": 12}
    outputs = [("logits", TensorProto.FLOAT, ["N", "L", words])]
    _save(folder / "model.int8.onnx", nodes, inputs, outputs, constants, metadata)
    return folder


def paraformer(folder: Path, *, times: bool = True) -> Path:
    """Write a model with Paraformer's interface: as many outputs as characters, and where each of them fired."""
    tokens = ["<blank>", "<s>", "</s>", *PITCHES]
    words, size = len(tokens), _MELS * _WINDOW
    _tokens(folder, tokens)
    bias = np.full(words, -1000, dtype=np.float32)
    bias[0], bias[3:] = 15, 0
    ends = np.full((1, 1, words), -1000, dtype=np.float32)
    ends[0, 0, 2] = 0
    nodes = [
        helper.make_node("MatMul", ["speech", "weights"], ["loud"]),
        helper.make_node("Add", ["loud", "bias"], ["heard"]),
        # A character begins where the loudest band is another than a frame ago, and is not the blank.
        helper.make_node("ArgMax", ["heard"], ["loudest"], axis=2, keepdims=0),
        helper.make_node("Pad", ["loudest", "pads", "zero_scalar"], ["shifted"]),
        helper.make_node("Slice", ["shifted", "zero", "minus_one", "one"], ["before"]),
        helper.make_node("Equal", ["loudest", "before"], ["same"]),
        helper.make_node("Not", ["same"], ["another"]),
        helper.make_node("Greater", ["loudest", "zero_scalar"], ["not_blank"]),
        helper.make_node("And", ["another", "not_blank"], ["fires"]),
        helper.make_node("Cast", ["fires"], ["fired"], to=TensorProto.FLOAT),
        # The frames that fire, in their order, then the others, whose output is the end.
        helper.make_node("CumSum", ["ones_of", "one_scalar"], ["positions"]),
        helper.make_node("Mul", ["fired", "far"], ["early"]),
        helper.make_node("Sub", ["early", "positions"], ["order"]),
        helper.make_node("ConstantOfShape", ["frames_shape"], ["ones_of"], value=_constant("value", [1], np.float32)),
        helper.make_node("Shape", ["fired"], ["frames_shape"]),
        helper.make_node("Slice", ["frames_shape", "one", "two"], ["frame_count"]),
        helper.make_node("TopK", ["order", "frame_count"], ["sorted", "places"], axis=1),
        helper.make_node("Unsqueeze", ["places", "two"], ["places_3d"]),
        helper.make_node("Shape", ["heard"], ["heard_shape"]),
        helper.make_node("Expand", ["places_3d", "heard_shape"], ["all_places"]),
        helper.make_node("GatherElements", ["heard", "all_places"], ["in_order"], axis=1),
        helper.make_node("Greater", ["sorted", "zero_float"], ["is_character"]),
        helper.make_node("Unsqueeze", ["is_character", "two"], ["is_character_3d"]),
        helper.make_node("Where", ["is_character_3d", "in_order", "ends"], ["logits"]),
        helper.make_node("ReduceSum", ["fired", "one"], ["count"], keepdims=0),
        helper.make_node("Cast", ["count"], ["token_num"], to=TensorProto.INT32),
        # Where they fired, three places to a frame, and one last firing at the end.
        helper.make_node("Unsqueeze", ["fired", "two"], ["fired_3d"]),
        helper.make_node("Pad", ["fired_3d", "pads_3d"], ["thirds"]),
        helper.make_node("Reshape", ["thirds", "flat"], ["peaks_open"]),
        helper.make_node("Pad", ["peaks_open", "pads_end", "one_float"], ["us_cif_peak"]),
        helper.make_node("Identity", ["us_cif_peak"], ["us_alphas"]),
    ]
    nodes = _sorted(nodes, {"speech", "speech_lengths"})
    constants = [
        _constant("weights", _weights(3, size, 3 * _MELS, 7600, words), np.float32),
        _constant("bias", bias, np.float32),
        _constant("ends", ends, np.float32),
        _constant("pads", [0, 1, 0, 0]),
        _constant("pads_3d", [0, 0, 0, 0, 0, 2]),
        _constant("pads_end", [0, 0, 0, 1]),
        _constant("flat", [0, -1]),
        _constant("far", 100_000, np.float32),
        _constant("zero_float", 0, np.float32),
        _constant("one_float", 1, np.float32),
        *(_constant(name, [n]) for name, n in (("zero", 0), ("one", 1), ("two", 2), ("minus_one", -1))),
        *(_constant(name, n) for name, n in (("zero_scalar", 0), ("one_scalar", 1))),
    ]
    inputs = [("speech", TensorProto.FLOAT, ["N", "T", size]), ("speech_lengths", TensorProto.INT32, ["N"])]
    outputs = [("logits", TensorProto.FLOAT, ["N", "L", words]), ("token_num", TensorProto.INT32, ["N"])]
    if times:
        outputs += [(name, TensorProto.FLOAT, ["N", "P"]) for name in ("us_alphas", "us_cif_peak")]
    metadata = _lfr_metadata(words) | {"model_type": "paraformer", "comment": "tones"}
    _save(folder / "model.onnx", nodes, inputs, outputs, constants, metadata)
    return folder


def _sorted(nodes: Sequence[onnx.NodeProto], known: set[str]) -> list[onnx.NodeProto]:
    """Return the nodes so that each comes after what it reads (constants are known)."""
    made = {output for node in nodes for output in node.output}
    ready, waiting = [], list(nodes)
    while waiting:
        node = next(n for n in waiting if all(i in known or i not in made for i in n.input))
        waiting.remove(node)
        ready.append(node)
        known |= set(node.output)
    return ready


def transducer(folder: Path) -> Path:
    """Write a model with an offline zipformer transducer's three parts: a frame of 40 ms speaks once."""
    tokens = ["<blk>", "<sos/eos>", "<unk>", *PITCHES]
    words = len(tokens)
    _tokens(folder, tokens)
    bias = np.full(words, -1000, dtype=np.float32)
    bias[0], bias[3:] = 0, 0
    encoder = [
        helper.make_node("Slice", ["x", "zero", "end", "time", "four"], ["every_fourth"]),
        helper.make_node("MatMul", ["every_fourth", "weights"], ["loud"]),
        helper.make_node("Add", ["loud", "bias"], ["encoder_out"]),
        helper.make_node("Add", ["x_lens", "three"], ["rounded"]),
        helper.make_node("Div", ["rounded", "four"], ["encoder_out_lens"]),
    ]
    _save(
        folder / "encoder-epoch-1-avg-1.onnx",
        encoder,
        [("x", TensorProto.FLOAT, ["N", "T", _MELS]), ("x_lens", TensorProto.INT64, ["N"])],
        [("encoder_out", TensorProto.FLOAT, ["N", "L", words]), ("encoder_out_lens", TensorProto.INT64, ["N"])],
        [
            _constant("weights", _weights(3, _MELS, 0, 7600, words), np.float32),
            _constant("bias", bias, np.float32),
            *(_constant(n, [v]) for n, v in (("zero", 0), ("end", 2**31), ("time", 1), ("four", 4), ("three", 3))),
        ],
        {"model_type": "zipformer2", "version": "1", "comment": "non-streaming zipformer2"},
    )
    # What was said last is not said again: a tone lasts for many frames.
    said = np.zeros((words, words), dtype=np.float32)
    said[range(3, words), range(3, words)] = 1000
    decoder = [
        helper.make_node("Gather", ["y", "last"], ["newest"], axis=1),
        helper.make_node("Gather", ["said", "newest"], ["decoder_out"], axis=0),
    ]
    _save(
        folder / "decoder-epoch-1-avg-1.onnx",
        decoder,
        [("y", TensorProto.INT64, ["N", 2])],
        [("decoder_out", TensorProto.FLOAT, ["N", words])],
        [_constant("last", 1), _constant("said", said, np.float32)],
        {"context_size": 2, "vocab_size": words},
    )
    _save(
        folder / "joiner-epoch-1-avg-1.onnx",
        [helper.make_node("Sub", ["encoder_out", "decoder_out"], ["logit"])],
        [(name, TensorProto.FLOAT, ["N", words]) for name in ("encoder_out", "decoder_out")],
        [("logit", TensorProto.FLOAT, ["N", words])],
        [],
        {"joiner_dim": words},
    )
    return folder
