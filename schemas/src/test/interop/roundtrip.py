"""Writes a GenerationRequest and reads its GenerationCompletion without any of Lacuna's code.

It needs what users of other languages have: the .avsc file of the request, the schema registry's HTTP
interface, an Avro library (fastavro) and a Kafka client (kcat, a build without Avro will do). It proves
that the wire contract is enough to talk to Lacuna.

    python roundtrip.py --bootstrap localhost:9092 --registry http://localhost:8081 --id order-17

Prints one JSON object: {"request": ..., "completion": ..., "timings": [...]}. Exit status 0 if the
completion came, 1 if not in time, 2 if a tool or the registry fails.
"""

import argparse
import io
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import fastavro

SCHEMA_FILE = pathlib.Path(__file__).resolve().parents[2] / "main/avro/GenerationRequest.avsc"
FRAME = struct.Struct(">bI")  # magic byte 0, schema id, both before the Avro binary


class Registry:
    """The few calls of the schema registry's HTTP interface that a client needs."""

    def __init__(self, url):
        self.url = url.rstrip("/")
        self.schemas = {}

    def call(self, path, body=None):
        request = urllib.request.Request(self.url + path)
        request.add_header("Accept", "application/vnd.schemaregistry.v1+json, application/json")
        if body is not None:
            request.add_header("Content-Type", "application/vnd.schemaregistry.v1+json")
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.load(response)

    def id_of(self, subject, schema_text):
        """Id of this schema under a subject, however it is written; HTTP 404 if it is not registered."""
        return self.call(f"/subjects/{subject}?normalize=true", {"schema": schema_text})["id"]

    def schema(self, schema_id):
        if schema_id not in self.schemas:
            text = self.call(f"/schemas/ids/{schema_id}")["schema"]
            self.schemas[schema_id] = fastavro.parse_schema(json.loads(text))
        return self.schemas[schema_id]


def encode(schema_id, schema, record):
    out = io.BytesIO()
    out.write(FRAME.pack(0, schema_id))
    fastavro.schemaless_writer(out, schema, record)
    return out.getvalue()


def decode(registry, value):
    magic, schema_id = FRAME.unpack_from(value)
    if magic != 0:
        raise ValueError(f"no schema registry framing: the value begins with byte {magic}")
    body = io.BytesIO(value[FRAME.size :])
    record = fastavro.schemaless_reader(body, registry.schema(schema_id), None)
    if body.read():
        raise ValueError("bytes follow the record")
    return record


def kcat(arguments, timeout):
    """Runs kcat and returns its output, bytes."""
    done = subprocess.run(["kcat", "-q", *arguments], capture_output=True, timeout=timeout)
    if done.returncode != 0:
        raise RuntimeError(f"kcat {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def produce(bootstrap, topic, key, value):
    with tempfile.NamedTemporaryFile() as file:
        file.write(value)
        file.flush()
        # murmur2_random is the partitioner of Java's producer: control records must land beside requests.
        settings = ["-X", "topic.partitioner=murmur2_random", "-X", "topic.acks=all"]
        kcat(["-P", "-b", bootstrap, "-t", topic, "-k", key, *settings, file.name], timeout=30)


def consume(bootstrap, topic):
    """Key and value of every committed record of a topic, up to its end."""
    out = kcat(
        ["-C", "-b", bootstrap, "-t", topic, "-o", "beginning", "-e"]
        + ["-X", "isolation.level=read_committed", "-f", "%K %S\\n%k%s\\n"],
        timeout=60,
    )
    position = 0
    while position < len(out):
        line_end = out.index(b"\n", position)
        key_length, value_length = (max(0, int(n)) for n in out[position:line_end].split())
        key_end = line_end + 1 + key_length
        yield out[line_end + 1 : key_end].decode(), out[key_end : key_end + value_length]
        position = key_end + value_length + 1


def read_of(registry, bootstrap, topic, request_id):
    return [
        decode(registry, value)
        for key, value in consume(bootstrap, topic)
        if key == request_id and value
    ]


def request(arguments):
    """The least that a request needs; fastavro fills in the defaults of the schema."""
    return {
        "id": arguments.id,
        "model": arguments.model,
        "document": [
            ("dev.lacuna.wire.Text", {"content": arguments.before}),
            ("dev.lacuna.wire.Blank", {"tokens": arguments.tokens, "name": "gap"}),
            ("dev.lacuna.wire.Text", {"content": arguments.after}),
        ],
        "sampling": {"steps": arguments.steps, "seed": arguments.seed},
        "labels": {"from": "python"},
    }


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--registry", required=True, help="base address, such as http://localhost:8081")
    parser.add_argument("--requests", default="lacuna.requests", help="topic")
    parser.add_argument("--completions", default="lacuna.completions", help="topic")
    parser.add_argument("--timings", help="topic; the timings are read too if given")
    parser.add_argument("--id", required=True, help="id of the request, and key of its records")
    parser.add_argument("--model", help="the worker's default model if absent")
    parser.add_argument("--before", default="A library for ")
    parser.add_argument("--tokens", type=int, default=8, help="length of the blank")
    parser.add_argument("--after", default=" in Python.")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--wait", type=float, default=60, help="seconds to wait for the completion")
    parser.add_argument("--schema", type=pathlib.Path, default=SCHEMA_FILE)
    return parser.parse_args()


def run(arguments):
    registry = Registry(arguments.registry)
    text = arguments.schema.read_text()
    schema_id = registry.id_of(arguments.requests + "-value", text)
    sent = request(arguments)
    value = encode(schema_id, fastavro.parse_schema(json.loads(text)), sent)
    produce(arguments.bootstrap, arguments.requests, arguments.id, value)

    deadline = time.monotonic() + arguments.wait
    completions = []
    while not completions and time.monotonic() < deadline:
        time.sleep(0.5)
        completions = read_of(registry, arguments.bootstrap, arguments.completions, arguments.id)
    result = {"request": {"schemaId": schema_id, "bytes": len(value)}, "completions": len(completions)}
    result["completion"] = completions[0] if completions else None
    if arguments.timings:
        result["timings"] = read_of(registry, arguments.bootstrap, arguments.timings, arguments.id)
    print(json.dumps(result, default=str, ensure_ascii=False))
    return 0 if completions else 1


def main():
    try:
        return run(parse_arguments())
    except urllib.error.HTTPError as error:
        print(f"registry: HTTP {error.code} for {error.url}: {error.read().decode()}", file=sys.stderr)
    except (urllib.error.URLError, RuntimeError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
