import type { Rle } from '../../common/document/records.ts';
import { targetColours } from '../../common/palette.ts';
import type { Runs } from '../../common/runs.ts';
import { paintMasks } from '../formats/pictures/paint-masks.ts';
import { decodeRgb, encodePng, renderSvg } from '../images/image-decoder.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import { runsOf } from '../../common/rle.ts';
import { plainText } from './question-score.ts';
import type { ResultRecord } from './result-record.ts';

/** Pixels of the sheet. */
const pictureSide = 260;
const gap = 12;
const cardWidth = 2 * pictureSide + 3 * gap;
const cardHeight = pictureSide + 118;
const cardsInRow = 3;

/**
 * One picture of the worst answers: for each the image with what was wanted beside the image with what was drawn, the question, what
 * should have been said and what was said.
 */
export async function worstAnswersPng(worst: readonly ResultRecord[]): Promise<Uint8Array> {
  const cards: string[] = [];
  for (const [place, answer] of worst.entries()) cards.push(await cardSvg(answer, place));
  const columns = Math.min(cardsInRow, Math.max(1, worst.length));
  const rows = Math.max(1, Math.ceil(worst.length / cardsInRow));
  const size = `width="${columns * cardWidth}" height="${rows * cardHeight}"`;
  const nothing =
    worst.length === 0 ? '<text x="20" y="40" font-size="16">No answer had a fault.</text>' : '';
  return renderSvg(
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="13" fill="#222">` +
      `<rect width="100%" height="100%" fill="#f4f4f2"/>${nothing}${cards.join('')}</svg>`,
  );
}

async function cardSvg(answer: ResultRecord, index: number): Promise<string> {
  const left = (index % cardsInRow) * cardWidth;
  const top = Math.floor(index / cardsInRow) * cardHeight;
  const image = dimmed(await decodeRgb(answer.path, answer.image));
  const picture = async (masks: readonly Runs[], column: number): Promise<string> => {
    const painted = paintMasks(image, coloured(masks), 0.6);
    const png = Buffer.from(await encodePng({ ...painted, channels: 3 })).toString('base64');
    const x = gap + column * (pictureSide + gap);
    return `<image x="${x}" y="${gap}" width="${pictureSide}" height="${pictureSide}" href="data:image/png;base64,${png}"/>`;
  };
  const masksOf = (drawn: readonly { mask: Rle }[]): Runs[] => drawn.map(({ mask }) => runsOf(mask));
  const pictures = [await picture(masksOf(answer.targets), 0), await picture(masksOf(answer.predictions), 1)];
  const lines = textLines(answer).map(
    ({ text, colour }, line) =>
      `<text x="${gap}" y="${gap + pictureSide + 18 + 16 * line}" fill="${colour}">${escaped(text)}</text>`,
  );
  // A drawing of its own cuts texts that are too long at its border.
  const place = `x="${left}" y="${top}" width="${cardWidth}" height="${cardHeight}"`;
  return `<svg ${place}>${pictures.join('')}${lines.join('')}</svg>`;
}

/** Masks then show, whatever colour the things in the image have. */
function dimmed(image: RgbImage): RgbImage {
  return { ...image, data: image.data.map((value) => value >> 1) };
}

function coloured(masks: readonly Runs[]): { mask: Runs; colour: string }[] {
  return masks.map((mask, index) => ({
    mask,
    colour: targetColours[index % targetColours.length] ?? '#e69f00',
  }));
}

function textLines(answer: ResultRecord): { text: string; colour: string }[] {
  const { score, kinds, history, question, expected, said } = answer;
  const before = history.map((turn) => `${turn.question} / ${turn.answer}`).join(' / ');
  const iou = score.iou === null ? '' : `, IoU ${score.iou.toFixed(2)}`;
  return [
    {
      text: `${kinds.join('/')}${iou}, ${score.predicted} drawn for ${score.targets} (left: wanted, right: drawn)`,
      colour: '#777',
    },
    ...(before === '' ? [] : [{ text: `before: ${before}`, colour: '#777' }]),
    { text: `? ${question}`, colour: '#222' },
    { text: `wanted: ${expected ?? 'no text in the file'}`, colour: '#1b6e3c' },
    { text: `said: ${plainText(said)}`, colour: score.isTextExact === true ? '#1b6e3c' : '#a3341f' },
  ].map(({ text, colour }) => ({ text: shortened(text), colour }));
}

/** About what fits under two pictures. */
function shortened(text: string): string {
  const characters = [...text];
  return characters.length > 84 ? `${characters.slice(0, 83).join('')}…` : text;
}

function escaped(text: string): string {
  // Characters XML does not allow at all would make the whole sheet fail.
  // oxlint-disable-next-line no-control-regex
  const allowed = text.replaceAll(/[\u0000-\u001f\ufffe\uffff]/gu, ' ');
  return allowed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
