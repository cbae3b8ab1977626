/** Image names of the command line, and the reason why an image cannot be opened. */
import { messageOf } from '../error';
import { fs } from '../source/fs';
import { shownUrl } from '../source/shown-url';
import { absolute, parseOffset } from './option-kinds';

const { existsSync } = fs;

/** Where in a file the file system is. */
export interface Place {
  /** The byte at which to start. */
  offset: number;
  /** The number, name or UUID of a partition or volume. */
  partition?: string | undefined;
  /** Paths of images inside each other. */
  inside: readonly string[];
}

/** An image name. */
export interface ImageName extends Place {
  path: string;
  /** The name in reports, in a form that this program accepts: `disk.img?offset=1048576`, as e2fsck does, or `?partition=3`. */
  shown: string;
}

const keys = ['offset', 'partition', 'inside'] as const;

/** `?key=value&key=value` after the path of a file; null without it. */
function splitName(name: string): { path: string; values: [string, string][] } | null {
  const start = name.lastIndexOf('?');
  if (start <= 0) return null;
  const values = name
    .slice(start + 1)
    .split('&')
    .map((one): [string, string] => {
      const equals = one.indexOf('=');
      return equals < 0 ? [one, ''] : [one.slice(0, equals), decoded(one.slice(equals + 1))];
    });
  return values.every(([key, value]) => keys.some((one) => one === key) && value !== '')
    ? { path: name.slice(0, start), values }
    : null;
}

const encoded = (text: string): string => text.replace(/[?&%]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
const decoded = (text: string): string =>
  text.replace(/%(3f|26|25)/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

const isUrl = (path: string): boolean => /^https?:\/\//i.test(path);

/** The name of a place in a file. A URL is shown without what may be secret. */
export function shownName(name: string, { offset, partition, inside }: Place): string {
  const path = isUrl(name) ? shownUrl(name) : name;
  const parts = offset === 0 ? [] : [`offset=${offset}`];
  if (partition !== undefined) parts.push(`partition=${encoded(partition)}`);
  for (const one of inside) parts.push(`inside=${encoded(one)}`);
  return parts.length === 0 ? path : `${path}?${parts.join('&')}`;
}

/**
 * Splits `?offset=N`, as for e2fsck, `?partition=X` and `?inside=PATH` off an image name, unless a file has exactly that name.
 * They override the options.
 * @throws UsageError when N is not an offset.
 */
export function parseImageName(name: string, place: Place, exists: (path: string) => boolean = existsSync): ImageName {
  const split = splitName(name);
  if (split === null || exists(name)) return { path: name, ...place, shown: shownName(name, place) };
  const found: { offset: number; partition?: string; inside: string[] } = { offset: 0, inside: [] };
  for (const [key, value] of split.values) {
    if (key === 'offset') found.offset = parseOffset(value);
    else if (key === 'partition') found.partition = value;
    else found.inside.push(absolute(value));
  }
  return { path: split.path, ...found, shown: shownName(split.path, found) };
}

/** Why an image could not be opened or read, as a clause without its name and without error codes. */
export function whyNot(error: unknown, image: ImageName): string {
  if (error instanceof RangeError && image.offset > 0) return `offset ${image.offset} is past its end`;
  const message = messageOf(error);
  const prefix = [`cannot open ${image.path}: `, `${image.path}: `].find((one) => message.startsWith(one)) ?? '';
  const reason = message.slice(prefix.length).replace(` of ${image.path}: `, ': ');
  return reason.replace(/^E[A-Z0-9]+: /, '').replaceAll(/: E[A-Z0-9]+: /g, ': ') || 'the reason is not known';
}
