/** Checks the arguments of public functions before anything is read. */
import { ArgumentError } from '../error';
import { nearest } from '../report/nearest';
import { printable } from '../report/printable';
import type { ByteSource } from '../source/source';

const shown = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;

const isPromise = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

/** @throws ArgumentError if `value` is not a source of bytes */
export function requireSource(value: unknown, caller: string): asserts value is ByteSource {
  if (typeof value === 'string')
    throw new ArgumentError(`${caller} needs a source, not a path: pass await openImageFile(path).`);
  if (isPromise(value)) throw new ArgumentError(`${caller} needs a source, not a promise of one: await it first.`);
  if (typeof value === 'object' && value !== null) {
    const { read, size } = value as { read?: unknown; size?: unknown };
    if (typeof read === 'function' && typeof size === 'number') return;
    if (value instanceof Uint8Array)
      throw new ArgumentError(`${caller} needs a source, not bytes: pass memorySource(bytes).`);
    if (typeof Blob === 'function' && value instanceof Blob)
      throw new ArgumentError(`${caller} needs a source, not a Blob: pass blobSource(blob).`);
  }
  throw new ArgumentError(`${caller} needs a source with size and read, not ${shown(value)}.`);
}

/** @throws ArgumentError if `value` is not an object with these members; `what` names it, such as `a report` */
export function requireMembers(value: unknown, what: string, members: readonly string[], caller: string): void {
  if (isPromise(value)) throw new ArgumentError(`${caller} needs ${what}, not a promise of one: await it first.`);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ArgumentError(`${caller} needs ${what}, not ${shown(value)}.`);
  const lacking = members.find((name) => !(name in value));
  if (lacking !== undefined) throw new ArgumentError(`${caller} needs ${what}, not an object without ${lacking}.`);
}

/** @throws ArgumentError if `value` is not a text; `what` names it, such as `a path` */
export function requireText(value: unknown, what: string, caller: string): asserts value is string {
  if (isPromise(value)) throw new ArgumentError(`${caller} needs ${what}, not a promise of one: await it first.`);
  if (typeof value !== 'string') throw new ArgumentError(`${caller} needs ${what}, not ${shown(value)}.`);
}

type TypeName = 'boolean' | 'number' | 'string' | 'function' | 'object' | 'array' | 'date' | 'signal';

/** What an option may be: a type, one of several types, or one of several texts. */
export type Kind = TypeName | readonly TypeName[] | { readonly oneOf: readonly string[] };

/** The options of a function, by name. */
export type OptionKinds<T> = { readonly [K in keyof Required<T>]: Kind };

function isType(value: unknown, type: TypeName): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value) && !isPromise(value);
    case 'date':
      return value instanceof Date && !Number.isNaN(value.getTime());
    case 'signal':
      return typeof (value as AbortSignal | null)?.throwIfAborted === 'function';
    default:
      return typeof value === type && !Number.isNaN(value);
  }
}

const typeWords: Readonly<Record<TypeName, string>> = {
  boolean: 'a boolean',
  number: 'a number',
  string: 'a string',
  function: 'a function',
  object: 'an object',
  array: 'an array',
  date: 'a valid Date',
  signal: 'an AbortSignal',
};

function requireKind(value: unknown, kind: Kind, name: string, caller: string): void {
  if (typeof kind === 'object' && 'oneOf' in kind) {
    if (typeof value === 'string' && kind.oneOf.includes(value)) return;
    const given = typeof value === 'string' ? printable(JSON.stringify(value)) : shown(value);
    throw new ArgumentError(`Option ${name} of ${caller} must be one of ${kind.oneOf.join(', ')}, not ${given}.`);
  }
  const types = typeof kind === 'string' ? [kind] : kind;
  if (types.some((type) => isType(value, type))) return;
  const wanted = types.map((type) => typeWords[type]).join(' or ');
  const given = isPromise(value) ? 'a promise' : shown(value);
  throw new ArgumentError(`Option ${name} of ${caller} must be ${wanted}, not ${given}.`);
}

/** @throws ArgumentError for an unknown option or one of a wrong type */
export function requireOptions<T extends object>(options: T, kinds: OptionKinds<T>, caller: string): void {
  if (!isType(options, 'object')) throw new ArgumentError(`The options of ${caller} must be an object.`);
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name as keyof T] : undefined;
    if (kind === undefined) {
      const [close] = nearest(name, Object.keys(kinds), 1);
      const hint = close === undefined ? '' : ` Did you mean ${close}?`;
      throw new ArgumentError(`Unknown option ${printable(name)} of ${caller}.${hint}`);
    }
    if (value !== undefined) requireKind(value, kind, name, caller);
  }
}

/** @throws ArgumentError if an element is not an extension */
export function requireExtensions(extensions: readonly unknown[], caller: string): void {
  for (const one of extensions)
    if (typeof one !== 'object' || one === null || typeof (one as { name?: unknown }).name !== 'string')
      throw new ArgumentError(`Option extensions of ${caller} must list extensions such as lostWritesCheck().`);
}

/** @throws ArgumentError if an element is not an absolute path */
export function requireAbsolutePaths(paths: readonly unknown[], caller: string, option = 'require'): void {
  for (const path of paths)
    if (typeof path !== 'string' || !path.startsWith('/')) {
      const given = typeof path === 'string' ? printable(JSON.stringify(path)) : shown(path);
      throw new ArgumentError(`Option ${option} of ${caller} must list absolute paths, not ${given}.`);
    }
}
