/** Compares an inode with a manifest entry: everything that does not need the content. */
import type { Problem } from '../../problem/define';
import type { FileStat } from '../../view/stat';
import type { Owners } from '../owners';
import { typeName } from '../type-name';
import type { ManifestEntry } from './entry';
import { problems } from './problems';

/** One difference, with its problem and its data. */
export interface Difference<D extends object = object> {
  problem: Problem<D>;
  data: D;
}

const difference = <D extends object>(problem: Problem<D>, data: D): Difference => ({
  problem: problem as Problem<object>,
  data,
});

export interface CompareOptions {
  owners: Owners;
  /** Whether modification times are compared. */
  times: boolean;
  /** Called with an owner's name that the image does not define, so that it cannot be compared. */
  unknownOwner(name: string): void;
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** All differences between an inode and its entry; only the type if that differs. `target` is set for symlinks. */
export function differences(
  entry: ManifestEntry,
  stat: FileStat,
  target: string | undefined,
  options: CompareOptions,
): Difference[] {
  if (entry.type !== undefined && entry.type !== stat.type)
    return [
      difference(problems['manifest-type-differs'], { stored: typeName(stat.type), expected: typeName(entry.type) }),
    ];
  if (entry.nochange) return [];
  const found: Difference[] = [];
  if (entry.target !== undefined && target !== undefined && entry.target !== target)
    found.push(difference(problems['manifest-link-differs'], { stored: target, expected: entry.target }));
  if (entry.size !== undefined && stat.type === 'file' && entry.size !== stat.size)
    found.push(difference(problems['manifest-size-differs'], { stored: stat.size, expected: entry.size }));
  if (entry.device !== undefined && stat.device !== null) {
    const [stored, expected] = [stat.device, entry.device].map(({ major, minor }) => `${major}:${minor}`) as [
      string,
      string,
    ];
    if (stored !== expected) found.push(difference(problems['manifest-device-differs'], { stored, expected }));
  }
  // permissions of a symlink have no meaning, and systems store different values
  const mode = stat.mode & 0o7777;
  if (entry.mode !== undefined && stat.type !== 'symlink' && entry.mode !== mode)
    found.push(difference(problems['manifest-mode-differs'], { stored: octal(mode), expected: octal(entry.mode) }));
  found.push(...ownerDifferences(entry, stat, options));
  if (options.times && entry.time !== undefined) found.push(...timeDifferences(entry.time, stat));
  if (entry.links !== undefined && stat.type === 'file' && entry.links !== stat.links)
    found.push(difference(problems['manifest-links-differ'], { stored: stat.links, expected: entry.links }));
  return found;
}

/** Numbers have priority over names, as the image stores numbers. */
function ownerDifferences(entry: ManifestEntry, stat: FileStat, options: CompareOptions): Difference[] {
  const found: Difference[] = [];
  const compare = (word: 'user' | 'group', number: number | undefined, name: string | undefined, stored: number) => {
    let expected = number;
    if (expected === undefined && name !== undefined) {
      expected = options.owners[word](name);
      if (expected === undefined) options.unknownOwner(name);
    }
    if (expected === undefined || expected === stored) return;
    const shown = number === undefined ? `${expected} (${name})` : String(expected);
    found.push(
      difference(problems['manifest-owner-differs'], { stored: `${word} ${stored}`, expected: `${word} ${shown}` }),
    );
  };
  compare('user', entry.uid, entry.user, stat.uid);
  compare('group', entry.gid, entry.group, stat.gid);
  return found;
}

/** Nanoseconds are compared only if both sides have them: many tools store whole seconds. */
function timeDifferences(time: NonNullable<ManifestEntry['time']>, { modified }: FileStat): Difference[] {
  const precise = time.nanoseconds !== 0 && modified.nanoseconds !== 0;
  if (time.seconds === modified.seconds && (!precise || time.nanoseconds === modified.nanoseconds)) return [];
  const text = (one: { seconds: number; nanoseconds: number }) =>
    `${one.seconds}.${String(one.nanoseconds).padStart(9, '0')}`;
  return [difference(problems['manifest-time-differs'], { stored: text(modified), expected: text(time) })];
}
