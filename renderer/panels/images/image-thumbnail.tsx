import { type ReactNode, useState } from 'react';
import { ImageOff } from 'lucide-react';
import { thumbnailUrl } from '../../../electron/common/asset-urls.ts';
import type { ImageRecord } from '../../../electron/common/document/records.ts';
import { useStudio } from '../../store/studio.ts';

/** An image's small picture; a mark instead where its file is gone or cannot be read, which may be seen before it is known why. */
export function ImageThumbnail({
  image,
  markSize,
  loading = 'eager',
}: {
  readonly image: ImageRecord;
  /** CSS pixels. */
  readonly markSize: number;
  readonly loading?: 'eager' | 'lazy';
}) {
  const trouble = useStudio((state) => state.troubledImages.get(image.id));
  const mark = <ImageOff size={markSize} aria-hidden />;
  if (trouble === 'missing' || trouble === 'outside') return mark;
  const source = thumbnailUrl({ imageId: image.id, version: image.sha256 });
  // Another picture is another element: until it is here, the one before would be shown under the name of this one. A file that was found
  // again is tried again.
  return <Picture key={`${source} ${trouble}`} {...{ source, loading, mark }} />;
}

function Picture({
  source,
  loading,
  mark,
}: {
  readonly source: string;
  readonly loading: 'eager' | 'lazy';
  readonly mark: ReactNode;
}) {
  const [isFailed, setFailed] = useState(false);
  if (isFailed) return mark;
  return (
    <img
      src={source}
      alt=""
      loading={loading}
      decoding="async"
      draggable={false}
      onError={() => setFailed(true)}
    />
  );
}
