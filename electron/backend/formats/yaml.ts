/**
 * The only user of the YAML library, which is loaded with the first file that needs it: few do, and it makes a twelfth of what starting the
 * app computes.
 */
const library = () => import('yaml');

/** @throws YAMLParseError; references that refer to references could grow without end, and are refused */
export async function parseYaml(text: string): Promise<unknown> {
  const { parse } = await library();
  return parse(text, { maxAliasCount: 100 });
}

export async function yamlOf(value: unknown): Promise<string> {
  const { stringify } = await library();
  return stringify(value);
}
