/** The error of a repair that cannot be done; the message has the reason and what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
