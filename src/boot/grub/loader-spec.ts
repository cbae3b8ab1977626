/** Parses entries of the Boot Loader Specification, type 1: files of `key value` lines. */
import { firstWord, linesOf, splitWords } from '../../bytes/text-lines';
import { type BootEntry, maxInitramfs } from './script';

const maxLines = 1000;
const maxLine = 4096;

/** The entry in a file under /boot/loader/entries; null if it names no kernel. */
export function readLoaderEntry(text: string, file: string): BootEntry | null {
  const entry: BootEntry = { title: file, kernel: null, cmdline: '', initramfs: [], unset: [], nameless: false };
  const options: string[] = [];
  for (const line of linesOf(text, maxLines, maxLine)) {
    const [key, value] = firstWord(line);
    if (value === '') continue;
    if (key === 'title') entry.title = value;
    else if (key === 'linux') entry.kernel = value;
    else if (key === 'initrd') {
      // Fedora adds variables such as $tuned_initrd, which are usually empty
      const paths = splitWords(value, maxLine).filter((path) => !path.startsWith('$'));
      entry.initramfs.push(...paths.slice(0, maxInitramfs - entry.initramfs.length));
    } else if (key === 'options') options.push(value);
  }
  entry.cmdline = options.join(' ');
  return entry.kernel === null ? null : entry;
}
