/** A part of the Debian system that runs the tests: whole packages, with their database, in a separate folder. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

const database = '/var/lib/dpkg';
/** Larger packages are left out: only names matter. */
const largest = 64 << 20;

/** Whether there is such a system here. */
export const hasDebian = existsSync(join(database, 'status')) && existsSync(join(database, 'info/bash.list'));

/** A path below `/` without links among its folders. */
function straight(path: string): string | null {
  try {
    return join(realpathSync(dirname(path)), basename(path)).slice(1);
  } catch {
    return null;
  }
}

const lines = (path: string): string[] => (existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []);

/** Files that differ from their package according to dpkg; missing ones may be left out on purpose. */
const changed = (): Set<string> =>
  new Set(
    spawnSync('dpkg', ['--verify'], { encoding: 'utf8', maxBuffer: 1 << 28 })
      .stdout.split('\n')
      .flatMap((line) => /^..5.{6} {3}(\/.*)$/.exec(line)?.[1] ?? []),
  );

/** Copies packages in the order of their names into `root` until it has so many files with a digest. Returns their paths. */
export function copyDebianPart(root: string, least: number): string[] {
  const status = readFileSync(join(database, 'status'), 'utf8').split('\n\n');
  const [paragraphs, paths, digested]: [string[], Set<string>, string[]] = [[], new Set(), []];
  const unsound = changed();
  mkdirSync(join(root, database, 'info'), { recursive: true });
  for (const paragraph of status) {
    if (digested.length >= least) break;
    const name = /^Package: (.*)$/m.exec(paragraph)?.[1];
    const architecture = /^Architecture: (.*)$/m.exec(paragraph)?.[1];
    if (name === undefined || !/^Status: install ok installed$/m.test(paragraph)) continue;
    if (Number(/^Installed-Size: (\d+)$/m.exec(paragraph)?.[1] ?? 0) * 1024 > largest) continue;
    const stems = [name, `${name}:${architecture}`];
    const stem = stems.find((one) => existsSync(join(database, 'info', `${one}.list`)));
    if (stem === undefined) continue;
    const listed = lines(join(database, 'info', `${stem}.list`));
    if (listed.some((path) => unsound.has(path))) continue;
    paragraphs.push(paragraph);
    for (const path of listed) {
      const real = path.startsWith('/') ? straight(path) : null;
      if (real !== null && real !== '' && existsSync(`/${real}`)) paths.add(real);
    }
    for (const line of lines(join(database, 'info', `${stem}.md5sums`))) if (line !== '') digested.push(line.slice(34));
    for (const file of readdirSync(join(database, 'info')))
      if (file.startsWith(`${stem}.`)) cpSync(join(database, 'info', file), join(root, database, 'info', file));
  }
  // where the files diverted by a package are: the second of three lines
  for (const [i, path] of lines(join(database, 'diversions')).entries())
    if (i % 3 === 1 && existsSync(path)) paths.add(straight(path)!);
  // folders that are links on a system with one /usr
  for (const name of readdirSync('/'))
    if (lstatSync(join('/', name)).isSymbolicLink()) symlinkSync(readlinkSync(join('/', name)), join(root, name));
  const list = [...paths].join('\0');
  const tar = spawnSync('sh', ['-c', 'tar -C / --no-recursion --null -T - -cf - | tar -C "$0" -xpf -', root], {
    input: list,
  });
  if (tar.status !== 0) throw new Error(`${tar.stderr}`);
  writeFileSync(join(root, database, 'status'), `${paragraphs.join('\n\n')}\n`);
  if (existsSync('/etc/dpkg')) cpSync('/etc/dpkg', join(root, 'etc/dpkg'), { recursive: true });
  for (const file of ['diversions', 'statoverride'])
    if (existsSync(join(database, file))) cpSync(join(database, file), join(root, database, file));
  return digested;
}
