/** Options that several commands have. */
import type { ProfileName } from '../boot/profiles';
import { severities } from '../problem/finding';
import { absolute, choice, count, flag, list, parseBytes, parseOffset, text } from './option-kinds';

export const colorChoices = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof colorChoices)[number];

/** A required path, or a file that lists required paths. */
export type RequireArgument = { path: string } | { from: string };

/** The programs that will read the image, as given on the command line. */
export interface Readers {
  bootLoader?: string;
  kernel?: string;
  e2fsck?: string;
}

export const quiet = flag('print only the verdict lines', { short: 'q' });
export const verbose = flag('print all paths, findings and details', { short: 'v', conflicts: 'quiet' });
export const format = choice('FORMAT', ['text', 'json'], 'output format', { initial: 'text' });
export const color = choice('WHEN', colorChoices, 'color the text; auto follows NO_COLOR and FORCE_COLOR', {
  initial: 'auto',
});

/** What is printed, for commands that print a verdict. */
export const outputOptions = { format, quiet, color };

export const jobs = count('maximum number of threads', { default: 'automatic' });
export const replay = flag('read the state before journal replay', { key: 'replay', initial: true });
export const failOn = choice('SEVERITY', severities, 'fail on this severity or worse', { initial: 'warning' });

export const offset = {
  ...text(
    'N',
    'the file system starts N bytes into the image; also 2048s (sectors), 1M or 1G; IMAGE?offset=N overrides it',
  ),
  initial: 0,
  read: parseOffset,
};

export const partition = text(
  'WHICH',
  'only the file system in this partition or volume: its number, name or UUID, or the label or UUID of the file system',
);

/** Which file system of a file is meant. */
export const placeOptions = {
  offset,
  partition: { ...partition, conflicts: 'offset' },
  inside: list(
    'PATH',
    'the file system is in an image at this path of the file system; repeat it for an image in that image',
    absolute,
  ),
  'max-unpacked': {
    ...text('SIZE', 'refuse compressed images that unpack to more than SIZE bytes; also 20G', { default: '1T' }),
    key: 'maxUnpacked' as const,
    read: (value: string, name: string) => parseBytes(value, `--${name}`),
  },
  backing: flag('also open files that a virtual disk names: its backing file, parent or extents, in its own folder'),
};

const profiles: readonly ProfileName[] = ['elemental', 'harvester', 'kairos', 'generic-linux'];
export const profile = text('NAME|FILE', 'boot profile, a name or FILE.json', { choices: profiles });

/** Both kinds in one list, in the order of the command line. */
export const requireOptions = {
  require: list(
    'PATH',
    'this path must be a complete, non-empty file in the image',
    (path): RequireArgument => ({ path: absolute(path) }),
  ),
  'require-from': list(
    'FILE',
    'require each path in FILE: one per line, # starts a comment; - is standard input',
    (from): RequireArgument => ({ from }),
    { key: 'require' },
  ),
};

const reader = (role: keyof Readers, placeholder: string, description: string) => ({
  ...text(placeholder, description, { key: 'readBy' }),
  read: (value: string, _name: string, previous?: Readers): Readers => ({ ...previous, [role]: value }),
});

const bootLoaders: readonly string[] = ['grub', 'u-boot', 'barebox', 'syslinux', 'edk2'];

export const readerOptions = {
  'boot-loader': {
    ...reader(
      'bootLoader',
      'WHO',
      'report features that this boot loader cannot use: grub@2.06, u-boot@2024.01, barebox@2024.01, syslinux@6.03, edk2@202305, or grub for any version in use; add +FEATURE or -FEATURE for vendor changes',
    ),
    choices: bootLoaders,
  },
  kernel: reader('kernel', 'VERSION', 'report features that this kernel cannot use, such as 5.14+verity'),
  e2fsck: reader(
    'e2fsck',
    'VERSION',
    'report features that this e2fsck cannot use, such as 1.46, and give findings the codes that it logs',
  ),
};
