import { parseArgs } from 'node:util';
import { precisions, providers } from '../../native-models/names.ts';
import { GoldenFolder } from './golden.ts';
import { climb } from './ladder.ts';
import type { ParityOptions } from './parity-model.ts';
import { rungLine } from './rung.ts';
import type { Rung } from './rung.ts';

const usage = `Usage: npm run model:parity -- <golden folder> [--json] [--precision fp32] [--provider cpu]
Converts the folder's checkpoint and compares every rung with the numbers of the original PixelLM code.
Exit code: 0 every rung passed, 1 some failed, 2 the folder or the arguments cannot be used.`;

/** @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  const request = parseRequest(argv);
  if (typeof request === 'string') {
    console.error(request === '' ? usage : `${request}\n\n${usage}`);
    return 2;
  }
  const rungs: Rung[] = [];
  try {
    for await (const rung of climb(new GoldenFolder(request.folder), request.options)) {
      rungs.push(rung);
      if (!request.asJson) console.log(rungLine(rung));
    }
  } catch (cause) {
    console.error(
      `The golden folder ${request.folder} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
    return 2;
  }
  const failed = rungs.filter((rung) => !rung.passed).length;
  const isEmpty = rungs.length === 0;
  if (request.asJson)
    console.log(
      JSON.stringify(
        {
          folder: request.folder,
          ...request.options,
          rungs: rungs.map(toJson),
          passed: rungs.length - failed,
          failed,
        },
        null,
        1,
      ),
    );
  else
    console.log(
      `\n${rungs.length - failed} of ${rungs.length} rungs pass${failed === 0 ? '' : `; ${failed} FAIL`}.`,
    );
  return failed === 0 && !isEmpty ? 0 : 1;
}

function parseRequest(
  argv: readonly string[],
): { folder: string; asJson: boolean; options: ParityOptions } | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        precision: { type: 'string', default: 'fp32' },
        provider: { type: 'string', default: 'cpu' },
        help: { type: 'boolean' },
      },
    });
    const precision = precisions.find((name) => name === values.precision);
    const provider = providers.find((name) => name === values.provider);
    const [folder] = positionals;
    if (values.help === true || folder === undefined) return '';
    if (positionals.length > 1) return 'One folder at a time.';
    if (precision === undefined)
      return `There is no precision ${values.precision}; there are ${precisions.join(', ')}.`;
    if (provider === undefined)
      return `There is no provider ${values.provider}; there are ${providers.join(', ')}.`;
    return { folder, asJson: values.json === true, options: { precision, provider } };
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/** JSON has no infinity: a rung that broke has null there. */
function toJson(rung: Rung): Record<string, unknown> {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return { ...rung, maxAbs: finite(rung.maxAbs), maxRel: finite(rung.maxRel) };
}
