/** Checks the arguments of `extcheck/disk`. */
import type { DmVerityOptions } from '../container/verity/check';
import { ArgumentError } from '../error';
import type { OpenDiskOptions } from '../open-disk';
import { type OptionKinds, requireAbsolutePaths, requireOptions, requireSource } from './arguments';

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

const verityKinds: OptionKinds<DmVerityOptions> = { rootHash: 'string', tree: 'object', digests: 'object' };

/** @throws ArgumentError */
export function requireVerityOptions(options: DmVerityOptions): void {
  requireOptions(options, verityKinds, 'dmVerityCheck');
  if (options.tree) requireSource(options.tree, 'dmVerityCheck');
  if (options.rootHash !== undefined && !/^(?:[0-9a-f]{2})+$/i.test(options.rootHash))
    throw new ArgumentError('Option rootHash of dmVerityCheck must be a hash in hexadecimal digits.');
}
