import { describe, expect, test } from 'vitest';
import type { ContainerStep } from '../../src/problem/container';
import type { CheckReport } from '../../src/problem/report';
import { packAgain, rawCopy } from '../../src/report/container-commands';
import { chainWords, partNames } from '../../src/report/container-words';
import { renderGithub } from '../../src/report/github';
import { imagePlace } from '../../src/report/image-place';
import { renderJunit } from '../../src/report/junit';
import { renderPrometheus } from '../../src/report/prometheus';
import { sarifLog } from '../../src/report/sarif';
import { renderText } from '../../src/report/text';
import { reportOf, stubCatalogue, wrongBitmap } from '../support/reports';

const step = (format: string, part?: ContainerStep['part'], details = ''): ContainerStep => ({
  format,
  details,
  size: 2 ** 31,
  notes: [],
  ...(part && { part }),
});
const partition = { name: 'partition 3 "root"', number: 3, label: 'root', offset: 1_128_267_776, size: 2 ** 30 };
const qcow2 = [step('qcow2', undefined, 'version 3'), step('GPT', partition)];
const raw = [step('GPT', partition)];
const inner = { name: 'file /cOS/active.img', size: 3 };

test.each([
  ['d.img', { file: 'd.img', offset: 0, isPart: false }],
  ['a?b', { file: 'a?b', offset: 0, isPart: false }],
  ['d.img?offset=512', { file: 'd.img', offset: 512, isPart: true }],
  ['d.img?partition=a%26b&inside=/x', { file: 'd.img', offset: 0, isPart: true }],
  ['d.img?offset=512&inside=/a?b', { file: 'd.img?offset=512&inside=/a?b', offset: 0, isPart: false }],
  ['d.img?offset=512&inside=/a', { file: 'd.img', offset: 512, isPart: true }],
])('the place in the name %s', (image, place) => {
  expect(imagePlace(image)).toEqual(place);
});

test('the chain and its parts in words', () => {
  expect(chainWords(qcow2, 'ext4')).toBe('qcow2 (version 3) → GPT → partition 3 "root" (offset 1,128,267,776) → ext4');
  expect(partNames([...raw, step('ext4', inner)])).toBe('partition 3 "root", file /cOS/active.img');
  expect(partNames([step('qcow2')])).toBe('');
});

describe('commands', () => {
  test.each<[string, ContainerStep[], number, string[], string]>([
    ['a raw disk', raw, 512, ['cp --sparse=always d.img copy.img'], 'copy.img?offset=512'],
    [
      'a virtual disk with partitions',
      qcow2,
      0,
      ['qemu-img convert -O raw d.img copy.img'],
      'copy.img?offset=1128267776',
    ],
    ['a compressed image', [step('xz')], 0, ['xz -dc d.img > copy.img'], 'copy.img'],
    [
      'a file in a file system',
      [...raw, step('ext4', inner)],
      0,
      ["debugfs -R 'dump /cOS/active.img copy.img' 'd.img?offset=1128267776'"],
      'copy.img',
    ],
    [
      'a file in a file system in a virtual disk',
      [...qcow2, step('ext4', inner)],
      0,
      [
        'qemu-img convert -O raw d.img outer1.img',
        "debugfs -R 'dump /cOS/active.img copy.img' 'outer1.img?offset=1128267776'",
      ],
      'copy.img',
    ],
    ['an offset in a compressed image', [step('gzip')], 512, ['gzip -dc d.img > copy.img'], 'copy.img?offset=512'],
    [
      'a file in a file system at an offset',
      [step('ext4', inner)],
      512,
      ["debugfs -R 'dump /cOS/active.img copy.img' 'd.img?offset=512'"],
      'copy.img',
    ],
    [
      'a file whose path has a blank',
      [step('ext4', { ...inner, name: 'file /a b.img' })],
      0,
      [`debugfs -R 'dump "/a b.img" copy.img' d.img`],
      'copy.img',
    ],
    [
      'a volume in a partition',
      [...raw, step('LVM', { name: 'volume vg/root', label: 'vg/root', size: 3 })],
      0,
      [
        'losetup --read-only --offset 1128267776 --find d.img',
        'vgchange --activate y vg',
        'dd if=/dev/vg/root of=copy.img bs=4M conv=sparse',
      ],
      'copy.img',
    ],
    [
      'a virtual disk in a partition',
      [...raw, step('qcow2')],
      0,
      ['tail -c +1128267777 d.img > part.img', 'qemu-img convert -O raw part.img copy.img'],
      'copy.img',
    ],
  ])('make a raw copy of %s', (_, chain, offset, commands, name) => {
    expect(rawCopy('d.img', chain, offset)).toEqual({ commands, name, isRaw: chain === raw });
  });

  test('put a copy back into its form', () => {
    expect(packAgain('a b.qcow2', qcow2)).toEqual(["qemu-img convert -f raw -O qcow2 copy.img 'a b.qcow2.repaired'"]);
    expect(packAgain('d.img', raw)).toBeNull();
    expect(packAgain('d.img', [...raw, step('ext4', inner)])).toBeNull();
  });
});

describe('reports name the partition', () => {
  const finding = { ...wrongBitmap, bytes: { at: 1024, length: 16 }, fileByte: 9216 };
  const given = { image: 'd.qcow2?partition=3', container: qcow2, findings: [finding] };
  const report: CheckReport = { ...reportOf(given.findings), image: given.image, container: given.container };
  const options = { catalogue: stubCatalogue };

  test('text, JUnit and GitHub', () => {
    const name = 'd.qcow2, partition 3 "root"';
    const text = renderText(report, { ...options, verbose: true, width: 100 });
    expect(text).toContain(name);
    expect(text).toContain('inside       qcow2 (version 3) → GPT → partition 3 "root"');
    expect(text).toContain('16 bytes at 1024 (byte 9216 of the file)');
    expect(renderJunit([report], options)).toContain('<testsuite name="d.qcow2, partition 3 &quot;root&quot;"');
    expect(renderGithub([report], options)).toContain(name);
  });

  test('SARIF has the file, the byte in it and the partition', () => {
    const [place] = JSON.parse(JSON.stringify(sarifLog([report], options))).runs[0].results[0].locations;
    expect(place.physicalLocation.artifactLocation.uri).toBe('d.qcow2');
    expect(place.physicalLocation.address).toEqual({ absoluteAddress: 9216, length: 16, kind: 'data' });
    expect(place.logicalLocations).toContainEqual(expect.objectContaining({ kind: 'partition' }));
    const { fileByte: _, ...elsewhere } = finding;
    const compressed = { ...report, findings: [elsewhere] };
    expect(JSON.stringify(sarifLog([compressed], options))).not.toContain('absoluteAddress');
  });

  test('Prometheus has a label for each file system', () => {
    const text = renderPrometheus([report], { now: new Date(0), duration: 1 });
    expect(text).toContain('{image="d.qcow2?partition=3"');
  });
});
