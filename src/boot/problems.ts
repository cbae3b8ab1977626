/** The problems that a trace of the boot path can find. */
import { define } from '../problem/define';
import type { texts } from './texts';

export const problems = define<typeof texts>()({
  'boot-superblock-unusable': { severity: 'fatal', e2fsck: [] },
  'boot-journal-unreplayed': { severity: 'warning', e2fsck: [] },
  'boot-label-wrong': { severity: 'error', e2fsck: [] },
  'boot-config-missing': { severity: 'error', e2fsck: [] },
  'boot-config-variable-unset': { severity: 'error', e2fsck: [] },
  'boot-file-missing': { severity: 'error', e2fsck: [] },
  'boot-link-dangling': { severity: 'error', e2fsck: [] },
  'boot-file-unreadable': { severity: 'error', e2fsck: [] },
  'boot-file-not-for-grub': { severity: 'error', e2fsck: [] },
  'boot-no-entries': { severity: 'error', e2fsck: [] },
  'boot-entry-broken': { severity: 'warning', e2fsck: [] },
  'kernel-all-nul': { severity: 'error', e2fsck: [] },
  'kernel-not-recognised': { severity: 'error', e2fsck: [] },
  'kernel-truncated': { severity: 'error', e2fsck: [] },
  'kernel-damaged': { severity: 'error', e2fsck: [] },
  'initramfs-not-recognised': { severity: 'error', e2fsck: [] },
  'initramfs-damaged': { severity: 'error', e2fsck: [] },
  'initramfs-truncated': { severity: 'error', e2fsck: [] },
  'initramfs-no-init': { severity: 'error', e2fsck: [] },
  'init-missing': { severity: 'error', e2fsck: [] },
  'init-not-executable': { severity: 'error', e2fsck: [] },
  'init-not-a-program': { severity: 'error', e2fsck: [] },
  'init-loader-missing': { severity: 'error', e2fsck: [] },
  'init-library-missing': { severity: 'error', e2fsck: [] },
  'os-release-missing': { severity: 'error', e2fsck: [] },
  'boot-path-damaged': { severity: 'error', e2fsck: [] },
  'boot-architecture-mixed': { severity: 'error', e2fsck: [] },
  'boot-required-missing': { severity: 'error', e2fsck: [] },
});
