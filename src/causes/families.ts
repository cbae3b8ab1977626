/** Which part of a check a finding belongs to, by its id. */

/** Parts of a check whose findings say different things about an image. */
export type Family =
  | 'structure'
  | 'content'
  | 'reader'
  | 'boot'
  | 'packages'
  | 'manifest'
  | 'policy'
  | 'bmap'
  | 'container'
  | 'verity'
  | 'required';

/** Features that a reader lacks. */
const reader = new Set([
  'boot-loader-refuses-feature',
  'boot-loader-may-refuse-feature',
  'boot-loader-misreads-feature',
  'boot-loader-refuses-layout',
  'kernel-refuses-feature',
  'kernel-mounts-read-only',
  'e2fsck-refuses-feature',
]);

const prefixes: readonly (readonly [prefix: string, family: Family])[] = [
  ['manifest-', 'manifest'],
  ['policy-', 'policy'],
  ['package-', 'packages'],
  ['bmap-', 'bmap'],
  ['container-', 'container'],
  ['dm-verity-', 'verity'],
  ['boot-', 'boot'],
  ['kernel-', 'boot'],
  ['initramfs-', 'boot'],
  ['init-', 'boot'],
  ['os-release-', 'boot'],
  ['required-path-', 'required'],
  ['file-all-nul', 'content'],
  ['file-nul-blocks', 'content'],
  ['file-empty', 'content'],
];

export function familyOf(id: string): Family {
  if (reader.has(id)) return 'reader';
  return prefixes.find(([prefix]) => id.startsWith(prefix))?.[1] ?? 'structure';
}
