/** Checks the arguments of `checkImage` and `openImage`. */
import { ArgumentError } from '../error';
import type { OpenOptions } from '../open-image';
import type { ByteSource } from '../source/source';
import { type OptionKinds, requireAbsolutePaths, requireExtensions, requireOptions, requireSource } from './arguments';
import type { CheckOptions } from './types';

const checkKinds: OptionKinds<CheckOptions> = {
  extensions: 'array',
  signal: 'signal',
  onFinding: 'function',
  onProgress: 'function',
  maxFindings: 'number',
  require: 'array',
  replay: 'boolean',
  jobs: 'number',
  partition: 'object',
  image: 'string',
  e2fsck: 'string',
  now: 'date',
};

const openKinds: OptionKinds<OpenOptions> = { signal: 'signal', replay: 'boolean' };

/** @throws ArgumentError */
export function requireCheckArguments(image: ByteSource, options: CheckOptions): void {
  requireSource(image, 'checkImage');
  requireOptions(options, checkKinds, 'checkImage');
  if (options.e2fsck !== undefined && !/^\d+(\.\d+)*$/.test(options.e2fsck))
    throw new ArgumentError('Option e2fsck of checkImage must be a version such as 1.47.4.');
  if (options.extensions) requireExtensions(options.extensions, 'checkImage');
  if (options.require) requireAbsolutePaths(options.require, 'checkImage');
}

/** @throws ArgumentError */
export function requireOpenArguments(image: ByteSource, options: OpenOptions): void {
  requireSource(image, 'openImage');
  requireOptions(options, openKinds, 'openImage');
}
