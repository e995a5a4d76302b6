/** Signs a terminal obeys instead of showing: control codes but tab and line feed, and those that turn the direction of writing. */
const commands = /[^\P{Cc}\t\n]|[\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Text from files and names as a terminal may print it: what it would obey is shown as `\x1b`, so that a name can neither move the cursor,
 * nor change the title, nor hide a part of itself.
 */
export function shownText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(commands, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

/** JSON whose texts are escaped where a terminal would obey them; it reads back as the same value. */
export function shownJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(
    /[\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu,
    (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
