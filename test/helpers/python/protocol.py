"""MUSE's protocol a second time, by numpy, scipy and pycocotools alone: reads questions from stdin, prints figures.

A question: {image, width, height, predictions: [[logit, ...] row by row], targets: [[0|1, ...]], confidences: [..], scores: {target: s}}
The judge's score belongs to the target here, so that both sides can apply it whoever is matched.
"""

import json
import sys

import numpy as np
from pycocotools import mask as coco
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from scipy.ndimage import binary_erosion
from scipy.optimize import linear_sum_assignment


def softplus(x):
    return np.logaddexp(0, x)


def match(logits, targets):
    if len(logits) == 0 or len(targets) == 0:
        return []
    cost = np.zeros((len(logits), len(targets)))
    for i, x in enumerate(logits):
        for j, t in enumerate(targets):
            sig = 1 / (1 + np.exp(-x))
            bce = (softplus(-x) * t + softplus(x) * (1 - t)).mean()
            dice = 1 - (2 * (sig * t).sum() + 1) / (sig.sum() + t.sum() + 1)
            cost[i, j] = bce + dice
    return list(zip(*linear_sum_assignment(cost)))


def boundary(mask):
    h, w = mask.shape
    d = max(1, int(round(0.02 * np.hypot(h, w))))
    padded = np.pad(mask, 1)
    eroded = binary_erosion(padded, np.ones((3, 3)), iterations=d)[1:-1, 1:-1]
    return mask & ~eroded


def iou(a, b):
    union = (a | b).sum()
    return (a & b).sum() / union if union else 0.0


def measure(question):
    shape = (question["height"], question["width"])
    logits = [np.array(p, np.float64).reshape(shape) for p in question["predictions"]]
    targets = [np.array(t, bool).reshape(shape) for t in question["targets"]]
    masks = [x > 0 for x in logits]
    drawn = [i for i, m in enumerate(masks) if m.any()]
    pairs = [(drawn[i], j) for i, j in match([logits[i] for i in drawn], [t.astype(float) for t in targets])]
    compat = match(logits, [t.astype(float) for t in targets])
    return dict(shape=shape, logits=logits, targets=targets, masks=masks, pairs=pairs, compat=compat)


def paper(questions, measured, judged, keep):
    images, inter, union, per_question = {}, 0, 0, []
    for q, m in zip(questions, measured):
        places = max(len(m["targets"]), len(m["masks"]))
        if places == 0 or not keep(len(m["targets"])):
            continue
        total = 0.0
        free_p, free_t = set(range(len(m["masks"]))), set(range(len(m["targets"])))
        for p, t in m["pairs"]:
            free_p.discard(p)
            free_t.discard(t)
            fits = not judged or q["scores"][t] > 0.5
            i = (m["masks"][p] & m["targets"][t]).sum() if fits else 0
            u = (m["masks"][p] | m["targets"][t]).sum()
            total += i / u if u else 0
            inter += i
            union += u
        union += sum(m["masks"][p].sum() for p in free_p) + sum(m["targets"][t].sum() for t in free_t)
        per_question.append(total / places)
        images.setdefault(q["image"], []).append((total, places))
    per_image = [sum(t for t, _ in v) / sum(p for _, p in v) for v in images.values()]
    mean = lambda values: float(np.mean(values)) if values else None
    return dict(gIoU=mean(per_image), cIoU=float(inter / union) if union else None, gIoUPerQuestion=mean(per_question))


def repository(questions, measured):
    """train_ds.py ar_validate: histogram of two classes, unmatched predictions as raw logits."""
    acc, count, inter, union = 0.0, {}, 0.0, 0.0
    hist = lambda values: ((values >= 0.5) & (values <= 1)).sum()
    for q, m in zip(questions, measured):
        rows = []
        free_p, free_t = set(range(len(m["logits"]))), set(range(len(m["targets"])))
        for p, t in m["compat"]:
            free_p.discard(p)
            free_t.discard(t)
            rows.append((m["masks"][p].astype(float), m["targets"][t].astype(float)))
        rows += [(np.zeros(m["shape"]), m["targets"][t].astype(float)) for t in free_t]
        rows += [(m["logits"][p], np.zeros(m["shape"])) for p in free_p]
        for out, tgt in rows:
            i = hist(out[out == tgt])
            u = hist(out) + hist(tgt) - i
            acc += i / (u + 1e-5) + (1.0 if u == 0 else 0.0)
            inter += i
            union += u
        predictions, targets = count.get(q["image"], (0, 0))
        count[q["image"]] = (predictions + len(m["logits"]), targets + len(m["targets"]))
    total = sum(max(pair) for pair in count.values())
    return dict(gIoU=float(acc / (total + 1e-5)), cIoU=float(inter / (union + 1e-10)))


def average_precision(questions, measured):
    images, annotations, results = [], [], []
    for number, (q, m) in enumerate(zip(questions, measured), 1):
        images.append(dict(id=number, width=q["width"], height=q["height"]))
        encode = lambda mask: coco.encode(np.asfortranarray(mask.astype(np.uint8)))
        for t in m["targets"]:
            rle = encode(t)
            annotations.append(dict(id=len(annotations) + 1, image_id=number, category_id=1, iscrowd=0,
                                    segmentation=rle, area=float(t.sum()), bbox=coco.toBbox(rle).tolist()))
        for mask, score in zip(m["masks"], q["confidences"]):
            results.append(dict(image_id=number, category_id=1, segmentation=encode(mask), score=score))
    truth = COCO()
    truth.dataset = dict(images=images, annotations=annotations, categories=[dict(id=1, name="object")], info={})
    truth.createIndex()
    run = COCOeval(truth, truth.loadRes(results), "segm")
    run.evaluate()
    run.accumulate()
    precision = run.eval["precision"][:, :, 0, 0, -1]
    return dict(ap=float(precision.mean()), ap50=float(precision[0].mean()), ap75=float(precision[5].mean()))


def boundary_iou(measured):
    shares = []
    for m in measured:
        if not m["targets"]:
            continue
        total = sum(iou(boundary(m["masks"][p]), boundary(m["targets"][t])) for p, t in m["pairs"])
        shares.append(total / max(len(m["targets"]), len(m["masks"])))
    return float(np.mean(shares))


def main():
    questions = json.load(sys.stdin)
    measured = [measure(q) for q in questions]
    sys.stdout, out = sys.stderr, sys.stdout  # pycocotools prints as it goes
    parts = dict(all=lambda n: True, few=lambda n: n < 3, many=lambda n: n >= 3)
    answer = dict(
        unjudged={name: paper(questions, measured, False, keep) for name, keep in parts.items()},
        judged={name: paper(questions, measured, True, keep) for name, keep in parts.items()},
        pixellm=repository(questions, measured),
        averagePrecision=average_precision(questions, measured),
        boundaryIoU=boundary_iou(measured),
    )
    out.write(json.dumps(answer))


main()
