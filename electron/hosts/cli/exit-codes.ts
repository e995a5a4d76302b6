/** What `pixellm` says to the shell. Documented in electron/hosts/README.md; never renumber. */
export const exitCodes = {
  done: 0,
  /** The sentence on stderr says why. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** The work was done and did not pass: a model that fails verification, some images that could not be read. */
  notAllGood: 3,
  /** A bug in the app, not a fault of the input. */
  internal: 70,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
