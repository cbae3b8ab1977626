/** The file system needs more bytes than its partition has. */
import { digits, size } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import type { Evidence } from './evidence';

const facts = (e: Evidence): { larger: string; needed: string; has: string; partition: string } => {
  const data = e.data('file-system-larger-than-partition');
  const [needed, has] = [Number(data['needed']), Number(data['size'])];
  return {
    larger: size(needed - has),
    needed: digits(needed),
    has: digits(has),
    partition: `partition ${Number(data['partition'])}`,
  };
};

export const largerThanPartition: CauseEntry = {
  id: 'file-system-larger-than-partition',
  kind: 'damage',
  severity: 'fatal',
  certainty: 'certain',
  holds: (e) => e.count('file-system-larger-than-partition') > 0,
  headline(e) {
    const { larger, partition } = facts(e);
    return `it is ${larger} larger than ${partition}`;
  },
  text(e) {
    const { needed, has, partition } = facts(e);
    return `The file system is larger than its partition (it needs ${needed} bytes, ${partition} has ${has}), and the kernel does not mount it. The partition was made smaller before the file system was, or the file system was copied into a partition that is too small. Nothing after the end of the partition was read.`;
  },
  steps: () => [
    advice(
      'Do not repair the file system: e2fsck would write after the end of the partition. Enlarge the partition to at least the size of the file system without moving its start, or copy the file system to a larger partition. Then check it again.',
    ),
  ],
  refusesRepair: () =>
    'The file system is larger than its partition: a repair would write after the end of the partition. Enlarge the partition first.',
};
