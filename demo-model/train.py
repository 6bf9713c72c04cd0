"""Trains a small masked-diffusion language model (LLaMA-shaped, bidirectional, absorbing masks; objective of arXiv 2410.18514).

Loss: t ~ U(0,1) spread over the batch; each token of the canvas is masked with probability t; cross entropy at the masked
positions weighted 1/t, averaged over all positions of the canvas (an upper bound on the negative log-likelihood per token).
A document ends with <eos>; some canvases carry further <eos> so that a trailing blank can end early. CPU or CUDA.

Usage: train.py FOLDER MINUTES [resume]   FOLDER holds train.jsonl, heldout.jsonl and tokenizer.json (prepare.py); model.safetensors
and config.json are written there. resume starts from the folder's weights.
"""
import json, math, random, sys, time
import torch, torch.nn as nn, torch.nn.functional as F
from tokenizers import Tokenizer
from safetensors.torch import load_file, save_file

PAD, EOS, MASK, VOCAB = 0, 1, 2, 4096
D, LAYERS, HEADS, FFN, CANVAS, THETA, EPS = 256, 8, 4, 704, 256, 10000.0, 1e-5
out, minutes, resume = sys.argv[1], float(sys.argv[2]), "resume" in sys.argv[3:]
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0); random.seed(0); torch.set_num_threads(2)

class RMSNorm(nn.Module):
    def __init__(self, d): super().__init__(); self.weight = nn.Parameter(torch.ones(d))
    def forward(self, x):
        f = x.float(); return (f * torch.rsqrt(f.pow(2).mean(-1, keepdim=True) + EPS) * self.weight).to(x.dtype)

class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        for n in "qkvo": setattr(self, n + "_proj", nn.Linear(D, D, bias=False))
    def forward(self, x, cos, sin, bias):
        b, l, _ = x.shape
        q, k, v = (p(x).view(b, l, HEADS, D // HEADS).transpose(1, 2) for p in (self.q_proj, self.k_proj, self.v_proj))
        def rot(u):
            a, c = u.chunk(2, -1); return u * cos + torch.cat((-c, a), -1) * sin
        q, k = rot(q).to(v.dtype), rot(k).to(v.dtype)
        w = q @ k.transpose(-1, -2) * (D // HEADS) ** -.5
        y = (w if bias is None else w + bias.to(w.dtype)).softmax(-1).to(v.dtype) @ v
        return self.o_proj(y.transpose(1, 2).reshape(b, l, D))

class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate_proj, self.up_proj, self.down_proj = nn.Linear(D, FFN, bias=False), nn.Linear(D, FFN, bias=False), nn.Linear(FFN, D, bias=False)
    def forward(self, x): return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))

class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.input_layernorm, self.self_attn, self.post_attention_layernorm, self.mlp = RMSNorm(D), Attention(), RMSNorm(D), MLP()
    def forward(self, x, cos, sin, bias):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, bias)
        return x + self.mlp(self.post_attention_layernorm(x))

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed_tokens, self.layers, self.norm = nn.Embedding(VOCAB, D), nn.ModuleList(Layer() for _ in range(LAYERS)), RMSNorm(D)
        for n, p in self.named_parameters():
            if p.dim() > 1: nn.init.normal_(p, std=0.02 / (math.sqrt(2 * LAYERS) if ("o_proj" in n or "down_proj" in n) else 1))
    @torch.autocast(device, torch.bfloat16)
    def forward(self, ids, keep, positions):
        l = ids.shape[1]
        inv = THETA ** (-torch.arange(0, D // HEADS, 2, device=ids.device).float() / (D // HEADS))
        f = torch.outer(torch.arange(l, device=ids.device).float(), inv); f = torch.cat((f, f), -1)
        bias = None if bool(keep.all()) else torch.zeros(ids.shape, device=ids.device, dtype=torch.bfloat16).masked_fill(~keep, float("-inf"))[:, None, None, :]
        x = self.embed_tokens(ids).to(torch.bfloat16)
        for layer in self.layers: x = layer(x, f.cos().to(x.dtype), f.sin().to(x.dtype), bias)
        return self.norm(x[positions]) @ self.embed_tokens.weight.to(torch.bfloat16).T     # only where a token was masked

def encode(path):
    tok, docs = Tokenizer.from_file(f"{out}/tokenizer.json"), []
    texts = [json.loads(l)["text"] for l in open(path, encoding="utf-8")]
    return [e.ids + [EOS] for e in tok.encode_batch(texts)]

def canvases(docs, rng):
    rows = []
    for d in docs:
        if len(d) > CANVAS:
            s = 0 if rng.random() < .5 else rng.randrange(len(d) - CANVAS + 1); d = d[s:s + CANVAS]
        elif rng.random() < .3: d = d + [EOS] * rng.randrange(0, min(64, CANVAS - len(d)) + 1)
        rows.append(d)
    rng.shuffle(rows)
    chunks = [sorted(rows[i:i + 2048], key=len) for i in range(0, len(rows), 2048)]
    batches = []
    for c in chunks:
        i = 0
        while i < len(c):
            n = max(1, TOKENS // max(32, len(c[i])))
            part = c[i:i + n]; width = -(-max(map(len, part)) // 16) * 16
            batches.append(torch.tensor([r + [PAD] * (width - len(r)) for r in part])); i += n
    rng.shuffle(batches); return batches

TOKENS = 8192
def loss_of(model, x, t):
    keep = x != PAD
    masked = keep & (torch.rand(x.shape, device=x.device) < t[:, None])
    logits = model(x.masked_fill(masked, MASK), keep, masked).float()
    logits[:, MASK] = -1e9; logits[:, PAD] = -1e9
    ce = F.cross_entropy(logits, x[masked], reduction="none")
    w = (1 / t)[:, None].expand_as(x)[masked]
    return (ce * w).sum() / keep.sum(), ce.detach(), logits

@torch.no_grad()
def evaluate(model, batches):
    model.eval(); g = torch.Generator().manual_seed(1); res = {}
    for rate in (None, .15, .5):
        num = den = acc = 0.; torch.manual_seed(1)
        for x in batches:
            x = x.to(device); t = ((torch.arange(x.shape[0]) + torch.rand(1, generator=g)) / x.shape[0]).clamp(.02, 1) if rate is None else torch.full((x.shape[0],), rate)
            keep = x != PAD; masked = keep & (torch.rand(x.shape, device=device) < t.to(device)[:, None])
            logits = model(x.masked_fill(masked, MASK), keep, masked).float(); logits[:, MASK] = -1e9; logits[:, PAD] = -1e9
            ce = F.cross_entropy(logits, x[masked], reduction="none")
            if rate is None: num += (ce * (1 / t.to(device))[:, None].expand_as(x)[masked]).sum().item(); den += keep.sum().item()
            else: acc += (logits.argmax(-1) == x[masked]).sum().item(); num += ce.sum().item(); den += masked.sum().item()
        res["nll_bound" if rate is None else f"accuracy@{rate}"] = num / den if rate is None else acc / den
    model.train(); return res

def save(model):
    sd = {"model." + k: v.detach().to(torch.float16).cpu().contiguous() for k, v in model.state_dict().items()}
    save_file(sd, f"{out}/model.safetensors", metadata={"format": "pt"})
    json.dump({"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": D, "intermediate_size": FFN, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "num_key_value_heads": HEADS,
               "head_dim": D // HEADS, "hidden_act": "silu", "max_position_embeddings": CANVAS, "rms_norm_eps": EPS, "rope_theta": THETA, "tie_word_embeddings": True, "vocab_size": VOCAB, "attention_bias": False,
               "pad_token_id": PAD, "eos_token_id": EOS, "mask_token_id": MASK, "is_causal": False, "torch_dtype": "float16"}, open(f"{out}/config.json", "w"), indent=1)

class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised by Newton-Schulz (Jordan et al. 2024), for the weight matrices: fewer tokens to the same loss than AdamW."""
    def __init__(self, params): super().__init__(params, {"lr": 0., "momentum": .95, "weight_decay": .05})
    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                buf = self.state[p].setdefault("momentum", torch.zeros_like(p)); buf.lerp_(p.grad, 1 - group["momentum"])
                x = p.grad.lerp(buf, group["momentum"]).to(torch.bfloat16); tall = x.shape[0] > x.shape[1]
                x = (x.T if tall else x) / (x.norm() + 1e-7)
                for _ in range(5): a = x @ x.T; x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
                p.mul_(1 - group["lr"] * group["weight_decay"]).add_((x.T if tall else x).to(p.dtype), alpha=-group["lr"] * .2 * max(p.shape) ** .5)
MUON_PEAK = 2e-3

model = Model().to(device)
if resume: model.load_state_dict({k[6:]: v.float() for k, v in load_file(f"{out}/model.safetensors").items()})
net = torch.compile(model, dynamic=True)
print("parameters", sum(p.numel() for p in model.parameters()) / 1e6, "M on", device, flush=True)
train, held = encode(f"{out}/train.jsonl"), encode(f"{out}/heldout.jsonl")
rng = random.Random(0); hb = canvases(held, random.Random(5))
matrices = [p for n, p in model.named_parameters() if p.dim() > 1 and "embed" not in n]
rest = [p for n, p in model.named_parameters() if p.dim() <= 1 or "embed" in n]
opts = [Muon(matrices), torch.optim.AdamW(rest, lr=1, betas=(.9, .98), weight_decay=0.)]
PEAKS, t0, step, seen, run = (MUON_PEAK, 2e-3), time.time(), 0, 0, None
while True:
    for x in canvases(train, rng):
        frac = (time.time() - t0) / (minutes * 60)
        if frac >= 1: break
        scale = min(1, (step + 1) / 200) * max(.02, min(1, (1 - frac) / .6))     # warm up, hold, then decay linearly to the end
        for opt, peak in zip(opts, PEAKS):
            for gr in opt.param_groups: gr["lr"] = peak * scale
        x = x.to(device); b = x.shape[0]
        t = ((torch.arange(b) + torch.rand(1)) / b).clamp(.02, 1)[torch.randperm(b)].to(device)
        loss, _, _ = loss_of(net, x, t); model.zero_grad(set_to_none=True); loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0); [opt.step() for opt in opts]; step += 1; seen += int((x != PAD).sum())
        run = loss.item() if run is None else .98 * run + .02 * loss.item()
        if step % 100 == 0: print(f"step {step} frac {frac:.3f} loss {run:.3f} scale {scale:.3f} tok/s {seen/(time.time()-t0):.0f} seen {seen/1e6:.1f}M", flush=True)
        if step % 1000 == 0: print("held out", evaluate(model, hb), flush=True); save(model)
    else: continue
    break
print("held out", evaluate(model, hb), flush=True); save(model); print("done", flush=True)
