/** The base class of all errors of extcheck, the error for a wrong argument, and the message of any error. */

/** An error that a caller can handle. `code` is stable; the message is a sentence or a clause for people. */
export class ExtcheckError extends Error {
  override readonly name: string = 'ExtcheckError';

  constructor(
    /** The kind of error, such as `not-found`; each class lists its codes. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An invalid call: a wrong type, an unknown option. The code is `invalid-argument`. */
export class ArgumentError extends ExtcheckError {
  override readonly name = 'ArgumentError';

  constructor(message: string) {
    super('invalid-argument', message);
  }
}

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
