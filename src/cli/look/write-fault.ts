/** Errors of the system while files are written: those of one file, and those after which nothing can be written. */
import { reason } from '../../source/file';

/** Nothing more can be written. */
export class WriteError extends Error {
  override readonly name = 'WriteError';
}

const final = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ENODEV', 'ESTALE'];

/**
 * Why a file could not be written.
 * @throws WriteError if others cannot either; what is not an error of the system
 */
export function writeFault(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (!(error instanceof Error) || code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error;
  if (final.includes(code)) throw new WriteError(reason(error));
  return code === 'EEXIST'
    ? 'the name exists already, and nothing is overwritten'
    : `it cannot be written: ${reason(error)}`;
}
