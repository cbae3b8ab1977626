/** Checks the arguments of public functions before anything is read. */
import { ArgumentError } from '../error';
import { nearest } from '../report/nearest';
import { printable } from '../report/printable';
import type { ByteSource } from '../source/source';

const shown = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;

/** @throws ArgumentError if `value` is not a source of bytes */
export function requireSource(value: unknown, caller: string): asserts value is ByteSource {
  if (typeof value === 'string')
    throw new ArgumentError(`${caller} needs a source, not a path: pass await openImageFile(path).`);
  if (typeof value === 'object' && value !== null) {
    const { read, size, then } = value as { read?: unknown; size?: unknown; then?: unknown };
    if (typeof then === 'function')
      throw new ArgumentError(`${caller} needs a source, not a promise of one: await it first.`);
    if (typeof read === 'function' && typeof size === 'number') return;
    if (value instanceof Uint8Array)
      throw new ArgumentError(`${caller} needs a source, not bytes: pass memorySource(bytes).`);
    if (typeof Blob === 'function' && value instanceof Blob)
      throw new ArgumentError(`${caller} needs a source, not a Blob: pass blobSource(blob).`);
  }
  throw new ArgumentError(`${caller} needs a source with size and read, not ${shown(value)}.`);
}

/** The type that an option must have. */
type Kind = 'boolean' | 'number' | 'string' | 'function' | 'object' | 'array';

/** The options of a function, by name. */
export type OptionKinds<T> = { readonly [K in keyof Required<T>]: Kind };

const isKind = (value: unknown, kind: Kind): boolean =>
  kind === 'array'
    ? Array.isArray(value)
    : kind === 'object'
      ? typeof value === 'object' && value !== null && !Array.isArray(value)
      : typeof value === kind && !Number.isNaN(value);

/** @throws ArgumentError for an unknown option or one of a wrong type */
export function requireOptions<T extends object>(options: T, kinds: OptionKinds<T>, caller: string): void {
  if (!isKind(options, 'object')) throw new ArgumentError(`The options of ${caller} must be an object.`);
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name as keyof T] : undefined;
    if (kind === undefined) {
      const [close] = nearest(name, Object.keys(kinds), 1);
      const hint = close === undefined ? '' : ` Did you mean ${close}?`;
      throw new ArgumentError(`Unknown option ${printable(name)} of ${caller}.${hint}`);
    }
    if (value !== undefined && !isKind(value, kind)) {
      const wanted = kind === 'array' || kind === 'object' ? `an ${kind}` : `a ${kind}`;
      throw new ArgumentError(`Option ${name} of ${caller} must be ${wanted}, not ${shown(value)}.`);
    }
  }
}

/** @throws ArgumentError if an element is not an extension */
export function requireExtensions(extensions: readonly unknown[], caller: string): void {
  for (const one of extensions)
    if (typeof one !== 'object' || one === null || typeof (one as { name?: unknown }).name !== 'string')
      throw new ArgumentError(`Option extensions of ${caller} must list extensions such as lostWritesCheck().`);
}
