/** The options of a gate, run for real: what they write, and the status that they leave with. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { parseArguments } from '../../src/cli/args';
import { cli } from '../support/cli';
import { hasE2fsprogs } from '../support/e2fsprogs';
import { fixtureBytes } from '../support/fixtures';
import { imageOf, rootTree, temporaryFolder } from '../support/root-tree';

// many processes are started, on machines that may be busy
vi.setConfig({ testTimeout: 60_000 });

const cwd = temporaryFolder();
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(cwd, name), content);
const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
const run = (args: string, env: Record<string, string> = {}) => cli(args.split(' '), { cwd, env });

if (hasE2fsprogs) {
  const image = imageOf(rootTree());
  write('root.img', image.bytes);
  write('good.mtree', '#mtree\n. type=dir\n./etc/passwd type=file\n');
  write('bad.mtree', '#mtree\n./etc/passwd type=file mode=0600\n./sbin/init type=file\n');
  write('odd.mtree', '#mtree\n./etc/passwd type=file colour=red\n');
  write('no.mtree', 'Dear reader,\n');
  write('list.sha256', `${'0'.repeat(64)}  etc/passwd\n`);
  write('good.json', '{"version":1,"paths":["/etc/os-release"]}');
  write('bad.json', '{"version":1,"paths":["/sbin/init"]}');
  write('wrong.json', '{"version":1,"pats":[]}');
  const sum = createHash('sha256').update(image.bytes.subarray(0, 1024)).digest('hex');
  const zeros = '0'.repeat(64);
  const bmap = `<bmap version="2.0"><ImageSize> ${image.bytes.length} </ImageSize><BlockSize> 1024 </BlockSize><BlocksCount> ${image.bytes.length / 1024} </BlocksCount><ChecksumType> sha256 </ChecksumType><BmapFileChecksum> ${zeros} </BmapFileChecksum><BlockMap><Range chksum="${sum}"> 0 </Range></BlockMap></bmap>`;
  const right = bmap.replace(zeros, createHash('sha256').update(bmap).digest('hex'));
  write('root.bmap', right);
  write('changed.bmap', right.replace('> 0 <', '> 1 <'));
  const moved = bmap.replace('> 0 <', '> 1 <');
  write('other.bmap', moved.replace(zeros, createHash('sha256').update(moved).digest('hex')));
  write('damaged.img', fixtureBytes('damaged/harvester-lost-writes'));
}

describe.skipIf(!hasE2fsprogs)('a gate', () => {
  test.each([
    ['--manifest good.mtree root.img', 0, 'root.img is clean'],
    ['--manifest good.mtree --extra -q root.img', 4, 'FAILS: '],
    [
      '--manifest bad.mtree -q root.img',
      4,
      'root.img FAILS: the file system is sound; 2 files differ from the manifest',
    ],
    [
      '--manifest list.sha256 -q root.img',
      4,
      'root.img FAILS: the file system is sound; 1 file differs from the manifest',
    ],
    ['--manifest odd.mtree -q root.img', 8, 'could not be checked completely'],
    ['--manifest list.sha256 --manifest-root etc -q root.img', 4, '1 file differs from the manifest'],
    ['--policy good.json -q root.img', 0, 'root.img is clean'],
    ['--policy good.json --policy bad.json -q root.img', 4, 'sound; it breaks 1 rule of the policy'],
    ['--bmap root.bmap -q root.img', 0, 'root.img is clean'],
    ['--bmap other.bmap -q root.img', 4, 'root.img FAILS: the file system is sound; 1 part differs from the block map'],
  ])('%s', (args, status, said) => {
    const { stdout, stderr, ...left } = run(args);
    expect([left.status, stdout, stderr]).toEqual([status, expect.stringContaining(said), '']);
  });

  test.each([
    ['--manifest no.mtree root.img', '--manifest no.mtree: its first line is neither mtree nor a digest'],
    ['--manifest gone root.img', '--manifest gone cannot be read: no such file'],
    ['--policy wrong.json root.img', "--policy wrong.json: the policy has no key 'pats'. Did you mean 'paths'?\n"],
    ['--baseline good.json root.img', "--baseline good.json: 'accepted' must be an object"],
    ['--bmap changed.bmap root.img', '--bmap changed.bmap: its own checksum is wrong'],
    ['--bmap good.json root.img', '--bmap good.json: it contains no tag.'],
    ['--extra root.img', '--extra needs --manifest FILE.'],
    ['--manifest-times root.img', '--manifest-times needs --manifest FILE.'],
    ['--manifest-root /x root.img', '--manifest-root needs --manifest FILE.'],
    ['--bmap root.bmap root.img b.img', '--bmap applies to one image; give only one.'],
    ['--write-baseline x root.img b.img', '--write-baseline applies to one image; give only one.'],
    ['--write-baseline x --baseline y root.img', '--baseline and --write-baseline cannot be used together'],
    ['--report sarif root.img', '--report sarif needs a file: --report sarif=FILE.'],
    ['--report sarif=- root.img', 'A report cannot be written to standard output'],
    ['--report sarf=x root.img', 'Did you mean sarif?'],
  ])('usage error: %s', (args, said) => {
    const { status, stderr, stdout } = run(args);
    expect([status, stderr, stdout]).toEqual([16, expect.stringContaining(said), '']);
  });

  test('a manifest of the image itself verifies, times and all', () => {
    expect(run('manifest root.img -o own.mtree').status).toBe(0);
    const { status, stdout } = run('--manifest own.mtree --manifest-times --extra --jobs 1 -q root.img');
    expect([status, stdout]).toEqual([0, 'root.img is clean\n']);
    const other = run('--manifest own.mtree --extra --format json damaged.img');
    expect(other.status).toBe(4);
    expect(JSON.parse(other.stdout).counts).toMatchObject({ 'manifest-file-missing': expect.any(Number) });
  });

  test('a baseline is written, accepts what it knows, and no more', () => {
    expect(run('-q damaged.img').status).toBe(4);
    const first = run('--write-baseline base.json -q damaged.img');
    expect([first.status, first.stdout]).toEqual([
      0,
      expect.stringMatching(/^damaged\.img passes: nothing new, \d+ known findings accepted by the baseline\n$/),
    ]);
    const again = run('--baseline base.json --format json damaged.img');
    expect(again.status).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ verdict: 'clean', findings: [], baseline: { unused: 0 } });
    expect(run('--baseline base.json --manifest bad.mtree -q damaged.img').status).toBe(4);
    const lost = run('--write-baseline no/such/folder -q damaged.img');
    expect([lost.status, lost.stderr]).toEqual([
      12,
      expect.stringMatching(/^extcheck: --write-baseline no\/such\/folder: no such file/),
    ]);
    const fatal = run('--write-baseline fatal.json --require /none -q damaged.img');
    expect([fatal.status, fatal.stderr.replace(/\s+/g, ' ')]).toEqual([
      4,
      'extcheck: --write-baseline fatal.json: 1 finding is not accepted; a baseline accepts neither fatal problems nor required paths that failed. ',
    ]);
    expect(run('--write-baseline few.json --max-findings 1 -q damaged.img').stderr).toMatch(/keep more of them/);
    expect(existsSync(join(cwd, 'few.json'))).toBe(false);
  });

  test('several reports at once, beside the text', () => {
    mkdirSync(join(cwd, 'out'));
    const kinds = ['sarif', 'junit', 'json', 'ndjson', 'github', 'prometheus', 'markdown', 'html'];
    const { status, stdout, stderr } = run(
      `${kinds.map((kind) => `--report ${kind}=out/${kind}`).join(' ')} --policy bad.json -q root.img damaged.img`,
    );
    expect([status, stderr]).toEqual([4, '']);
    expect(stdout.split('\n').length).toBe(3);
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual([...kinds].sort());
    const results = JSON.parse(read('out/sarif')).runs[0].results;
    expect(results.some(({ ruleId }: { ruleId: string }) => ruleId === 'policy-path-missing')).toBe(true);
    expect(read('out/junit')).toMatch(/<testsuite name="damaged\.img"/);
    expect(JSON.parse(read('out/json')).map(({ image }: { image: string }) => image)).toEqual([
      'root.img',
      'damaged.img',
    ]);
    expect(read('out/ndjson').split('\n').length).toBe(3);
    expect(read('out/github')).toMatch(/^::error title=extcheck::root\.img FAILS/);
    expect(read('out/prometheus')).toMatch(/^extcheck_verdict\{image="root\.img",verdict="error"\} 1$/m);
    expect(read('out/markdown')).toMatch(/^### ❌ root\.img FAILS/);
    expect(read('out/html')).toMatch(/<h2 [^>]*>damaged\.img FAILS|<h2 [^>]*>DO NOT BOOT FROM damaged\.img/);
    expect(read('out/html').match(/<div class="map"/g)).toHaveLength(2);
    expect(JSON.parse(read('out/json'))[0]).toMatchObject({ layout: { detail: 'inodes', complete: true } });
    run('--report json=out/json -q root.img');
    expect(JSON.parse(read('out/json')).layout).toBeUndefined();
    expect(JSON.parse(read('out/json')).verdict).toBe('clean');
  });

  test('annotations go where GitHub reads them, and a summary into its file', () => {
    const env = { GITHUB_STEP_SUMMARY: join(cwd, 'summary.md') };
    const text = run('--report github -q --policy bad.json root.img', env);
    expect(text.stdout).toMatch(/^root\.img FAILS.*\n::error title=extcheck::/);
    expect(read('summary.md')).toMatch(/^### ❌ root\.img FAILS/);
    const json = run('--report github --format json root.img', env);
    expect(JSON.parse(json.stdout).verdict).toBe('clean');
    expect(json.stderr).toMatch(/^::notice title=extcheck::root\.img is clean\n$/);
  });

  test('a report that cannot be written means "could not check", and leaves no file', () => {
    const { status, stderr, stdout } = run('--report sarif=no/such/x --report junit=fine -q root.img');
    expect([status, stdout]).toEqual([8, 'root.img is clean\n']);
    expect(stderr).toMatch(/^extcheck: the report no\/such\/x could not be written: no such file/);
    expect(existsSync(join(cwd, 'fine'))).toBe(true);
    expect(readdirSync(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(run('--report markdown=/dev/full -q root.img').status).toBe(8);
  });

  test('an image that cannot be opened has its reports too', () => {
    expect(run('--report junit=gone.xml --policy good.json gone.img').status).toBe(8);
    expect(read('gone.xml')).toContain('skipped');
  });
});

test('repeated options keep their order', () => {
  const parsed = parseArguments('--report github --report sarif=a=b --manifest m --manifest n i'.split(' '));
  expect(parsed.kind === 'check' && parsed.request).toMatchObject({
    manifests: ['m', 'n'],
    reports: [
      { kind: 'github', file: undefined },
      { kind: 'sarif', file: 'a=b' },
    ],
  });
});
