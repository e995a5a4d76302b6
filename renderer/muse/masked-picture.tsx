import { useMemo } from 'react';
import type { Rle } from '../../electron/common/document/records.ts';
import { targetColours } from '../../electron/common/palette.ts';
import { svgPathOf } from '../../electron/common/svg-path.ts';
import styles from './muse.module.css';

/** The colour of the target at this place: the same in picture and text. */
export function colourAt(index: number): string {
  return targetColours[index % targetColours.length] ?? '#e69f00';
}

/** A picture with masks on it, each in its colour; the masks alone where the picture is gone. */
export function MaskedPicture({
  picture,
  width,
  height,
  masks,
  label,
}: {
  /** JPEG. */
  readonly picture: Uint8Array | null;
  /** Of the image, in whose pixels the masks are. */
  readonly width: number;
  readonly height: number;
  readonly masks: readonly Rle[];
  readonly label: string;
}) {
  const address = useMemo(() => (picture === null ? null : addressOf(picture)), [picture]);
  const paths = useMemo(() => masks.map(svgPathOf), [masks]);
  if (width === 0 || height === 0) return null;
  const stroke = Math.max(width, height) / 240;
  return (
    <svg
      className={styles['picture']}
      viewBox={`0 0 ${width} ${height}`}
      style={{ aspectRatio: `${width} / ${height}` }}
      role="img"
      aria-label={label}
    >
      {address !== null && <image href={address} width={width} height={height} />}
      {paths.map((path, index) => (
        <path
          // Masks have no name of their own and never move.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          d={path}
          fill={colourAt(index)}
          fillOpacity={0.4}
          fillRule="evenodd"
          stroke={colourAt(index)}
          strokeWidth={stroke}
        />
      ))}
    </svg>
  );
}

/** A picture of a few hundred kilobytes as an address: nothing to let go of when it is not shown any more. */
function addressOf(jpeg: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < jpeg.length; at += blockBytes)
    binary += String.fromCharCode(...jpeg.subarray(at, at + blockBytes));
  return `data:image/jpeg;base64,${btoa(binary)}`;
}

/** As many arguments as a call surely takes. */
const blockBytes = 8192;
