/** Bytes of a file's beginning that tell whether it is something else. */
export const tellingBytes = 512;

/**
 * What stands where a file of a model should be: what git or a download left instead of it.
 *
 * @param head  the file's beginning, at least `tellingBytes` of it or all there is
 * @returns the end of a sentence that begins with the file's name, or null when nothing speaks against it
 */
export function mistakenFor(head: Uint8Array): string | null {
  if (head.length === 0) return 'is empty: its download was broken off. Fetch it again.';
  const text = new TextDecoder('latin1')
    .decode(head.subarray(0, tellingBytes))
    .replace(/^\u00EF\u00BB\u00BF/u, '');
  if (text.startsWith('version https://git-lfs.github.com/spec/')) {
    const size = /\nsize (\d+)/u.exec(text)?.[1];
    const meant = size === undefined ? '' : ` of ${size} bytes`;
    return `is a Git LFS pointer, not the file${meant} it stands for. Fetch it with "git lfs pull", or download it again.`;
  }
  if (/^\s*<(?:!doctype\s|html|head|body|\?xml|error)/iu.test(text))
    return 'is a web page, not the file: the download was answered by a page (a login, or an error). Download it again.';
  if (
    /^\s*(?:Entry not found|Invalid username or password|Access to model .{0,200} is restricted|404: Not Found|Repository Not Found)/iu.test(
      text,
    )
  )
    return `is the message of a server, not the file ("${text.trim().slice(0, 60)}"). Download it again.`;
  return null;
}
