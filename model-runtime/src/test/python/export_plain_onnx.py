"""Exports the tiny plain ONNX models of the tests (src/test/resources/plain-onnx).

    python export_plain_onnx.py ../resources/plain-onnx

Needs torch, onnx and numpy. The weights are random; the same versions give the same files.
"""

import json
import pathlib
import sys

import onnx
import torch
from torch import nn

VOCABULARY, WIDTH, LENGTH, HEADS = 24, 16, 64, 2
WORDS = ["<pad>", "<end>", "<mask>", "<unk>"] + [
    "the", "a", "cat", "dog", "sat", "ran", "on", "in", "mat", "house", "red", "blue", "and",
    "or", "it", "was", "big", "old",
]  # 22 tokens: the last two logits stand for none


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.places = nn.Embedding(LENGTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.final = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, input_ids, attention_mask=None):
        rows, length = input_ids.shape
        x = self.tokens(input_ids) + self.places(torch.arange(length))
        q, k, v = self.qkv(self.norm(x)).view(rows, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5
        if attention_mask is not None:
            scores = scores + (1.0 - attention_mask[:, None, None, :].to(scores.dtype)) * -1e4
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(rows, length, WIDTH)
        return self.head(self.final(x + self.out(mixed)))


def export(model, path, opset, mask, half=False, ids=torch.int64):
    input_ids = torch.zeros(2, 5, dtype=ids)
    arguments = (input_ids, torch.ones(2, 5, dtype=torch.int64)) if mask else (input_ids,)
    names = ["input_ids", "attention_mask"][: len(arguments)]
    if half:
        model = Half(model)
    torch.onnx.export(
        model, arguments, str(path), input_names=names, output_names=["logits"], opset_version=opset,
        dynamic_axes={name: {0: "batch", 1: "length"} for name in names + ["logits"]}, dynamo=False)


class Half(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask=None):
        return self.model(input_ids.long(), attention_mask).half()


def folder(target, name):
    path = target / name
    path.mkdir(parents=True, exist_ok=True)
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None,
        "added_tokens": [
            {"id": i, "content": WORDS[i], "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True} for i in range(4)],
        "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": {w: i for i, w in enumerate(WORDS)}, "unk_token": "<unk>"},
    }
    (path / "tokenizer.json").write_text(json.dumps(tokenizer, indent=1) + "\n")
    manifest = {
        "format": 1,
        "family": "tiny",
        "graph": {"file": "model.onnx"},
        "canvas_limit": LENGTH,
        "special": {"mask": 2, "end": 1, "pad": 0},
        "defaults": {"steps": 8, "order": "confidence", "schedule": "even", "temperature": 0},
    }
    (path / "lacuna.json").write_text(json.dumps(manifest, indent=2) + "\n")
    return path


def main():
    target = pathlib.Path(sys.argv[1])
    torch.manual_seed(20261122)
    model = Tiny().eval()
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.6)
    export(model, folder(target, "masked") / "model.onnx", 13, True)
    export(model, folder(target, "unmasked") / "model.onnx", 17, False)
    export(model, folder(target, "half") / "model.onnx", 18, True, half=True, ids=torch.int32)
    external = folder(target, "external") / "model.onnx"
    export(model, external, 20, True)
    onnx.save_model(
        onnx.load(str(external)), str(external), save_as_external_data=True, location="weights.bin",
        size_threshold=256)


main()
