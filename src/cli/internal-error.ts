/** Reports a bug that one image shows, so that it neither stops the other images nor looks like a verdict on this one. */
import { printable } from '../report/printable';
import type { Io } from './io';

export function reportInternalError(error: unknown, shown: string, io: Pick<Io, 'err'>): void {
  const stack = error instanceof Error && error.stack ? error.stack : String(error);
  io.err(`extcheck: internal error on ${printable(shown)}: please report this with the image:\n${stack}\n`);
}
