/** Validates parsed JSON, with messages that name the place, for files that people write. */
import { nearest } from '../../report/nearest';
import { printable } from '../../report/printable';

/** A value is invalid. The message names its place and what it must be. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** A value for a message. Lists and objects can be nested so deeply that they cannot be written. */
const shown = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : 'a list';
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? '{}' : 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return printable(text.length > 60 ? `${text.slice(0, 60)}…` : text);
};

const wrong = (value: unknown, place: string, what: string): ShapeError =>
  new ShapeError(`${place} must be ${what}, not ${shown(value)}`);

/** An object with only known keys; a misspelt key is reported with the nearest known one. */
export function objectOf(value: unknown, place: string, known: readonly string[]): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(value, place, 'an object');
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const [close] = nearest(key, known, 1);
    const hint = close === undefined ? `; known keys are ${known.join(', ')}` : `. Did you mean '${close}'?`;
    throw new ShapeError(`${place} has no key '${printable(key.slice(0, 60))}'${hint}`);
  }
  return value as JsonObject;
}

export function listOf(value: unknown, place: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(value, place, 'a list');
  if (value.length > most) throw new ShapeError(`${place} has more than ${most} entries`);
  return value;
}

export function textOf(value: unknown, place: string, what = 'a non-empty string'): string {
  if (typeof value !== 'string' || value === '') throw wrong(value, place, what);
  if (value.length > 16_384) throw new ShapeError(`${place} is longer than 16384 characters`);
  return value;
}

export function countOf(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw wrong(value, place, 'a whole number of 0 or greater');
  return value;
}

export function flagOf(value: unknown, place: string): boolean {
  if (typeof value !== 'boolean') throw wrong(value, place, 'true or false');
  return value;
}

export function choiceOf<T extends string>(value: unknown, place: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === value);
  if (found !== undefined) return found;
  const [close] = typeof value === 'string' ? nearest(value, choices, 1) : [];
  const hint = close === undefined ? '' : `. Did you mean '${close}'?`;
  throw new ShapeError(`${place} must be one of ${choices.join(', ')}, not ${shown(value)}${hint}`);
}

/** Permission bits as octal text: JSON has no octal numbers. */
export function modeOf(value: unknown, place: string): number {
  if (typeof value !== 'string' || !/^0?[0-7]{3,4}$/.test(value))
    throw wrong(value, place, 'octal permissions in quotes, such as "0755"');
  return Number.parseInt(value, 8);
}
