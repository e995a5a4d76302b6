"""golden.py --state S --tokenizer T --out DIR: what PyTorch answers at float32 on 50 scenes, for the parity test of the TypeScript runtime.

Pictures are reduced to 48 colours so that the folder stays small; the answers are to exactly these files.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import state as states
from answering import Answerer, prompt_text
from make_scenes import questions_of
from pixellm.model import PixelLM
from rle import encode_rle
from scenes import make_scene
from settings import Settings
from tokenizer import Tokenizer

SEED, SCENES, QUESTIONS = 660001, 50, 2
TOKENIZER_TEXTS = (
    'USER: <im_start><image><im_end>\nFind the red square. ASSISTANT:',
    'USER: <im_start><image><im_end>\n  find   the zebra ASSISTANT:',
    'Yes, the dog [SEG0] [SEG1] [SEG2] [SEG3] [SEG4] [SEG5].</s>USER: And the caf\u00e9 \U0001f355? ASSISTANT:',
    'a </s> b[SEG0]c  [SEG5]  d <unk>',
    'tabs\tand\nlines [SEG1]\n\n<im_start> x',
    '',
)


def record(answerer: Answerer, rgb: np.ndarray, question: str, history: list[tuple[str, str]]) -> dict[str, object]:
    s = answerer.model.settings
    reply = answerer.ask(answerer.look(rgb), question, history)
    return {
        'question': question,
        'history': [{'question': q, 'answer': a} for q, a in history],
        'promptIds': answerer.tokenizer.encode_prompt(prompt_text(question, history, s.scales, s.seg_tokens)),
        'ids': reply.ids,
        'text': reply.text,
        'masks': [encode_rle((plane > 0).numpy()) for plane in reply.logits],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--state', type=Path, required=True)
    parser.add_argument('--tokenizer', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    settings = Settings().model
    model = PixelLM(settings)
    states.load(options.state, {'model': model})
    tokenizer = Tokenizer(options.tokenizer / 'tokenizer.model', scales=settings.scales, seg_tokens=settings.seg_tokens)
    answerer = Answerer(model, tokenizer)
    (options.out / 'images').mkdir(parents=True, exist_ok=True)
    scenes = []
    for index in range(SCENES):
        scene = make_scene(SEED, index)
        path = options.out / 'images' / f'golden-{index:02d}.png'
        Image.fromarray(scene.rgb).quantize(48, dither=Image.Dither.NONE).save(path, optimize=True)
        rgb = np.asarray(Image.open(path).convert('RGB'))
        turns = questions_of(scene, SEED, index, QUESTIONS)
        answers = [record(answerer, rgb, t.question, [(h.question, h.answer) for h in t.history]) for t in turns]
        scenes.append({'file': path.name, 'answers': answers})
    texts = [{'text': text, 'ids': tokenizer.encode_prompt(text)} for text in TOKENIZER_TEXTS]
    (options.out / 'golden.json').write_text(json.dumps({'tokenizer': texts, 'scenes': scenes}, separators=(',', ':')))


if __name__ == '__main__':
    main()
