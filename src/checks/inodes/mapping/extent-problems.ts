/** The problems of extent trees. */
import { define } from '../../../problem/define';
import type { texts } from '../texts';

export const problems = define<typeof texts>()({
  'extent-root-missing': { severity: 'error', e2fsck: [0x010081] },
  'extent-root-too-deep': { severity: 'warning', e2fsck: [0x01007f] },
  'extent-tree-broken': { severity: 'error', e2fsck: [0x010057] },
  'extent-node-zero': { severity: 'error', e2fsck: [] },
  'extent-depth-mismatch': { severity: 'error', e2fsck: [] },
  'extent-block-out-of-range': { severity: 'error', e2fsck: [0x010058] },
  'extent-ends-beyond': { severity: 'error', e2fsck: [0x010059] },
  'extent-out-of-order': { severity: 'error', e2fsck: [0x01005e] },
  'extent-end-out-of-bounds': { severity: 'error', e2fsck: [0x01006e] },
  'extent-length-zero': { severity: 'error', e2fsck: [0x010066] },
  'extent-collision': { severity: 'error', e2fsck: [0x01007d] },
  'extent-header-invalid': { severity: 'error', e2fsck: [0x01005f] },
  'extent-node-checksum-wrong': { severity: 'error', e2fsck: [0x01006a] },
  'extent-index-start-wrong': { severity: 'error', e2fsck: [0x01006d] },
  'directory-extent-gap': { severity: 'error', e2fsck: [0x010072] },
  'directory-extent-unwritten': { severity: 'error', e2fsck: [0x010073] },
  'directory-too-big-extent': { severity: 'error', e2fsck: [0x010044] },
});
