"""Lacuna's engine in a process of its own that stays warm and runs when it is told to."""

import json
import pathlib
import subprocess
import sys


class Engine:
    """`lacuna bench engine --canvases`: a line with a temperature begins a round, a row of JSON is the answer."""

    def __init__(self, launcher, model, canvases, tokens_out, steps, slots, threads, dtype):
        self.tokens_out = pathlib.Path(tokens_out)
        command = [launcher, "bench", "engine", "--model", str(model), "--canvases", str(canvases)]
        command += ["--tokens-out", str(tokens_out), "--steps", str(steps), "--slots", str(slots)]
        command += ["--threads", str(threads), "--dtype", dtype, "--json"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.machine = self._row()

    def _row(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("lacuna ended before it answered; its message is above")
        return json.loads(line)

    def run(self, temperature):
        """Seconds of one round over all canvases."""
        self.process.stdin.write(f"{temperature}\n")
        self.process.stdin.flush()
        return self._row()["seconds"]

    def tokens(self):
        """The canvases as the last round filled them."""
        return [json.loads(line)["tokens"] for line in self.tokens_out.read_text().splitlines()]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
