// Builds what rolldown.config.ts lists, and says nothing unless it fails: rolldown's own command prints every file, which would
// stand before the output of `npm run -s cli -- ... --json`.
import { build } from 'rolldown';
import { loadConfig } from 'rolldown/config';

await build(await loadConfig('electron/rolldown.config.ts'));
