import { main as browse } from './browse/main.ts';
import { main as canvas } from './canvas/main.ts';
import { main as card } from './card/main.ts';
import { main as engine } from './engine/main.ts';
import { main as imports } from './import/main.ts';
import { main as gallery } from './gallery/main.ts';
import { main as masks } from './masks/main.ts';

const benches: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = {
  browse,
  canvas,
  card,
  engine,
  import: imports,
  gallery,
  masks,
};
const [name = '', ...rest] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined)
  console.error(`Usage: npm run bench -- <${Object.keys(benches).join('|')}> [options]`);
process.exitCode = bench === undefined ? 2 : await bench(rest);
