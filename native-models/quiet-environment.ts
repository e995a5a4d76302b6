/** What the environment of every process that may load ONNX Runtime says: its telemetry stays off. */
export const quietEnvironment = { ORT_DISABLE_TELEMETRY: '1' } as const;

/** glibc then asks for large pages wherever it takes much memory at once; systems give them on request alone. */
const largePages = 'glibc.malloc.hugetlb=1';

/**
 * The environment of a process that is started to compute: silent, and its weights in large pages, as every step reads them from end to end (README.md has what
 * it gains). Other systems and libraries do not know the variable. What a person has set of it stays.
 *
 * @param given  the environment of the process that starts it
 */
export function inferenceEnvironment(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = given['GLIBC_TUNABLES'] ?? '';
  const tunables = own.includes('glibc.malloc.hugetlb')
    ? own
    : own === ''
      ? largePages
      : `${own}:${largePages}`;
  return { ...given, ...quietEnvironment, GLIBC_TUNABLES: tunables };
}
