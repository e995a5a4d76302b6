import { useEffect, useState } from 'react';
import type { FormatInfo } from '../../../electron/common/contract.ts';
import { listFormats } from '../../store/formats.ts';
import { showError } from '../../store/toasts.ts';

/** The formats the app knows; null until it has said so. */
export function useFormats(): readonly FormatInfo[] | null {
  const [formats, setFormats] = useState<readonly FormatInfo[] | null>(null);
  useEffect(() => {
    listFormats()
      .then(setFormats)
      .catch((thrown: unknown) => showError('The formats could not be listed', thrown));
  }, []);
  return formats;
}
