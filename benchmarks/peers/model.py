"""A LLaMA-shaped bidirectional transformer in plain PyTorch, from a checkpoint folder.

The same arithmetic as `lacuna` serves: RMS norm, rotary positions, gated SiLU, tied or own head, no causal mask.
"""

import json
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

NEVER = -1e30  # logit of an id that is never proposed, as in lacuna's graph


class Transformer:
    """Weights of one number format and the forward pass over them.

    Rotary tables and the logits' bias are made once; norms and products are PyTorch's own fused ones.
    """

    def __init__(self, folder: pathlib.Path, dtype: torch.dtype, length: int):
        self.config = json.loads((folder / "config.json").read_text())
        c = self.config
        if c["model_type"] != "llama":
            raise SystemExit(f"{folder} has model_type {c['model_type']}; only llama is compared")
        weights = {k: v.to(dtype) for k, v in load_file(folder / "model.safetensors").items()}
        self.heads = c["num_attention_heads"]
        self.key_value_heads = c.get("num_key_value_heads", self.heads)
        self.width = c.get("head_dim", c["hidden_size"] // self.heads)
        self.epsilon = c["rms_norm_eps"]
        self.embedding = weights["model.embed_tokens.weight"]
        self.final_norm = weights["model.norm.weight"]
        self.head = self.embedding if c.get("tie_word_embeddings") else weights["lm_head.weight"]
        self.layers = [self._layer(weights, i) for i in range(c["num_hidden_layers"])]
        half = torch.arange(0, self.width, 2).float() / self.width
        angles = torch.outer(torch.arange(length).float(), 1 / c.get("rope_theta", 10000.0) ** half)
        self.cos = torch.cat([angles.cos()] * 2, -1).to(dtype)  # (length, width)
        self.sin = torch.cat([angles.sin()] * 2, -1).to(dtype)
        self.bias = torch.zeros(self.head.shape[0], dtype=dtype)
        # What lacuna holds back too: the mask, padding, and the end of the text inside of a document.
        for name in ("mask_token_id", "pad_token_id", "eos_token_id"):
            self.bias[c[name]] = NEVER

    @staticmethod
    def _layer(weights, i):
        prefix = f"model.layers.{i}."
        names = {
            "attention_norm": "input_layernorm",
            "q": "self_attn.q_proj",
            "k": "self_attn.k_proj",
            "v": "self_attn.v_proj",
            "o": "self_attn.o_proj",
            "mlp_norm": "post_attention_layernorm",
            "gate": "mlp.gate_proj",
            "up": "mlp.up_proj",
            "down": "mlp.down_proj",
        }
        return {short: weights[f"{prefix}{name}.weight"] for short, name in names.items()}

    def states(self, tokens: torch.Tensor) -> torch.Tensor:
        """States behind the last norm. tokens (rows, length) -> (rows, length, hidden)."""
        rows, length = tokens.shape
        x = F.embedding(tokens, self.embedding)
        for w in self.layers:
            h = F.rms_norm(x, x.shape[-1:], w["attention_norm"], self.epsilon)
            q = self._split(F.linear(h, w["q"]), self.heads)
            k = self._split(F.linear(h, w["k"]), self.key_value_heads)
            v = self._split(F.linear(h, w["v"]), self.key_value_heads)
            mixed = F.scaled_dot_product_attention(
                self._turn(q), self._turn(k), v, enable_gqa=self.heads != self.key_value_heads
            )
            x = x + F.linear(mixed.transpose(1, 2).reshape(rows, length, -1), w["o"])
            h = F.rms_norm(x, x.shape[-1:], w["mlp_norm"], self.epsilon)
            x = x + F.linear(F.silu(F.linear(h, w["gate"])) * F.linear(h, w["up"]), w["down"])
        return F.rms_norm(x, x.shape[-1:], self.final_norm, self.epsilon)

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        """(…, hidden) -> (…, vocabulary)."""
        return F.linear(states, self.head, self.bias)

    def _split(self, x, heads):
        return x.view(x.shape[0], x.shape[1], heads, self.width).transpose(1, 2)

    def _turn(self, x):
        length = x.shape[2]
        a, b = x.chunk(2, -1)
        return x * self.cos[:length] + torch.cat((-b, a), -1) * self.sin[:length]
