/** The steps of the boot loader, as a profile lists them: scripts, menus, and the files that these name. */
import { grubProblem, initramfsStep, kernelStep } from './file-steps';
import { GrubError } from './grub/error';
import { readLoaderEntry } from './grub/loader-spec';
import { type BootEntry, maxScript, readScript } from './grub/script';
import { problems } from './problems';
import type { ProfileStep } from './profile';
import { decodeUtf8 } from './text-of';
import { noKernel, noRoot, type Walk } from './walk';

const menus = ['/boot/grub/grub.cfg', '/boot/grub2/grub.cfg', '/grub/grub.cfg', '/grub2/grub.cfg'];
const entryFolders = ['/boot/loader/entries', '/loader/entries'];
const usualKernels = ['/boot/vmlinuz', '/vmlinuz', '/boot/Image', '/boot/bzImage'];
const usualInitramfs = ['/boot/initrd', '/boot/initrd.img', '/initrd.img', '/boot/initramfs'];
/** Entries of a menu that are followed; the rest is counted. */
const maxEntries = 32;

/** A script in the image, as text. @throws GrubError */
async function scriptAt(walk: Walk, path: string): Promise<string> {
  const file = await walk.grub.open(path);
  const head = await file.head(maxScript);
  return decodeUtf8(head);
}

/** The text of the first file that is there, or null when none is; reading errors count as there. */
async function firstScript(walk: Walk, paths: readonly string[]): Promise<{ path: string; text: string } | GrubError> {
  let failure: GrubError | undefined;
  for (const path of paths) {
    try {
      return { path, text: await scriptAt(walk, path) };
    } catch (error) {
      if (!(error instanceof GrubError)) throw error;
      failure ??= error;
      if (error.fault !== 'not-found') return error;
    }
  }
  return failure!;
}

async function sourceStep(walk: Walk, paths: readonly string[]): Promise<void> {
  walk.script = paths[0]!;
  const found = await firstScript(walk, paths);
  if (found instanceof GrubError) {
    // the machine goes on with what is set already
    const empty =
      walk.variables.size === 0 ? "\nerror: invalid file name `'.\nerror: you need to load the kernel first." : '';
    const console = `error: ${found.console}${empty}\n\nPress any key to continue...`;
    const says = `GRUB cannot read ${paths[0]}: ${found.path}: ${found.message}.`;
    const data = { what: 'boot configuration', why: found.message };
    walk.fails('config', says, problems['boot-config-missing'], { path: found.path }, data, console);
    return;
  }
  walk.script = found.path;
  const given = Object.fromEntries([...walk.variables].map(([name, values]) => [name, values[values.length - 1]!]));
  for (const [name, values] of readScript(found.text, given).variables) walk.variables.set(name, values);
  walk.works('config', `${found.path} is read.`);
}

/** What a path with variables can stand for, the likeliest first; empty where a variable is not set. */
function expand(walk: Walk, path: string): { candidates: string[]; unset: string | null } {
  const alone = /^\$\{?([A-Za-z0-9_]+)\}?$/.exec(path)?.[1];
  if (alone !== undefined) {
    const values = (walk.variables.get(alone) ?? []).filter((value) => value !== '');
    return { candidates: [...new Set([...values].reverse())], unset: values.length === 0 ? alone : null };
  }
  let unset: string | null = null;
  const text = path.replace(/\$\{?([A-Za-z0-9_]+)\}?/g, (_, name: string) => {
    const values = walk.variables.get(name);
    if (values === undefined) unset ??= name;
    return values?.[values.length - 1] ?? '';
  });
  return { candidates: [text.replace(/^\([^)]*\)/, '')], unset };
}

/** Of several values that a script gives a variable, one for each machine or mode, the first that leads to a file. */
async function choose(walk: Walk, candidates: readonly string[]): Promise<string> {
  for (const path of candidates.length > 1 ? candidates : []) {
    try {
      await walk.grub.open(path);
      return path;
    } catch (error) {
      if (!(error instanceof GrubError)) throw error;
      if (error.fault !== 'not-found') return path;
    }
  }
  return candidates[0]!;
}

async function loadStep(walk: Walk, kind: 'kernel' | 'initramfs', path: string): Promise<void> {
  const { candidates, unset } = expand(walk, path);
  if (unset !== null || candidates.length === 0) {
    const variable = unset ?? path;
    const rest = kind === 'kernel' ? noKernel : `\nPress any key to continue...\n${noRoot}`;
    const file = walk.script === '' ? 'the configuration' : walk.script;
    const says = `${file} does not set ${variable}, so GRUB looks for a ${kind} without a name.`;
    walk.fails(
      kind,
      says,
      problems['boot-config-variable-unset'],
      {},
      { variable, file },
      `error: invalid file name \`'.\n${rest}`,
    );
    return;
  }
  const chosen = await choose(walk, candidates);
  if (kind === 'kernel') await kernelStep(walk, chosen);
  else await initramfsStep(walk, [chosen]);
}

/** Entries of all menus and folders of entries, the first one being the default. */
async function allEntries(walk: Walk): Promise<BootEntry[]> {
  const entries: BootEntry[] = [];
  for (const menu of menus) {
    try {
      const text = await scriptAt(walk, menu);
      entries.push(...readScript(text).entries);
      walk.works('config', `${menu} is read.`);
    } catch (error) {
      if (!(error instanceof GrubError)) throw error;
      if (error.fault === 'not-found') continue;
      const data = { what: 'boot menu', why: error.message };
      const says = `GRUB cannot read ${menu}: ${error.message}.`;
      walk.fails('config', says, grubProblem(error), { path: error.path }, data, `error: ${error.console}`);
    }
  }
  for (const folder of entryFolders) {
    // GRUB and systemd-boot show the newest first, which by name is the last
    const names = (await walk.grub.list(folder))
      .filter((name) => name.endsWith('.conf'))
      .sort()
      .reverse();
    for (const name of names.slice(0, maxEntries)) {
      try {
        const entry = readLoaderEntry(await scriptAt(walk, `${folder}/${name}`), name);
        if (entry !== null) entries.push(entry);
      } catch (error) {
        if (!(error instanceof GrubError)) throw error;
        walk.notes.push(`The entry ${folder}/${name} cannot be read: ${error.message}.`);
      }
    }
  }
  return entries;
}

/** The first of the paths that GRUB finds, whether it can read what is there or not; undefined for none. */
async function firstThere(walk: Walk, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    try {
      await walk.grub.open(path);
      return path;
    } catch (error) {
      if (!(error instanceof GrubError)) throw error;
      if (error.fault !== 'not-found') return path;
    }
  }
  return undefined;
}

/** Where a path of a menu lies in this image: menus may count from a partition that is mounted on /boot. */
const inImage = async (walk: Walk, path: string): Promise<string> =>
  (await firstThere(walk, [path, `/boot${path}`])) ?? path;

async function usual(walk: Walk): Promise<BootEntry | null> {
  const kernel = await firstThere(walk, usualKernels);
  if (kernel === undefined) return null;
  const initramfs = await firstThere(walk, usualInitramfs);
  walk.notes.push('No boot menu is in the image; kernel and initramfs were looked for under their usual names.');
  return { title: kernel, kernel, cmdline: '', initramfs: initramfs === undefined ? [] : [initramfs], unset: [] };
}

async function entriesStep(walk: Walk): Promise<void> {
  const found = await allEntries(walk);
  const readable = found.filter(({ kernel }) => kernel?.startsWith('/'));
  if (readable.length < found.length)
    walk.notes.push(
      `${found.length - readable.length} entries of the menu name kernels in a way that cannot be followed here.`,
    );
  const guessed = readable.length === 0 && found.length === 0 ? await usual(walk) : null;
  const [first, ...others] = guessed === null ? readable : [guessed];
  if (first === undefined) {
    const why =
      found.length > 0
        ? 'no entry of the menu names a kernel that could be followed'
        : 'there is no menu and no kernel';
    walk.fails('config', 'Nothing in the image says what to boot.', problems['boot-no-entries'], {}, { why }, '');
    return;
  }
  await kernelStep(walk, await inImage(walk, first.kernel!));
  const parts: string[] = [];
  for (const path of first.initramfs.filter((one) => one !== '')) parts.push(await inImage(walk, path));
  if (parts.length > 0) await initramfsStep(walk, parts);
  for (const entry of others.slice(0, maxEntries)) await otherEntry(walk, entry);
  if (others.length > maxEntries) walk.notes.push(`Of the menu's entries the first ${maxEntries + 1} were followed.`);
}

/** An entry that somebody may choose: its files have to be there. */
async function otherEntry(walk: Walk, entry: BootEntry): Promise<void> {
  for (const path of [entry.kernel!, ...entry.initramfs].filter((one) => one.startsWith('/'))) {
    try {
      await walk.grub.open(await inImage(walk, path));
    } catch (error) {
      if (!(error instanceof GrubError)) throw error;
      const data = { entry: entry.title.slice(0, 120), why: `${path}: ${error.message}` };
      const says = `The entry '${data.entry}' does not work: ${data.why}.`;
      walk.fails('entry', says, problems['boot-entry-broken'], { path: error.path }, data, `error: ${error.console}`);
      return;
    }
  }
}

/** Takes the steps of the boot loader in their order. */
export async function loaderSteps(walk: Walk, steps: readonly ProfileStep[]): Promise<void> {
  for (const [name, value] of Object.entries(walk.profile.variables)) walk.variables.set(name, [value]);
  for (const step of steps) {
    walk.signal?.throwIfAborted();
    if (step.do === 'source') await sourceStep(walk, step.file);
    else if (step.do === 'entries') await entriesStep(walk);
    // without a configuration no more can be said than was said there
    else if (walk.variables.size > 0 || !step.path.includes('$')) await loadStep(walk, step.do, step.path);
  }
}
