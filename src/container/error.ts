/** The error for a disk, an archive or another container that cannot be opened. */
import { ExtcheckError } from '../error';

/**
 * - `container-damaged`: the container contradicts itself or is truncated; the message names the field.
 * - `container-unsupported`: it is of a kind, or uses a feature, that is not read here.
 * - `container-needs-file`: another file belongs to it, which is missing or may not be opened.
 */
export type ContainerErrorCode = 'container-damaged' | 'container-unsupported' | 'container-needs-file';

/** A container cannot be opened. The message is a clause that can follow its name and a colon. */
export class ContainerError extends ExtcheckError {
  override readonly name = 'ContainerError';

  constructor(
    override readonly code: ContainerErrorCode,
    message: string,
    /** Shell commands that help, with FILE for the name of the container; empty if there are none. */
    readonly commands: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}

/** A container that contradicts itself, or ends too early. */
export const damaged = (message: string): ContainerError => new ContainerError('container-damaged', message);

/** A container of a kind that is not read here, with the commands to use instead. */
export const unsupported = (message: string, ...commands: string[]): ContainerError =>
  new ContainerError('container-unsupported', message, commands);
