/** The sentences for findings, made from their data; explanations.json has titles and explanations. */
import type { Sentences } from '../problem/define';

/** What is wrong, as a clause, and what the console will show; lines are joined with ` / `. */
export interface Met {
  why: string;
  console: string;
}

export interface MetFile extends Met {
  /** What the file is, such as `kernel` or `initramfs`. */
  what: string;
}

const quoted = (console: string): string => (console === '' ? '' : `; the console will show: ${console}`);

const met = ({ why, console }: Met): string => `${why}${quoted(console)}`;

const metFile = ({ what, why, console }: MetFile): string => `${what}: ${why}${quoted(console)}`;

export const texts = {
  'boot-superblock-unusable': met,
  'boot-journal-unreplayed': met,
  'boot-label-wrong': ({ label, wanted, console }: { label: string; wanted: readonly string[]; console: string }) =>
    `it is '${label}', should be ${Array.isArray(wanted) ? wanted.join(' or ') : ''}${quoted(console)}`,
  'boot-config-missing': metFile,
  'boot-config-variable-unset': ({ variable, file, console }: { variable: string; file: string; console: string }) =>
    `${file} does not set '${variable}'${quoted(console)}`,
  'boot-file-missing': metFile,
  'boot-link-dangling': metFile,
  'boot-file-unreadable': metFile,
  'boot-file-not-for-grub': metFile,
  'boot-no-entries': met,
  'boot-entry-broken': ({ entry, why, console }: { entry: string; why: string; console: string }) =>
    `'${entry}': ${why}${quoted(console)}`,
  'kernel-all-nul': met,
  'kernel-not-recognised': met,
  'kernel-truncated': ({ size, declared, console }: { size: number; declared: number; console: string }) =>
    `it has ${size} bytes and should have at least ${declared}${quoted(console)}`,
  'kernel-damaged': met,
  'initramfs-not-recognised': met,
  'initramfs-damaged': met,
  'initramfs-truncated': met,
  'initramfs-no-init': met,
  'init-missing': met,
  'init-not-executable': met,
  'init-not-a-program': met,
  'init-loader-missing': met,
  'init-library-missing': met,
  'os-release-missing': met,
  'boot-path-damaged': met,
  'boot-architecture-mixed': ({ kernel, init, console }: { kernel: string; init: string; console: string }) =>
    `the kernel is for ${kernel}, init for ${init}${quoted(console)}`,
  'boot-required-missing': ({ state }: { state: string }) => `it is ${state}`,
} satisfies Sentences;
