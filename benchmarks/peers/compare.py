#!/usr/bin/env python3
"""Lacuna's engine beside loops in PyTorch: same checkpoint, canvases, steps, settings and threads.

At temperature 0 in fp32 the tokens of all must be equal, or no time is printed. Then all take turns, round after
round, so that a machine that slows down slows all of them; times are medians. See README.md.
"""

import argparse
import dataclasses
import json
import pathlib
import platform
import statistics
import sys
import tempfile
import time

import torch
from tokenizers import Tokenizer

from engine import Engine
from loop import exponential_fp32, generate, gumbel_fp64
from model import Transformer

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Peer:
    """A loop in PyTorch. One that differs in its sampler alone need not run at temperature 0."""

    name: str
    dtype: torch.dtype
    gathered: bool
    draw: object
    compiled: bool = False
    greedy: bool = True


PEERS = [
    Peer("fp32", torch.float32, False, gumbel_fp64),
    Peer("fp32-gathered", torch.float32, True, gumbel_fp64),
    Peer("bf16", torch.bfloat16, False, gumbel_fp64),
    Peer("bf16-gathered", torch.bfloat16, True, gumbel_fp64),
    # So that nobody can say that noise in fp64 made the difference.
    Peer("fp32-fast-sampler", torch.float32, False, exponential_fp32, greedy=False),
    Peer("fp32-gathered-fast-sampler", torch.float32, True, exponential_fp32, greedy=False),
    Peer("bf16-gathered-fast-sampler", torch.bfloat16, True, exponential_fp32, greedy=False),
    # What PyTorch can do at best: fused kernels, and weights packed beforehand.
    Peer("fp32-gathered-compiled", torch.float32, True, exponential_fp32, compiled=True),
    Peer("bf16-gathered-compiled", torch.bfloat16, True, exponential_fp32, compiled=True),
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=pathlib.Path, default=ROOT / "demo-model", help="checkpoint folder")
    parser.add_argument("--documents", type=pathlib.Path, default=None, help="texts; heldout.jsonl of the model if absent")
    parser.add_argument("--launcher", default=str(ROOT / "lacuna"))
    parser.add_argument("--rows", type=int, default=16)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--prompt", type=int, default=32, help="known tokens at the beginning; the others are masks")
    parser.add_argument("--steps", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--temperatures", default="0,1")
    parser.add_argument("--peers", default="all", help="names from this file, separated by commas")
    parser.add_argument("--int8", action="store_true", help="the engine with dtype int8 as a further row")
    parser.add_argument("--json", type=pathlib.Path, help="where rows go as well, one object a line")
    return parser.parse_args()


def canvases_of(args, mask):
    """The beginnings of held-out texts, and masks behind them."""
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    documents = args.documents or args.model / "heldout.jsonl"
    canvases = []
    for line in documents.read_text().splitlines():
        ids = tokenizer.encode(json.loads(line)["text"], add_special_tokens=False).ids
        if len(ids) >= args.prompt and len(canvases) < args.rows:
            canvases.append(ids[: args.prompt] + [mask] * (args.length - args.prompt))
    if len(canvases) < args.rows:
        sys.exit(f"{documents} has {len(canvases)} texts of {args.prompt} tokens; {args.rows} are needed")
    return canvases


def compiled(function):
    """torch.compile with weights as constants, so that they are packed beforehand as ours are."""
    import torch._inductor.config

    torch._inductor.config.freezing = True
    return torch.compile(function, dynamic=False)


class Loop:
    """A peer that is ready to run."""

    def __init__(self, peer, args, mask, models):
        self.peer, self.args, self.mask = peer, args, mask
        if peer.dtype not in models:
            models[peer.dtype] = Transformer(args.model, peer.dtype, args.length)
        self.model = models[peer.dtype]
        self.states = compiled(self.model.states) if peer.compiled else None

    def fill(self, canvases, temperature, steps=None):
        return generate(
            self.model, canvases, self.mask, steps or self.args.steps, temperature, self.peer.draw,
            self.peer.gathered, self.states,
        )

    def seconds(self, canvases, temperature):
        begun = time.perf_counter()
        self.fill(canvases, temperature)
        return time.perf_counter() - begun


def require_equal(name, tokens, expected):
    """Ends the program unless all canvases are the same."""
    different = (tokens != expected).sum().item()
    if different:
        row, place = (tokens != expected).nonzero()[0].tolist()
        sys.exit(
            f"{name} and the engine differ at temperature 0 in {different} of {tokens.numel()} tokens, "
            f"first in row {row}, position {place}: {tokens[row, place]} and {expected[row, place]}; "
            "no times are compared"
        )


def take_turns(args, runs):
    """Seconds of every round, by name and temperature. runs: name -> (whether at 0 too, temperature -> seconds)."""
    seconds = {}
    temperatures = [float(t) for t in args.temperatures.split(",")]
    for _ in range(args.rounds):
        for temperature in temperatures:
            for name, (greedy, run) in runs.items():
                if greedy or temperature > 0:
                    seconds.setdefault((name, temperature), []).append(run(temperature))
    return seconds


def rows_of(args, seconds):
    """Medians, and how many times the engine's speed is each one's: the median of the rounds' ratios."""
    masks = args.rows * (args.length - args.prompt)
    for (name, temperature), own in seconds.items():
        engine = seconds[("lacuna fp32", temperature)]
        yield {
            "type": "peer",
            "name": name,
            "temperature": temperature,
            "rows": args.rows,
            "length": args.length,
            "masked": args.length - args.prompt,
            "steps": args.steps,
            "seconds": round(statistics.median(own), 3),
            "stepMillis": round(statistics.median(own) / args.steps * 1000, 1),
            "tokensPerSecond": round(masks / statistics.median(own), 1),
            "engineOverThis": round(statistics.median(o / e for o, e in zip(own, engine)), 2),
        }


def print_table(rows):
    print(f"{'':36}{'T':>4}{'seconds':>10}{'ms a step':>11}{'tokens/s':>10}{'engine ÷ this':>15}")
    for row in rows:
        print(
            f"{row['name']:36}{row['temperature']:>4g}{row['seconds']:>10.2f}{row['stepMillis']:>11.1f}"
            f"{row['tokensPerSecond']:>10.0f}{row['engineOverThis']:>15.2f}"
        )


def chosen_peers(args):
    names = [p.name for p in PEERS] if args.peers == "all" else [n for n in args.peers.split(",") if n]
    unknown = [n for n in names if n not in {p.name for p in PEERS}]
    if unknown:
        sys.exit(f"no peer {unknown[0]}; there are {', '.join(p.name for p in PEERS)}")
    return [p for p in PEERS if p.name in names]


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    mask = json.loads((args.model / "config.json").read_text())["mask_token_id"]
    canvases = canvases_of(args, mask)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "canvases.jsonl"
        file.write_text("".join(json.dumps({"tokens": c}) + "\n" for c in canvases))
        common = (args.launcher, args.model, file)
        engine = Engine(*common, f"{folder}/fp32.jsonl", args.steps, args.rows, args.threads, "fp32")
        engines = {"lacuna fp32": engine}
        if args.int8:
            engines["lacuna int8"] = Engine(
                *common, f"{folder}/int8.jsonl", args.steps, args.rows, args.threads, "int8"
            )
        compare(args, torch.tensor(canvases), mask, engines)
        for one in engines.values():
            one.close()


def compare(args, canvases, mask, engines):
    models = {}
    loops = [Loop(peer, args, mask, models) for peer in chosen_peers(args)]
    for one in engines.values():
        one.run(0.0)  # also the warm-up
    expected = torch.tensor(engines["lacuna fp32"].tokens())
    for loop in loops:
        if loop.peer.dtype == torch.float32 and not loop.peer.compiled:
            # Whatever the sampler, which temperature 0 doesn't use. Compiled code rounds otherwise: there
            # a tie may fall to another token.
            require_equal(loop.peer.name, loop.fill(canvases, 0.0), expected)
        for temperature in (0.0, 1.0):
            loop.fill(canvases, temperature, steps=2)  # warm-up
    print(f"equal tokens at temperature 0 in fp32: {expected.numel()} of {expected.numel()}", flush=True)
    runs = {name: (True, one.run) for name, one in engines.items()}
    for loop in loops:
        runs["pytorch " + loop.peer.name] = (
            loop.peer.greedy, lambda temperature, loop=loop: loop.seconds(canvases, temperature)
        )
    rows = list(rows_of(args, take_turns(args, runs)))
    machine = dict(engines["lacuna fp32"].machine, torch=torch.__version__, python=platform.python_version())
    print(", ".join(f"{k} {v}" for k, v in machine.items() if k != "type"))
    print_table(sorted(rows, key=lambda row: row["temperature"]))
    if args.json:
        args.json.write_text("".join(json.dumps(row) + "\n" for row in [machine, *rows]))


if __name__ == "__main__":
    main()
