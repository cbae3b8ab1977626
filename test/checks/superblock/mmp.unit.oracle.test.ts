import { expect } from 'vitest';
import { crc32c } from '../../../src/bytes/crc32c';
import type { Field } from '../../../src/bytes/field';
import { checkMmp, problems } from '../../../src/checks/superblock/mmp';
import { mmpBlock, mmpSequence } from '../../../src/layout/mmp';
import type { ReportFinding } from '../../../src/problem/collector';
import { type Damage, testDamages } from '../../support/damages';
import { makeImage } from '../../support/e2fsprogs';
import { collect, TestImage } from '../../support/image';
import { nativeTest, unitTest } from '../../support/project-tests';

const check = async (image: TestImage, report: ReportFinding): Promise<void> => {
  await checkMmp((await image.open()).volume, report);
};

const plain = () => makeImage({ size: '4M', options: '-t ext4 -b 1024 -O mmp' });
const summed = () => makeImage({ size: '4M', options: '-t ext4 -b 1024 -O mmp,metadata_csum' });
const at = (image: TestImage): number => image.blockAt(image.made.sb.s_mmp_block);

function set(image: TestImage, field: Field, value: number): TestImage {
  image.poke(field, at(image), value);
  if (!image.made.features.metadata_csum) return image;
  const sum = crc32c(image.made.checksumSeed, image.bytes, at(image), at(image) + mmpBlock.mmp_checksum.offset);
  return image.poke(mmpBlock.mmp_checksum, at(image), sum);
}

const damages: Damage[] = [
  ...[0, 1, 4096].map((block) => ({
    name: `block ${block}`,
    native: true,
    image: plain,
    damage: (image: TestImage) => image.setSuper({ s_mmp_block: block }),
    findings: ['mmp-block-location 0x000042'],
  })),
  {
    name: 'a block of something else',
    native: true,
    image: plain,
    damage: (image) => image.setSuper({ s_mmp_block: 2 }),
    findings: ['mmp-block-magic 0x000043'],
  },
  {
    name: 'a wrong magic number',
    native: true,
    image: summed,
    damage: (image) => image.poke(mmpBlock.mmp_magic, at(image), 7),
    findings: ['mmp-block-magic 0x000043'],
  },
  {
    name: 'a wrong checksum',
    native: true,
    image: summed,
    damage: (image) => image.poke(mmpBlock.mmp_pad1, at(image), 7),
    findings: ['mmp-block-checksum 0x000047'],
  },
  ...[1, mmpSequence.MAX, mmpSequence.FSCK, mmpSequence.FSCK + 1].map((sequence) => ({
    name: `sequence 0x${sequence.toString(16)}`,
    native: true,
    image: summed,
    damage: (image: TestImage) => set(image, mmpBlock.mmp_seq, sequence),
    findings: ['mmp-in-use'],
  })),
];

testDamages(problems, check, damages);

nativeTest('names the host and the time, and never trips over a silly one', async () => {
  const image = plain();
  set(image, mmpBlock.mmp_seq, 5).fill(at(image) + mmpBlock.mmp_time.offset, 8, 0xff);
  image.bytes.set(new TextEncoder().encode('node-1\n'), at(image) + mmpBlock.mmp_nodename.offset);
  const { report, findings } = collect();
  await check(image, report);
  expect(findings[0]?.data).toEqual({
    state: 'it is mounted',
    sequence: 5,
    host: 'node-1\\n',
    time: '+275760-09-13T00:00:00Z',
  });
});

unitTest('says nothing without the feature', async () => {
  const { report, findings } = collect();
  await check(TestImage.load('ext4-4k-csum').setSuper({ s_mmp_block: 1 }), report);
  expect(findings).toEqual([]);
});
