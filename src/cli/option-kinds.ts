/** The kinds of options: flags, texts, choices, numbers, offsets and lists. */
import { printable } from '../report/printable';
import { didYouMean, type Option, UsageError } from './options';

type Details = Omit<Partial<Option>, 'read' | 'placeholder' | 'description'>;
type Read<V> = (text: string, name: string) => V;

/** An option without a value: true where it is given, or false where `initial` is true. */
export const flag = <const D extends Details>(description: string, details?: D) => ({
  initial: false,
  description,
  ...(details as D),
  read: (): boolean => details?.initial !== true,
});

const valued = <V, const D extends Details>(placeholder: string, description: string, read: Read<V>, details?: D) => ({
  placeholder,
  description,
  ...(details as D),
  read,
});

/** An option with any text as value. */
export const text = <const D extends Details>(placeholder: string, description: string, details?: D) =>
  valued(placeholder, description, (value) => value, details);

/** An option with one of `choices` as value. */
export const choice = <const T extends string, const D extends Details>(
  placeholder: string,
  choices: readonly T[],
  description: string,
  details?: D,
) => ({ ...valued(placeholder, description, (value, name) => oneOf(name, value, choices), details), choices });

/** An option with a whole number, 1 or greater. */
export const count = <const D extends Details>(description: string, details?: D) =>
  valued('N', description, parseCount, details);

/** An option that can be repeated; its value is the list of all values. */
export const list = <V, const D extends Details>(
  placeholder: string,
  description: string,
  readOne: Read<V>,
  details?: D,
) => ({
  placeholder,
  description,
  ...(details as D),
  repeatable: true as const,
  initial: [] as V[],
  read: (value: string, name: string, previous: readonly V[] = []): V[] => [...previous, readOne(value, name)],
});

/**
 * The one of `choices` that is the value of option `name`.
 * @throws UsageError when it is not one of them.
 */
export function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === value);
  if (found !== undefined) return found;
  const hint = didYouMean(value, choices);
  throw new UsageError(`--${name} must be one of ${choices.join(', ')}, not '${printable(value)}'.${hint}`);
}

/** A path inside the image; a missing leading slash is added. */
export const absolute = (path: string): string => (path.startsWith('/') ? path : `/${path}`);

/** @throws UsageError when the value of option `name` is not a whole number from 1 to 2^53 - 1 */
export function parseCount(value: string, name: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number) || number < 1)
    throw new UsageError(`--${name} must be a whole number, 1 or greater, not '${printable(value)}'.`);
  return number;
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  s: 512,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/**
 * Bytes from `1048576`, `1M`, `1MiB`, `1G` (powers of 1024) or, in sectors of 512 bytes, `2048s`. `what` is for the message.
 * @throws UsageError for any other text, and for 2^53 or more.
 */
export function parseBytes(value: string, what: string): number {
  const found = /^(\d+)(b|s|[kmgt](?:ib?)?)?$/i.exec(value);
  const bytes =
    found === null ? Number.NaN : Number(found[1]) * (units[(found[2] ?? '').slice(0, 1).toLowerCase()] ?? Number.NaN);
  if (!Number.isSafeInteger(bytes))
    throw new UsageError(
      `${what} must be a number of bytes, optionally followed by K, M, G, T or s (sectors of 512 bytes), not '${printable(value)}'.`,
    );
  return bytes;
}

/** The same for an offset. @throws UsageError */
export const parseOffset = (value: string): number => parseBytes(value, 'An offset');
