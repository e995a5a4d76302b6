export interface CommandOption {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly short?: string;
  /** What stands for the value in the help: DIR, FILE, N. */
  readonly value?: string;
  readonly help: string;
}

/** What may be written after a command. */
export interface CommandGrammar {
  /** One or two words. */
  readonly name: string;
  /** What follows the name, before the options. */
  readonly usage: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  readonly positionals: { readonly min: number; readonly max: number };
}
