import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Shows the address in the person's default browser. It stands on that program's command line, where every account of the machine can
 * read it: never one with a secret in it.
 *
 * @returns false where there is none, or no screen; never throws
 */
export async function openInBrowser(url: string): Promise<boolean> {
  const opener = openerOf(process.platform, process.env);
  if (opener === null) return false;
  const child = spawn(opener.command, [...opener.words, url], { stdio: 'ignore', detached: true });
  child.unref();
  try {
    await once(child, 'spawn');
  } catch {
    return false; // the opener is not installed
  }
  return true;
}

/** The program that hands an address to the default browser; null where no window could appear. */
export function openerOf(
  platform: NodeJS.Platform,
  environment: NodeJS.ProcessEnv,
): { readonly command: string; readonly words: readonly string[] } | null {
  if (platform === 'darwin') return { command: 'open', words: [] };
  // Not `start`: that one goes through cmd.exe, which would read the & of an address.
  if (platform === 'win32') return { command: 'rundll32', words: ['url.dll,FileProtocolHandler'] };
  const hasScreen = Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY']);
  return hasScreen ? { command: 'xdg-open', words: [] } : null;
}
