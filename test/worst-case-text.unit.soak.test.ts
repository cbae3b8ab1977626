/** Every reader of text, with texts that are as slow to read as possible: linear time, whatever they contain. */
import { describe, expect, test } from 'vitest';
import { readLoaderEntry } from '../src/boot/grub/loader-spec';
import { readScript } from '../src/boot/grub/script';
import { parseProfile } from '../src/boot/profile';
import { readStateYaml } from '../src/boot/upgrade/state-yaml';
import { readUBootEnv } from '../src/boot/upgrade/u-boot-env';
import { parseBmap } from '../src/content/bmap/parse';
import { parseManifest } from '../src/content/manifest/parse';
import { parseInstalled } from '../src/content/packages/apk';
import { parseStatus } from '../src/content/packages/dpkg-status';
import type { DatabaseNotes } from '../src/content/packages/package-file';
import { parseSections } from '../src/content/packages/pacman';
import { addDpkgRules, addPacmanRules, PathFilter } from '../src/content/packages/patterns';
import { parsePolicy } from '../src/content/policy/parse';
import { parseBaseline } from '../src/report/baseline';
import { amount } from './support/project';

const size = amount({ unit: 2 ** 16, ci: 2 ** 18, full: 2 ** 24 });
/** Milliseconds. */
const most = amount({ unit: 2000, ci: 2000, full: 5000 });

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const nothing = (): void => undefined;

async function every(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

const notes: DatabaseNotes = { damaged: nothing, unfinished: nothing, withoutDigests: nothing, skipped: nothing };

/** Each reader, and beginnings of lines that it looks into. */
const readers: readonly (readonly [name: string, starts: readonly string[], read: (text: string) => unknown])[] = [
  ['a loader entry', ['options x', 'initrd /a', 'title '], (text) => readLoaderEntry(text, 'x.conf')],
  ['a GRUB script', ['linux /a', 'set a=', 'menuentry "a" {', '$a', "'", '"'], (text) => readScript(text)],
  ['state.yaml', ['state:', '  a: "b', 'a: b #'], readStateYaml],
  ['the environment of U-Boot', ['a=b', 'a='], (text) => readUBootEnv(bytes(text))],
  ['dpkg.cfg', ['path-exclude=x', 'path-include "x'], (text) => addDpkgRules(new PathFilter(), text)],
  ['pacman.conf', ['NoExtract = x', 'NoExtract='], (text) => addPacmanRules(new PathFilter(), text)],
  [
    'the status of dpkg',
    ['Package: a', 'Conffiles:\n /x', 'Conffiles:\n /x 0 obsolete'],
    (text) => parseStatus(bytes(text), nothing),
  ],
  ['the database of apk', ['P:a', 'F:a', 'R:a'], (text) => every(parseInstalled(bytes(text), 'installed', notes))],
  ['a package of pacman', ['%FILES%\n', '%BACKUP%\na'], (text) => parseSections(bytes(text))],
  ['a manifest', ['#mtree\n', '#mtree\n./a type=file', '#mtree\n/set ', `${'0'.repeat(64)}  `], parseManifest],
  ['a policy', ['{"version":1,"paths":["', '[', '{"a":'], (text) => parsePolicy(JSON.parse(text))],
  ['a profile', ['{"name":"', '['], (text) => parseProfile(JSON.parse(text))],
  ['a baseline', ['{"version":1,', '['], parseBaseline],
  ['a block map', ['<?xml version="1.0"?><bmap ', '<bmap version="2.0"', '<!--'], parseBmap],
];

/** Fillings of a text, each repeated up to its size. */
const fillings = [
  ' ',
  '\n',
  '\t x',
  ' \n',
  'x',
  'x ',
  '= ',
  '"',
  "'",
  '[',
  '\\',
  '$a',
  '$' + '{a}',
  '#',
  'a="b" ',
  '\0',
  '/',
  '! ',
  ' obsolete',
];

describe.each(readers)('%s', (_name, starts, read) => {
  test.each(starts)('that begins with %j', async (start) => {
    const slow: string[] = [];
    for (const filling of fillings)
      for (const end of ['', 'y', '\ny']) {
        const text = start + filling.repeat(size / filling.length) + end;
        const before = performance.now();
        try {
          await read(text);
        } catch (error) {
          expect((error as Error).name, (error as Error).message).toMatch(/^(\w+Error|SyntaxError)$/);
          expect(error).not.toBeInstanceOf(RangeError);
          expect(error).not.toBeInstanceOf(TypeError);
        }
        const took = performance.now() - before;
        if (took > most) slow.push(`${JSON.stringify(filling)} ${JSON.stringify(end)}: ${Math.round(took)} ms`);
      }
    expect(slow).toEqual([]);
  });
});
