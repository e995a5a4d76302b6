/** The text as part of a file's name: without what file systems refuse, and not long. */
export function asFileName(text: string): string {
  const safe = text
    .replace(/[<>:"/\\|?*\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/\s+/gu, '-')
    .slice(0, 80);
  return safe === '' ? 'export' : safe;
}
