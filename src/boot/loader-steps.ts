/** The steps of the boot loader, as a profile lists them: scripts, menus, and the files that these name. */
import { noKernel, noRoot, pressAnyKey } from './console';
import { grubProblem, initramfsStep, kernelStep } from './file-steps';
import { GrubError, grubResult } from './grub/error';
import { readLoaderEntry } from './grub/loader-spec';
import { type BootEntry, maxScript, readScript } from './grub/script';
import type { ProfileStep } from './profile';
import { decodeUtf8 } from './text-of';
import type { BootTrace } from './trace';

const menus = ['/boot/grub/grub.cfg', '/boot/grub2/grub.cfg', '/grub/grub.cfg', '/grub2/grub.cfg'];
const entryFolders = ['/boot/loader/entries', '/loader/entries'];
const usualKernels = ['/boot/vmlinuz', '/vmlinuz', '/boot/Image', '/boot/bzImage', '/boot/zImage'];
const usualInitramfs = ['/boot/initrd', '/boot/initrd.img', '/initrd.img', '/boot/initramfs'];
/** Menu entries that are checked; the rest is counted. */
const maxEntries = 32;

/** A script in the image as text, or why GRUB cannot read it. */
const scriptAt = (trace: BootTrace, path: string): Promise<string | GrubError> =>
  grubResult(trace.grub.open(path).then(async (file) => decodeUtf8(await file.head(maxScript))));

/** The first file that exists, or the error for the first path if none does; a file that cannot be read is an error. */
async function firstScript(
  trace: BootTrace,
  paths: readonly string[],
): Promise<{ path: string; text: string } | GrubError> {
  let failure: GrubError | undefined;
  for (const path of paths) {
    const text = await scriptAt(trace, path);
    if (typeof text === 'string') return { path, text };
    failure ??= text;
    if (text.fault !== 'not-found') return text;
  }
  return failure!;
}

async function sourceStep(trace: BootTrace, paths: readonly string[]): Promise<void> {
  trace.script = paths[0]!;
  const found = await firstScript(trace, paths);
  if (found instanceof GrubError) {
    // the machine continues with the variables that are already set
    const empty =
      trace.variables.size === 0 ? "\nerror: invalid file name `'.\nerror: you need to load the kernel first." : '';
    const console = `error: ${found.console}${empty}${pressAnyKey}`;
    const message = `GRUB cannot read ${paths[0]}: ${found.path}: ${found.message}.`;
    const data = { what: 'boot configuration', why: found.message };
    trace.fail('config', message, 'boot-config-missing', { path: found.path }, data, console);
    trace.scriptFailed = true;
    return;
  }
  trace.script = found.path;
  const given = Object.fromEntries([...trace.variables].map(([name, values]) => [name, values.at(-1)!]));
  const script = readScript(found.text, given);
  noteLimits(trace, found.path, script.limits);
  for (const [name, values] of script.variables) trace.variables.set(name, values);
  trace.pass('config', `GRUB reads ${found.path}.`);
}

function noteLimits(trace: BootTrace, path: string, limits: readonly string[]): void {
  for (const why of limits) trace.notChecked.push({ what: `the rest of ${path}`, why });
}

/** What a path with variables can mean, the most likely first; empty if a variable is not set. */
function expand(trace: BootTrace, path: string): { candidates: string[]; unset: string | null } {
  const alone = /^\$\{?([A-Za-z0-9_]+)\}?$/.exec(path)?.[1];
  if (alone !== undefined) {
    const values = (trace.variables.get(alone) ?? []).filter((value) => value !== '');
    return { candidates: [...new Set(values.reverse())], unset: values.length === 0 ? alone : null };
  }
  let unset: string | null = null;
  const text = path.replace(/\$\{?([A-Za-z0-9_]+)\}?/g, (_, name: string) => {
    const values = trace.variables.get(name);
    if (values === undefined) unset ??= name;
    return values?.at(-1) ?? '';
  });
  return { candidates: [text.replace(/^\([^)]*\)/, '')], unset };
}

/** The first of the paths that GRUB finds, whether it can read the file or not; undefined for none. */
async function firstExisting(trace: BootTrace, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const file = await grubResult(trace.grub.open(path));
    if (!(file instanceof GrubError) || file.fault !== 'not-found') return path;
  }
  return undefined;
}

/** What the console shows if GRUB gets a name that is not a path. GRUB does not look at an initramfs without a kernel. */
function invalidName(trace: BootTrace, kind: 'kernel' | 'initramfs', name: string): string {
  const error = `error: invalid file name \`${name}'.`;
  if (kind === 'kernel') return `${error}\n${noKernel}`;
  const loaded = trace.steps.every(({ step, ok }) => step !== 'kernel' || ok);
  return loaded ? `${error}${pressAnyKey}\n${noRoot}` : noKernel;
}

async function loadStep(trace: BootTrace, kind: 'kernel' | 'initramfs', path: string): Promise<void> {
  const { candidates, unset } = expand(trace, path);
  const [first] = candidates;
  if (unset !== null || first === undefined) {
    const variable = unset ?? path;
    const file = trace.script === '' ? 'the configuration' : trace.script;
    const message = `${file} does not set ${variable}, so GRUB looks for a ${kind} with an empty name.`;
    const console = invalidName(trace, kind, '');
    trace.fail(kind, message, 'boot-config-variable-unset', {}, { variable, file }, console);
    return;
  }
  // a script may set a variable once for each machine or mode: the first value that names a file is used
  const chosen = (candidates.length > 1 ? await firstExisting(trace, candidates) : undefined) ?? first;
  if (path.includes('$') && !chosen.startsWith('/')) {
    const why = `the name ${chosen.slice(0, 120)} does not begin with /`;
    const message = `GRUB cannot load the ${kind}: ${why}.`;
    const console = invalidName(trace, kind, chosen.slice(0, 120));
    trace.fail(kind, message, 'boot-file-missing', { path: chosen }, { what: kind, why }, console);
    return;
  }
  if (kind === 'kernel') await kernelStep(trace, chosen);
  else await initramfsStep(trace, [chosen]);
}

/** Entries of all menus and entry folders; the first one is the default. */
async function allEntries(trace: BootTrace): Promise<BootEntry[]> {
  const entries: BootEntry[] = [];
  for (const menu of menus) {
    const text = await scriptAt(trace, menu);
    if (typeof text === 'string') {
      trace.script = menu;
      const script = readScript(text);
      noteLimits(trace, menu, script.limits);
      entries.push(...script.entries);
      trace.pass('config', `GRUB reads ${menu}.`);
    } else if (text.fault !== 'not-found') {
      const data = { what: 'boot menu', why: text.message };
      const message = `GRUB cannot read ${menu}: ${text.message}.`;
      trace.fail('config', message, grubProblem(text), { path: text.path }, data, `error: ${text.console}`);
    }
  }
  for (const folder of entryFolders) {
    // GRUB and systemd-boot list the newest entry first, which has the last name
    const names = (await trace.grub.list(folder)).filter((name) => name.endsWith('.conf')).sort();
    for (const name of names.reverse().slice(0, maxEntries)) {
      const text = await scriptAt(trace, `${folder}/${name}`);
      const entry = typeof text === 'string' ? readLoaderEntry(text, name) : null;
      if (entry !== null) entries.push(entry);
      if (text instanceof GrubError) trace.notes.push(`The entry ${folder}/${name} cannot be read: ${text.message}.`);
    }
  }
  return entries;
}

/** The path in this image of a path in a menu, which may be relative to a partition that is mounted on /boot. */
const inImage = async (trace: BootTrace, path: string): Promise<string> =>
  (await firstExisting(trace, [path, `/boot${path}`])) ?? path;

/** Kernel and initramfs with their usual names, for an image without a menu. */
async function usualEntry(trace: BootTrace): Promise<BootEntry | null> {
  const kernel = await firstExisting(trace, usualKernels);
  if (kernel === undefined) return null;
  const initramfs = await firstExisting(trace, usualInitramfs);
  trace.notes.push('The image has no boot menu; extcheck looked for a kernel and an initramfs with their usual names.');
  return {
    title: kernel,
    kernel,
    cmdline: '',
    initramfs: initramfs === undefined ? [] : [initramfs],
    unset: [],
    nameless: false,
  };
}

async function entriesStep(trace: BootTrace): Promise<void> {
  const found = await allEntries(trace);
  const unnamed = found.filter(isUnnamed);
  const usable = found.filter(({ kernel }) => kernel?.startsWith('/'));
  const undetermined = found.length - usable.length - unnamed.length;
  if (undetermined > 0) trace.notes.push(`${undetermined} menu entries name a kernel whose path cannot be determined.`);
  if (found[0] !== undefined && isUnnamed(found[0])) return unnamedEntry(trace, unnamed, usable);
  const usual = found.length === 0 ? await usualEntry(trace) : null;
  const [first, ...others] = usual === null ? usable : [usual];
  if (first === undefined) {
    const why =
      found.length > 0 ? 'no menu entry names a kernel whose path can be determined' : 'there is no menu and no kernel';
    trace.fail('config', 'Nothing in the image specifies what to boot.', 'boot-no-entries', {}, { why }, '');
    return;
  }
  await kernelStep(trace, await inImage(trace, first.kernel!));
  const parts: string[] = [];
  for (const path of first.initramfs.filter((one) => one !== '')) parts.push(await inImage(trace, path));
  if (parts.length > 0) await initramfsStep(trace, parts);
  await otherEntries(trace, [...others, ...unnamed]);
}

/** Whether the name of the kernel consists of a variable that is not set. */
const isUnnamed = ({ kernel, unset }: BootEntry): boolean => !kernel?.startsWith('/') && unset.length > 0;

/** What GRUB prints for an entry whose kernel has no name, after `error: `. */
const unnamedConsole = ({ kernel, nameless }: BootEntry): string =>
  nameless ? 'filename expected.' : `invalid file name \`${kernel?.slice(0, 120)}'.`;

/** The first entry of the menu, if the name of its kernel is a variable that is not set. */
async function unnamedEntry(trace: BootTrace, unnamed: readonly BootEntry[], usable: readonly BootEntry[]) {
  const [first, ...others] = unnamed;
  const variable = first!.unset[0]!;
  const data = { variable, file: trace.script };
  const message = `${trace.script} does not set ${variable}, so GRUB has no name for the kernel.`;
  const console = `error: ${unnamedConsole(first!)}\n${noKernel}`;
  trace.fail('kernel', message, 'boot-config-variable-unset', {}, data, console);
  await otherEntries(trace, [...usable, ...others]);
}

/** Entries that a person may choose. */
async function otherEntries(trace: BootTrace, entries: readonly BootEntry[]): Promise<void> {
  for (const entry of entries.slice(0, maxEntries)) await otherEntry(trace, entry);
  if (entries.length > maxEntries) trace.notes.push(`Only the first ${maxEntries + 1} menu entries were checked.`);
}

/** An entry that a person may choose: its files must exist. */
async function otherEntry(trace: BootTrace, entry: BootEntry): Promise<void> {
  const title = entry.title.slice(0, 120);
  const broken = (path: string | undefined, why: string, console: string) => {
    const message = `The entry '${title}' does not work: ${why}.`;
    const where = path === undefined ? {} : { path };
    trace.fail('entry', message, 'boot-entry-broken', where, { entry: title, why }, `error: ${console}`);
  };
  if (isUnnamed(entry)) return broken(undefined, `the variable ${entry.unset[0]} is not set`, unnamedConsole(entry));
  for (const path of [entry.kernel!, ...entry.initramfs].filter((one) => one.startsWith('/'))) {
    const error = await grubResult(trace.grub.open(await inImage(trace, path)));
    if (!(error instanceof GrubError)) continue;
    return broken(error.path, `${path}: ${error.message}`, error.console);
  }
}

export async function loaderSteps(trace: BootTrace, steps: readonly ProfileStep[]): Promise<void> {
  for (const [name, value] of Object.entries(trace.profile.variables)) trace.variables.set(name, [value]);
  for (const step of steps) {
    trace.signal?.throwIfAborted();
    if (step.do === 'source') await sourceStep(trace, step.file);
    else if (step.do === 'entries') await entriesStep(trace);
    // without a configuration, the failed source step already reports the cause
    else if (trace.variables.size > 0 || !trace.scriptFailed || !step.path.includes('$'))
      await loadStep(trace, step.do, step.path);
  }
}
