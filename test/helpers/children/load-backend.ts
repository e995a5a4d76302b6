import { createRequire } from 'node:module';
import { createBackend } from '../../../electron/backend/create-backend.ts';

/** Says which packages stand in memory once the backend was loaded, and nothing of it used. */
const { cache } = createRequire(import.meta.url);
// What a package says of itself is no code of it.
const packages = Object.keys(cache)
  .filter((path) => !path.endsWith('package.json'))
  .flatMap((path) => /node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/u.exec(path) ?? []);
console.log(JSON.stringify([typeof createBackend, ...new Set(packages)]));
