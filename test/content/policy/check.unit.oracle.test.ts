import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkImage } from '../../../src/check';
import { policyCheck } from '../../../src/content/policy/check';
import { elfMachine } from '../../../src/content/policy/elf';
import { PolicyError, parsePolicy } from '../../../src/content/policy/parse';
import { memorySource } from '../../../src/source/memory';
import { hasE2fsprogs } from '../../support/e2fsprogs';
import type { TestImage } from '../../support/image';
import { nativeDescribe, unitDescribe, unitTest } from '../../support/project-tests';
import { elf, imageOf, rootTree, toolContent, zeroOut } from '../../support/root-tree';

const policy = (rules: object) => ({ version: 1, ...rules });
const verify = (image: TestImage, rules: object) =>
  checkImage(memorySource(image.bytes), { extensions: [policyCheck(parsePolicy(policy(rules)))] });
const brief = async (image: TestImage, rules: object) =>
  (await verify(image, rules)).findings.map(({ id, path, data }) => [id, path, data?.['what']]);

nativeDescribe('an image', () => {
  const root = hasE2fsprogs
    ? rootTree((write, folder) => {
        write('boot/vmlinuz-6.4.0', 'kernel');
        write('root/.ssh/id_rsa', 'key', 0o600);
        write('root/.ssh/known_hosts', 'hosts');
        write('usr/bin/arm', elf(183), 0o755);
        write('big.txt', 'x'.repeat(300_000));
        mkdirSync(join(folder, 'empty'));
      })
    : '';
  const image = () => imageOf(root);

  test('that is as it should be', async () => {
    const report = await verify(image(), {
      $schema: 'x',
      description: 'all is well',
      filesystem: { label: 'COS_ACTIVE', uuid: '00C0FFEE-0000-4000-8000-000000000001' },
      paths: [
        '/etc/passwd',
        { path: '/etc/link', type: 'file', executable: true, minSize: 10, maxSize: 1_000_000 },
        { path: '/etc/link', target: '../usr/bin/tool' },
        { path: '/etc/dangling', type: 'symlink' },
        { anyOf: ['/sbin/nothing', '/usr/bin/tool'], mode: '0755', user: 'someone', group: undefined },
        { path: '/boot/vmlinuz-*', nonEmpty: true, modeHas: '0444', modeLacks: '0022' },
        { path: '/nothing', optional: true, minSize: 1 },
        { path: '/usr/bin/elf', elf: 'x86_64' },
        { path: '/etc/os-release', contains: ['^ID=test$', 'PRETTY'], lacks: 'debian' },
        { path: '/usr', type: 'directory', nonEmpty: true },
      ],
      forbidden: ['/**/*.pyc', { path: '/root/.ssh/*', except: ['/root/.ssh/*'] }],
    });
    expect(report.findings).toEqual([]);
    expect(report.verdict).toBe('clean');
    expect(report.checked.at(-1)).toBe('policy');
  });

  test('whose paths are missing', async () => {
    const report = await verify(image(), {
      paths: [
        '/sbin/init',
        { anyOf: ['/boot/a', '/boot/b'], reason: 'there must be a kernel' },
        { path: '/boot/zImage*' },
        { path: '/etc/dangling' },
      ],
    });
    expect(report.findings.map(({ id, path, data }) => [id, path, data])).toEqual([
      ['policy-path-missing', '/sbin/init', { rule: 'paths[0]', what: '/sbin/init does not exist', reason: '' }],
      [
        'policy-path-missing',
        undefined,
        { rule: 'paths[1]', what: 'none of /boot/a, /boot/b exists', reason: 'there must be a kernel' },
      ],
      ['policy-path-missing', undefined, { rule: 'paths[2]', what: '/boot/zImage* does not exist', reason: '' }],
      ['policy-path-missing', '/etc/dangling', { rule: 'paths[3]', what: '/etc/dangling does not exist', reason: '' }],
    ]);
    expect(report.affected).toEqual([
      { path: '/sbin/init', how: 'missing' },
      { path: '/etc/dangling', how: 'missing' },
    ]);
    expect(report.verdict).toBe('error');
  });

  test('with what must not be there', async () => {
    expect(
      await brief(image(), { forbidden: [{ path: '/root/.ssh/*', except: ['/**/known_hosts'] }, '/empty'] }),
    ).toEqual([
      ['policy-path-forbidden', '/empty', "'/empty' is forbidden"],
      ['policy-path-forbidden', '/root/.ssh/id_rsa', "'/root/.ssh/*' is forbidden"],
    ]);
  });

  test('whose files are otherwise', async () => {
    const uid = process.getuid?.() ?? 0;
    expect(
      await brief(image(), {
        filesystem: { label: 'COS_PASSIVE' },
        paths: [
          { path: '/usr/bin', type: 'file' },
          { path: '/usr', elf: 'x86_64' },
          { path: '/usr/bin/tool', mode: '0700', modeHas: '0022', modeLacks: '0005', executable: false },
          { path: '/usr/bin/tool', uid: uid + 1, user: 'nobody' },
          { path: '/etc/link', target: '/x' },
          { path: '/usr/share/empty', nonEmpty: true, minSize: 1 },
          { path: '/empty', nonEmpty: true },
          { path: '/usr/bin/tool', maxSize: 10, sha256: '0'.repeat(64) },
          { path: '/usr/bin/arm', elf: 'x86_64' },
          { path: '/etc/passwd', elf: 'x86_64' },
          { path: '/etc/os-release', contains: '^ID=sles', lacks: ['TEST', 'Test'] },
          { path: '/big.txt', contains: 'y' },
        ],
      }),
    ).toEqual([
      ['policy-filesystem-wrong', undefined, "label is 'COS_ACTIVE', should be 'COS_PASSIVE'"],
      ['policy-type-wrong', '/usr/bin', 'it is a directory, should be a regular file'],
      ['policy-type-wrong', '/usr', 'it is a directory, should be a regular file'],
      ['policy-permissions-wrong', '/usr/bin/tool', 'mode is 0755, should be 0700'],
      ['policy-permissions-wrong', '/usr/bin/tool', 'mode is 0755, should have all bits of 0022'],
      ['policy-permissions-wrong', '/usr/bin/tool', 'mode is 0755, should have no bit of 0005'],
      ['policy-permissions-wrong', '/usr/bin/tool', 'mode is 0755, should not be executable'],
      ['policy-permissions-wrong', '/usr/bin/tool', `user is ${uid}, should be ${uid + 1}`],
      ['policy-permissions-wrong', '/usr/bin/tool', 'user should be nobody, which the image does not define'],
      ['policy-content-wrong', '/etc/link', "it points to '../usr/bin/tool', should point to '/x'"],
      ['policy-content-wrong', '/usr/share/empty', 'it has 0 bytes, should have at least 1'],
      ['policy-content-wrong', '/usr/share/empty', 'it is empty'],
      ['policy-content-wrong', '/empty', 'the directory is empty'],
      ['policy-content-wrong', '/usr/bin/tool', `it has ${toolContent.length} bytes, should have at most 10`],
      ['policy-content-wrong', '/usr/bin/tool', expect.stringMatching(/^sha256 is [0-9a-f]{64}, should be 0{64}$/)],
      ['policy-content-wrong', '/usr/bin/arm', 'it is an ELF file for aarch64, should be for x86_64'],
      ['policy-content-wrong', '/etc/passwd', 'it is not an ELF file, should be one for x86_64'],
      ['policy-content-wrong', '/etc/os-release', "its text has no match for '^ID=sles'"],
      ['policy-content-wrong', '/etc/os-release', "its text has a match for 'Test'"],
      ['policy-content-wrong', '/big.txt', 'its text cannot be searched: it is larger than 262144 bytes'],
    ]);
  });

  test('whose file is all NUL, or cannot be read', async () => {
    const nul = image();
    zeroOut(nul, 'the content of a tool', toolContent.length);
    const rules = { paths: [{ anyOf: ['/usr/bin/tool', '/usr/bin/hard'], nonEmpty: true }] };
    const all = `all of its ${toolContent.length} bytes are NUL; none of the 2 possible files meets the rule`;
    expect(await brief(nul, rules)).toEqual([['policy-content-wrong', '/usr/bin/tool', all]]);
    const unreadable = imageOf(root, '-t ext2 -b 1024');
    const [{ inode } = { inode: 0 }] = (await verify(unreadable, { forbidden: ['/usr/bin/tool'] })).findings;
    unreadable.setBlockWord(inode!, 1, 999_999);
    expect((await brief(unreadable, rules)).filter(([id]) => String(id).startsWith('policy'))).toEqual([
      ['policy-content-wrong', '/usr/bin/tool', expect.stringMatching(/^it cannot be read: /)],
    ]);
  });

  test('by rules that only warn or note', async () => {
    const rules = {
      paths: [{ path: '/a', severity: 'warning' }],
      forbidden: [{ path: '/etc/passwd', severity: 'info' }],
    };
    const report = await verify(image(), rules);
    expect(report.findings.map(({ id, severity }) => [id, severity])).toEqual([
      ['policy-rule-warning', 'warning'],
      ['policy-rule-note', 'info'],
    ]);
    expect(report.affected).toEqual([]);
  });

  test('with too many files for a pattern', async () => {
    const many = rootTree((write) => {
      for (let i = 0; i < 1002; i++) write(`many/${i}`, '');
    });
    const report = await verify(imageOf(many, '-t ext4 -b 1024 -N 4096'), {
      paths: [{ path: '/many/*', nonEmpty: true }],
    });
    expect(report.notChecked).toEqual([
      { what: 'part of the policy', why: "'/many/*' matches more than 1000 files; the rest was not checked" },
    ]);
  });
});

unitTest('ELF machines', () => {
  expect(elfMachine(elf(62))).toBe('x86_64');
  expect(elfMachine(elf(9999))).toBe('other');
  expect(elfMachine(elf(62).subarray(0, 19))).toBeNull();
  const bad = elf(62);
  bad[4] = 7;
  expect(elfMachine(bad)).toBeNull();
});

unitDescribe('mistakes in a policy are named with their place', () => {
  test.each<[unknown, string]>([
    ['{', 'it is not JSON: '],
    [[], 'the policy must be an object, not []'],
    [{ version: 2 }, "the policy must have 'version': 1"],
    [{ version: 1 }, "the policy has no rules: 'paths', 'forbidden' and 'filesystem' are empty"],
    [policy({ path: [] }), "the policy has no key 'path'. Did you mean 'paths'?"],
    [policy({ zzz: [] }), "the policy has no key 'zzz'; known keys are $schema, version"],
    [policy({ paths: {} }), 'paths must be a list, not {}'],
    [policy({ paths: [1] }), 'paths[0] must be an object, not 1'],
    [policy({ paths: ['etc'] }), 'paths[0].path must be an absolute path'],
    [policy({ paths: ['/a/../b'] }), "paths[0].path must not contain '..'"],
    [policy({ paths: [{ path: '/a', anyOf: ['/b'] }] }), "paths[0] must have either 'path' or 'anyOf'"],
    [policy({ paths: [{ anyOf: [] }] }), 'paths[0].anyOf is empty'],
    [
      policy({ paths: [{ path: '/a', exectable: true }] }),
      "paths[0] has no key 'exectable'. Did you mean 'executable'?",
    ],
    [policy({ paths: [{ path: '/a', executable: 1 }] }), 'paths[0].executable must be true or false, not 1'],
    [policy({ paths: [{ path: '/a', mode: 755 }] }), 'paths[0].mode must be octal permissions in quotes'],
    [policy({ paths: [{ path: '/a', type: 'dir' }] }), 'paths[0].type must be one of file, directory'],
    [policy({ paths: [{ path: '/a', elf: 'x86-64' }] }), "Did you mean 'x86_64'?"],
    [
      policy({ paths: [{ path: '/a', minSize: -1 }] }),
      'paths[0].minSize must be a whole number of 0 or greater, not -1',
    ],
    [policy({ paths: [{ path: '/a', sha256: 'abc' }] }), 'paths[0].sha256 must be 64 hexadecimal digits'],
    [
      policy({ paths: [{ path: '/a', md5: '0'.repeat(32), sha1: '0'.repeat(40) }] }),
      'paths[0] has more than one digest',
    ],
    [policy({ paths: [{ path: '/a', contains: '(' }] }), "paths[0].contains cannot be used: there is a '('"],
    [policy({ paths: [{ path: '/a', severity: 'fatal' }] }), 'paths[0].severity must be one of info, warning, error'],
    [policy({ paths: [{ path: '/a', target: 'b', follow: true }] }), 'paths[0] requires a symlink but follows it'],
    [policy({ forbidden: [{ path: '/a', unless: [] }] }), "forbidden[0] has no key 'unless'"],
    [policy({ filesystem: { uuid: 'x' } }), 'filesystem.uuid must be a UUID'],
    [policy({ filesystem: { label: '' } }), 'filesystem.label must be a non-empty string, not ""'],
  ])('%j', (value, message) => {
    expect(() => parsePolicy(value)).toThrow(PolicyError);
    expect(() => parsePolicy(value)).toThrow(message);
  });
});
