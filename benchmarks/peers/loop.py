"""The denoising loop as published samplers write it: confidence order, equal parts (LLaDA's `generate`).

Each step predicts every masked position, keeps the surest and leaves the others masked.
"""

import torch


def equal_parts(masks: torch.Tensor, steps: int) -> torch.Tensor:
    """How many masks each step unmasks; the remainder goes to the first steps. (rows) -> (rows, steps)."""
    base = (masks // steps).unsqueeze(1)
    return base + (torch.arange(steps) < (masks % steps).unsqueeze(1)).long()


def gumbel_fp64(logits: torch.Tensor, temperature: float) -> torch.Tensor:
    """A token from softmax(logits / temperature) by Gumbel-max in fp64, as LLaDA draws it."""
    wide = logits.double()
    noise = (-torch.log(torch.rand_like(wide))) ** temperature
    return (wide.exp() / noise).argmax(-1)


def exponential_fp32(logits: torch.Tensor, temperature: float) -> torch.Tensor:
    """The same distribution by an exponential race in fp32: one softmax, one draw, one division.

    The fastest exact sampler that we found in PyTorch; `torch.multinomial` does the same inside.
    """
    probabilities = torch.softmax(logits.float() / temperature, -1)
    race = torch.empty_like(probabilities).exponential_()
    return probabilities.div_(race).argmax(-1)


def propose(logits, temperature, draw):
    """A token for each position and the model's probability of it. (positions, vocabulary) -> 2 × (positions)."""
    probabilities = torch.softmax(logits.float(), -1)
    if temperature == 0:
        confidence, tokens = probabilities.max(-1)
        return tokens, confidence
    tokens = draw(logits, temperature)
    return tokens, probabilities.gather(-1, tokens.unsqueeze(-1)).squeeze(-1)


@torch.inference_mode()
def generate(model, canvases, mask, steps, temperature, draw=gumbel_fp64, gathered=False, states=None):
    """Fills all masks of some canvases of one length.

    canvases: int64 (rows, length), not changed. gathered: whether only masked positions reach the vocabulary
    projection and the sampler, instead of all. states: a compiled `model.states`.
    """
    x = canvases.clone()
    counts = equal_parts((x == mask).sum(1), steps)
    for step in range(steps):
        masked = x == mask
        h = (states or model.states)(x)
        if gathered:
            proposed, surest = propose(model.logits(h[masked]), temperature, draw)
            tokens = x.masked_scatter(masked, proposed)
            confidence = torch.full(x.shape, -torch.inf).masked_scatter(masked, surest)
        else:
            tokens, confidence = propose(model.logits(h), temperature, draw)
            confidence = confidence.masked_fill(~masked, -torch.inf)
        for row in range(x.shape[0]):
            chosen = confidence[row].topk(int(counts[row, step])).indices
            x[row, chosen] = tokens[row, chosen]
    return x
