"""Greedy answers in float32: the plain reading of native-models/pixellm/REFERENCE.md that the TypeScript runtime is compared with."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from batches import kept_masks
from pixellm.model import PixelLM, normalise_pixels
from tokenizer import ASSISTANT, EOS, TURN_END, USER, Tokenizer, first_user_text, spoken

MOST_TOKENS = 112


@dataclass
class Reply:
    """Generated ids (</s> included), text with {seg}, and mask logits [N, height, width] of the picture."""

    ids: list[int]
    text: str
    logits: Tensor


@dataclass
class Picture:
    """What is computed once per picture."""

    height: int
    width: int
    resized: tuple[int, int]
    cells: Tensor
    kept_cells: Tensor
    features: list[Tensor]


def prompt_text(question: str, history: list[tuple[str, str]], scales: int, seg_tokens: int) -> str:
    """The whole conversation up to the last ASSISTANT: ; history holds answers with {seg}."""
    turns = [*history, (question, '')]
    text = first_user_text(turns[0][0])
    for (_, answer), (later, _) in itertools.pairwise(turns):
        text += f' {spoken(answer, scales, seg_tokens)}{TURN_END}{USER}{later}{ASSISTANT}'
    return text


class Answerer:
    """Answers questions about one picture after another."""

    def __init__(self, model: PixelLM, tokenizer: Tokenizer) -> None:
        self.model, self.tokenizer = model.eval(), tokenizer
        self.groups = model.settings.scales * model.settings.seg_tokens

    @torch.no_grad()
    def look(self, rgb: np.ndarray) -> Picture:
        """u8 [height, width, 3] -> everything the tower says."""
        height, width = rgb.shape[:2]
        side, s = self.model.settings.image_side, self.model.settings
        scale = side / max(height, width)
        new = (int(height * scale + 0.5), int(width * scale + 0.5))
        if new != (height, width):
            rgb = np.asarray(Image.fromarray(rgb).resize((new[1], new[0]), Image.Resampling.BILINEAR))
        square = np.zeros((1, side, side, 3), np.uint8)
        square[0, : new[0], : new[1]] = rgb
        pixels, kept = kept_masks(torch.tensor([new]))
        states = self.model.vision_tower(normalise_pixels(torch.from_numpy(square), pixels), kept)
        p = s.image_token_pool
        return Picture(height, width, new, self.model.image_tokens(states), kept[:, ::p, ::p].flatten(1)[0], self.model.mask_features(states))

    @torch.no_grad()
    def ask(self, picture: Picture, question: str, history: list[tuple[str, str]]) -> Reply:
        """Greedy decoding with a cache, then the masks of the new answer's codebook groups."""
        s, language = self.model.settings, self.model.language_model
        ids = self.tokenizer.encode_prompt(prompt_text(question, history, s.scales, s.seg_tokens))
        at = ids.index(-200)
        embed = language.embed_tokens
        x = torch.cat([embed(torch.tensor([ids[:at]])), picture.cells, embed(torch.tensor([ids[at + 1 :]]))], 1)
        length, cells = x.shape[1], picture.cells.shape[1]
        keys = torch.ones(length, dtype=torch.bool)
        keys[at : at + cells] = picture.kept_cells
        bias = torch.where(torch.ones(length, length, dtype=torch.bool).tril() & keys[None], 0.0, -1e9)[None, None]
        caches: list[list[Tensor]] = [[] for _ in range(s.language_layers)]
        states, _ = language(x, torch.arange(length)[None], bias, caches)
        out: list[int] = []
        kept_states: list[Tensor] = []
        state = states[:, -1:]
        while len(out) < MOST_TOKENS:
            token = int(language.lm_head(state)[0, 0].argmax())
            kept_states.append(state[0, 0])
            out.append(token)
            if token == EOS:
                break
            keys = torch.cat([keys, torch.ones(1, dtype=torch.bool)])
            bias = torch.where(keys, 0.0, -1e9)[None, None, None]
            state, _ = language(embed(torch.tensor([[token]])), torch.tensor([[length + len(out) - 1]]), bias, caches)
        return Reply(out, self._text(out), self._masks(picture, out, kept_states))

    def _text(self, ids: list[int]) -> str:
        """Words with each codebook run as {seg}, spaced as people write."""
        text = self.tokenizer.decode([i for i in ids if i != EOS])
        text = text.replace(' '.join(f'[SEG{i}]' for i in range(self.groups)), '{seg}')
        return text.strip().replace(' ,', ',').replace(' .', '.').replace('{seg},', '{seg},')

    def _masks(self, picture: Picture, ids: list[int], states: list[Tensor]) -> Tensor:
        first = self.tokenizer.added['[SEG0]']
        rows = [i for i, token in enumerate(ids) if first <= token < first + self.groups]
        if not rows or len(rows) % self.groups:
            return torch.zeros(0, picture.height, picture.width)
        queries = self.model.fuse(self.model.queries(torch.stack([states[i] for i in rows]).view(-1, self.groups, states[0].shape[-1])))
        logits, _ = self.model.mask_decoder(queries, picture.features, torch.zeros(len(queries), dtype=torch.long))
        side = max(picture.resized)
        logits = F.interpolate(logits[:, None], (side, side), mode='bilinear', align_corners=False)
        logits = logits[:, :, : picture.resized[0], : picture.resized[1]]
        return F.interpolate(logits, (picture.height, picture.width), mode='bilinear', align_corners=False)[:, 0]
