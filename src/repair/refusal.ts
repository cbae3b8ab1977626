/** The one error of a repair that cannot be done: nothing was changed, and the message says why and what helps. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
