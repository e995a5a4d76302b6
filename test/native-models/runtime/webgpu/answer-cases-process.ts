import { main } from './answer-cases.ts';

await main(process.argv.slice(2));
