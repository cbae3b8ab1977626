/** Checks the arguments of `extcheck/disk`. */
import type { OpenDiskOptions } from '../open-disk';
import { type OptionKinds, requireAbsolutePaths, requireOptions } from './arguments';

const kinds: OptionKinds<OpenDiskOptions> = {
  signal: 'signal',
  partition: 'string',
  inside: 'array',
  openBeside: 'function',
  decompress: 'function',
  name: 'string',
  around: 'array',
};

/** @throws ArgumentError */
export function requireDiskOptions(options: OpenDiskOptions): void {
  requireOptions(options, kinds, 'openDisk');
  if (options.inside) requireAbsolutePaths(options.inside, 'openDisk', 'inside');
}
