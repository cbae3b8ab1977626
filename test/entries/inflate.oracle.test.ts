/** On Node the boot path is traced with zlib, whatever the options; in a browser only if it is given. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { BootReport } from '../../src/boot/boot-report';
import { bootCheck, checkBoot } from '../../src/entries/boot';
import { checkBoot as checkInBrowser } from '../../src/entries/boot.browser';
import { checkImage } from '../../src/entries/index';
import { inflateRaw } from '../../src/platform/inflate';
import { memorySource } from '../../src/source/memory';
import { cpio, elementalTree, imageOf, mainCpio } from '../support/boot-image';
import { hasE2fsprogs } from '../support/e2fsprogs';

const profile = 'elemental';
/** gzip of an archive without an init: only who unpacks it can know. */
const noInit = gzipSync(cpio({ 'etc/fstab': { bytes: 'x' } }));
const image = (initrd: Uint8Array) => memorySource(imageOf({ ...elementalTree(), '/boot/initrd-6.4.0': initrd }));
const ids = ({ findings }: Pick<BootReport, 'findings'>) => findings.map(({ id }) => id);

test.skipIf(!hasE2fsprogs)('gzip is unpacked on Node without an option', async () => {
  const packed = image(noInit);
  const expected = await checkBoot(packed, { profile, inflate: inflateRaw });
  expect(expected.verdict).toBe('fails');
  const absent = { profile, inflate: undefined as never } as const;
  for (const options of [{ profile } as const, absent]) {
    expect(await checkBoot(packed, options)).toEqual(expected);
    expect(ids(await checkImage(packed, { extensions: [bootCheck(options)] }))).toEqual(ids(expected));
  }
  expect(ids(await checkInBrowser(packed, { profile, inflate: inflateRaw }))).toEqual(ids(expected));
  expect(ids(await checkInBrowser(packed, { profile }))).not.toEqual(ids(expected));
  expect((await checkBoot(image(gzipSync(mainCpio())), { profile })).verdict).toBe('boots');
});
