import { svgPathOf } from '../../../common/svg-path.ts';
import { targetColours } from '../../../common/palette.ts';
import type { Rle } from '../../../common/document/records.ts';
import type { ComparedFigure, ComparisonCard } from '../../../common/muse/evaluation-messages.ts';
import type { Comparison } from './compare-runs.ts';
import { cardPictureSide, comparisonCards } from './comparison-cards.ts';
import { differenceText, letterOf } from './comparison-text.ts';

/** The comparison as one page that needs nothing else: tables, then pictures with their masks side by side. Nothing in it can run or load anything. */
export async function* comparisonHtml(comparison: Comparison, signal: AbortSignal): AsyncGenerator<string> {
  const { runs, worst, changed } = comparison;
  yield head;
  yield `<h1>${runs.map((_, index) => letterOf(index)).join(' against ')}</h1>`;
  yield `<ul>${runs.map((run, index) => `<li><b>${letterOf(index)}</b> ${escaped(run.name)}</li>`).join('')}</ul>`;
  yield `<p>${comparison.paired} questions of ${comparison.images} images that all answered; ${comparison.unpaired} left out that some did not. Differences are to A, with their 95 % interval (paired bootstrap over images); bold where it leaves out 0.</p>`;
  yield tableOf(comparison.figures, runs.length);
  if (comparison.byKind.length > 1) {
    for (const { kind, questions, figures } of comparison.byKind)
      yield `<details><summary>${escaped(kind)} (${questions})</summary>${tableOf(figures, runs.length)}</details>`;
  }
  const subjects = new Set([...changed, ...worst]);
  const cardFor = await comparisonCards(runs, subjects);
  for (const [title, shown] of [
    ['Changed most', changed],
    ['Worst', worst],
  ] as const) {
    yield `<h2>${title}</h2>`;
    if (shown.length === 0) yield '<p>Nothing.</p>';
    for (const subject of shown) {
      signal.throwIfAborted();
      const card = await cardFor(subject);
      if (card) yield cardHtml(card);
    }
  }
  yield '</main></body></html>\n';
}

const head = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Comparison of models</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><style>
:root { color-scheme: light dark; --line: light-dark(#d5d5d0, #3a3a3d); --quiet: light-dark(#5f5f5a, #a5a5a0); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; background: light-dark(#fafaf8, #18181a); color: light-dark(#1d1d1b, #ececea); }
main { max-width: 1200px; margin: 0 auto; padding: 24px; } h1 { font-size: 24px; } h2 { margin-top: 40px; font-size: 19px; }
table { border-collapse: collapse; margin: 12px 0; font-variant-numeric: tabular-nums; } th, td { text-align: right; padding: 4px 12px; border-bottom: 1px solid var(--line); } th:first-child, td:first-child { text-align: left; }
small, .quiet { color: var(--quiet); font-size: 13px; } ul { list-style: none; padding: 0; } summary { cursor: pointer; }
article { border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; margin: 16px 0; } article > p { margin: 0 0 8px; overflow-wrap: anywhere; }
.row { display: flex; flex-wrap: wrap; gap: 12px; } figure { margin: 0; max-width: ${cardPictureSide}px; } figcaption { font-size: 13px; overflow-wrap: anywhere; } svg { display: block; max-width: 100%; height: auto; border-radius: 4px; }
</style></head><body><main>`;

function tableOf(figures: readonly ComparedFigure[], runs: number): string {
  const letters = Array.from({ length: runs }, (_, index) => `<th scope="col">${letterOf(index)}</th>`).join(
    '',
  );
  const rows = figures.map(({ name, values, differences }) => {
    const cells = values.map((value, index) => {
      const difference = differences[index];
      const text = value === null ? '–' : value.toFixed(4);
      return `<td>${text}${difference ? `<br><small>${emphasised(differenceText(difference))}</small>` : ''}</td>`;
    });
    return `<tr><th scope="row">${escaped(name)}</th>${cells.join('')}</tr>`;
  });
  return `<table><thead><tr><td></td>${letters}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function emphasised(text: string): string {
  return text.endsWith(' *') ? `<b>${escaped(text.slice(0, -2))}</b>` : escaped(text);
}

function cardHtml({ question, image, kinds, ...card }: ComparisonCard): string {
  const source = card.picture && `data:image/jpeg;base64,${Buffer.from(card.picture).toString('base64')}`;
  const drawn = { width: card.width, height: card.height, source };
  const wanted = `<figure>${drawing(drawn, card.wanted.masks)}<figcaption><b>Wanted</b> ${escaped(card.wanted.text)}</figcaption></figure>`;
  const answers = card.answers.map(({ text, iou, targets, named, masks }, index) => {
    const measured = iou === null ? `${named} named` : `IoU ${iou.toFixed(3)}, ${named} named for ${targets}`;
    return `<figure>${drawing(drawn, masks)}<figcaption><b>${letterOf(index)}</b> ${escaped(text)}<br><span class="quiet">${measured}</span></figcaption></figure>`;
  });
  return `<article><p><b>${escaped(question)}</b> <span class="quiet">${escaped(image)}${kinds.length > 0 ? `, ${escaped(kinds.join('/'))}` : ''}</span></p><div class="row">${wanted}${answers.join('')}</div></article>`;
}

function drawing(
  {
    width,
    height,
    source,
  }: { readonly width: number; readonly height: number; readonly source: string | null },
  masks: readonly Rle[],
): string {
  const scale = cardPictureSide / Math.max(width, height);
  const image = source === null ? '' : `<image href="${source}" width="${width}" height="${height}"/>`;
  const shade = source === null ? '#888' : '#000';
  const outlines = masks.map((mask, index) =>
    outlineOf(mask, targetColours[index % targetColours.length] ?? '#e69f00', 2 / scale),
  );
  return `<svg role="img" width="${Math.round(width * scale)}" height="${Math.round(height * scale)}" viewBox="0 0 ${width} ${height}">${image}<rect width="${width}" height="${height}" fill="${shade}" opacity="0.25"/>${outlines.join('')}</svg>`;
}

function outlineOf(mask: Rle, colour: string, stroke: number): string {
  const path = svgPathOf(mask);
  return path === ''
    ? ''
    : `<path d="${path}" fill="${colour}" fill-opacity="0.45" fill-rule="evenodd" stroke="${colour}" stroke-width="${stroke.toFixed(2)}"/>`;
}

function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const allowed = text.replaceAll(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/gu, ' ');
  return allowed
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
