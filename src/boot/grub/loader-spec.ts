/** Parses entries of the Boot Loader Specification, type 1: files of `key value` lines. */
import type { BootEntry } from './script';

/** The entry in a file under /boot/loader/entries; null if it names no kernel. */
export function readLoaderEntry(text: string, file: string): BootEntry | null {
  const entry: BootEntry = { title: file, kernel: null, cmdline: '', initramfs: [], unset: [], nameless: false };
  for (const line of text.split('\n').slice(0, 1000)) {
    const found = /^\s*([a-z-]+)\s+(.*?)\s*$/.exec(line.slice(0, 4096));
    if (!found) continue;
    const [, key, value] = found;
    if (key === 'title') entry.title = value!;
    else if (key === 'linux') entry.kernel = value!;
    else if (key === 'initrd')
      // Fedora adds variables such as $tuned_initrd, which are usually empty
      entry.initramfs.push(...value!.split(/\s+/).filter((path) => !path.startsWith('$')));
    else if (key === 'options') entry.cmdline = `${entry.cmdline} ${value}`.trim();
  }
  return entry.kernel === null ? null : entry;
}
