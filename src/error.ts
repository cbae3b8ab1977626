/** The base of every error that extcheck throws on purpose, and that of a wrong argument. */

/** An error that has a cause a caller can act on. `code` is stable; the message is a sentence or a clause for people. */
export class ExtcheckError extends Error {
  override readonly name: string = 'ExtcheckError';

  constructor(
    /** What went wrong, such as `not-found`; each class lists its codes. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A call that makes no sense: a wrong type, an unknown option. The code is `invalid-argument`. */
export class ArgumentError extends ExtcheckError {
  override readonly name = 'ArgumentError';

  constructor(message: string) {
    super('invalid-argument', message);
  }
}
