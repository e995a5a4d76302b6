// Python's str.strip() and JavaScript's trim() disagree: Python also strips U+001C..U+001F and U+0085, and keeps U+FEFF.
// The reference strips with Python, so its list is spelled out.
const pythonWhiteSpace =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const leading = new RegExp(`^[${pythonWhiteSpace}]+`, 'u');
const trailing = new RegExp(`[${pythonWhiteSpace}]+$`, 'u');

/** Python's str.lstrip(). */
export function stripStart(text: string): string {
  return text.replace(leading, '');
}

/** Python's str.rstrip(). */
export function stripEnd(text: string): string {
  return text.replace(trailing, '');
}
