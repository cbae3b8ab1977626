/** The image differs from the hash tree by which dm-verity verifies it. */
import { counted } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';

export const dmVerityDiffers: CauseEntry = {
  id: 'dm-verity-differs',
  kind: 'sound',
  severity: 'error',
  certainty: 'certain',
  holds: (e) => e.failing('verity') > 0,
  headline: (e) =>
    `${e.isSound ? 'the structure is sound; ' : ''}it differs from its dm-verity hash tree in ${counted(e.failing('verity'), 'place')}`,
  text: (e) =>
    `The image or its hash tree was changed after the tree was made, or was not written completely. The kernel refuses to read the blocks that differ, and a boot that needs them fails.${e.isSound ? ' The structure of the file system is sound.' : ''}`,
  steps: () => [
    advice(
      'Write or download the image again together with its hash tree, and compare the root hash with the signed one.',
    ),
  ],
  refusesRepair: () =>
    'The image is verified by dm-verity: a repair changes blocks that its hash tree describes, so that they cannot be read afterwards. Make the image again.',
};
