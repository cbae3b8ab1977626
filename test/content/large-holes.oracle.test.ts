/** Files with more in holes than is digested: not checked, which is neither a difference nor a pass; and within seconds. */
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkImageOnNode as checkImage } from '../../src/check-on-node';
import { manifestCheck } from '../../src/content/manifest/check';
import { parseManifest } from '../../src/content/manifest/parse';
import { packagesCheck } from '../../src/content/packages/packages-check';
import { memorySource } from '../../src/source/memory';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { dpkgTree, imageOfFolder, writeTree } from '../support/packages';

const digest = '0'.repeat(64);

describe.skipIf(!hasE2fsprogs)('holes of 16 GB (needs mke2fs)', () => {
  const tree = dpkgTree([{ name: 'a', files: { 'usr/large': 'not what is there', 'usr/small': 'small' } }]);
  const root = writeTree({ ...tree, 'usr/small': 'small' });
  writeFileSync(join(root, 'usr/large'), 'a');
  truncateSync(join(root, 'usr/large'), 2 ** 34);
  const image = hasE2fsprogs ? imageOfFolder(root) : undefined;

  test.each([
    ['a package', [packagesCheck()], 'large files of packages'],
    ['sha256sum', [manifestCheck(parseManifest(`${digest}  usr/large\n`))], 'large files in the manifest'],
    ['cksum', [manifestCheck(parseManifest('#mtree\n./usr/large type=file cksum=1\n'))], 'large files in the manifest'],
  ])('%s', async (_, extensions, what) => {
    const started = performance.now();
    const report = await checkImage(memorySource(image!.bytes), { extensions });
    expect(report.findings).toEqual([]);
    expect(report.notChecked).toEqual([
      { what, why: expect.stringMatching(/^1 of them need more reading of holes .*\/usr\/large$/) },
    ]);
    expect(report.verdict).toBe('incomplete');
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
