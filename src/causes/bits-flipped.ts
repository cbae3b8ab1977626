/** Single bits were flipped: with each flipped back, the checksums are right. */
import type { FlippedBit } from '../problem/report';
import { counted, digits } from '../report/words';
import type { CauseEntry } from './cause';
import { advice } from './commands';
import type { Evidence } from './evidence';
import { keepTheOldSystem, repairOf } from './steps';

const bits = ({ facts }: Evidence): FlippedBit[] => facts.flippedBits ?? [];

const place = ({ inode, byte, bit, field }: FlippedBit): string =>
  `bit ${bit} of byte ${digits(byte)} of the image (${field === undefined ? 'a block' : field} of inode ${inode})`;

export const bitsFlipped: CauseEntry = {
  id: 'bits-flipped',
  kind: 'damage',
  severity: 'error',
  certainty: 'certain',
  holds: (e) => bits(e).length > 0,
  headline: (e) =>
    bits(e).length === 1 ? 'a bit of it is flipped' : `${counted(bits(e).length, 'bit')} of it are flipped`,
  text(e) {
    const several = bits(e).length > 1;
    return `A checksum is wrong because of ${several ? 'each of these bits' : 'one bit'}: ${bits(e).map(place).join('; ')}. With ${
      several ? 'them' : 'it'
    } flipped back, the checksum is right. Memory, a cable or a disk did that.`;
  },
  steps: (e) => [
    ...(e.keepsAllPaths ? [] : keepTheOldSystem),
    advice(
      'Copy the image again from its source and compare the checksums. If that repeats, test the memory of the machine.',
    ),
    ...repairOf(e),
  ],
};
