/** Numbers as a person reads them. The app speaks English, so the formats are fixed to it. */
const whole = new Intl.NumberFormat('en');

export function formatCount(count: number): string {
  return whole.format(count);
}

/** "1 target", "3 targets", "0 targets". */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** 1,536 -> "1.5 KB". Powers of 1,024, as file managers count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB', 'TB'] as const;
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Pixels of a mask: "812 px", "15.3k px", "2.41M px". */
export function formatArea(pixels: number): string {
  if (pixels < 10_000) return `${formatCount(pixels)} px`;
  if (pixels < 1_000_000) return `${(pixels / 1_000).toFixed(1)}k px`;
  return `${(pixels / 1_000_000).toFixed(2)}M px`;
}

/** 38 ms -> "38 ms"; 940 ms -> "0.9 s"; 75,000 ms -> "1:15". */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (milliseconds > 0 && seconds < 0.1) return `${Math.max(1, Math.round(milliseconds))} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

export function formatPercent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** "just now", "5 minutes ago", "yesterday", else the date. */
export function formatWhen(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1_000;
  if (Number.isNaN(seconds)) return '';
  if (seconds < 60) return 'just now';
  if (seconds < 3_600) return `${counted(Math.floor(seconds / 60), 'minute')} ago`;
  if (seconds < 86_400) return `${counted(Math.floor(seconds / 3_600), 'hour')} ago`;
  if (seconds < 172_800) return 'yesterday';
  return new Date(iso).toLocaleDateString('en', { year: 'numeric', month: 'short', day: 'numeric' });
}

/** The last part of a path, with either kind of slash. */
export function baseName(path: string): string {
  return path.split(/[\\/]/u).findLast((part) => part !== '') ?? path;
}
