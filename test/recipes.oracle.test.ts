/** The scripts of docs/recipes.md, run unchanged. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { installedPackage } from './package/packed';
import { builtCli, root } from './support/cli';
import { gptDisk, mbrDisk, mebibyte } from './support/disk';
import { qcow2Of } from './support/doc-disks';
import { hasE2fsprogs, makeImage } from './support/e2fsprogs';
import { fixtureBytes } from './support/fixtures';
import { imageOf, rootTree, temporaryFolder } from './support/root-tree';

const page = (name: string) => readFileSync(join(root, 'docs', name), 'utf8');

/** Code blocks of a page in their order, by heading. */
function blocks(name: string): { heading: string; language: string; code: string }[] {
  let heading = '';
  return [...page(name).matchAll(/^## ([^\n]*)$|^```(\w+)\n(.*?)^```$/gms)].flatMap(([, title, language, code]) => {
    if (title !== undefined) heading = title;
    return language === undefined ? [] : [{ heading, language, code: code! }];
  });
}

const recipe = (heading: string, n = 0): string => {
  const found = blocks('recipes.md').filter(
    (block) => block.heading.startsWith(heading) && block.language !== 'dockerfile',
  );
  return found[n]!.code;
};

/** The script in a YAML text, after a line that ends with `|`. */
function scriptIn(yaml: string): string {
  const [, indent, , body] = /^( *)(.*)\|\n((?:\1 +.*\n|\n)+)/m.exec(yaml)!;
  const margin = /^ */.exec(body!)![0];
  expect(margin.length).toBeGreaterThan(indent!.length);
  return body!.replaceAll(new RegExp(`^${margin}`, 'gm'), '');
}

const bin = temporaryFolder();
const folder = temporaryFolder();

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** Runs a script with `extcheck` on its path. */
function sh(script: string, env: Record<string, string> = {}, args: string[] = [], timeout = 30_000) {
  const path = join(bin, 'extcheck');
  writeFileSync(path, `#!/bin/sh\nexec ${process.execPath} ${builtCli()} "$@"\n`);
  chmodSync(path, 0o755);
  const { GITHUB_STEP_SUMMARY: _summary, NODE_OPTIONS: _options, ...rest } = process.env;
  const run = spawnSync('sh', ['-c', script, 'script', ...args], {
    cwd: folder,
    env: { ...rest, PATH: `${bin}:${process.env['PATH']}`, ...env },
    encoding: 'utf8',
    timeout,
  });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

const policy = JSON.stringify({ version: 1, paths: ['/etc/os-release'] });

describe.skipIf(!hasE2fsprogs)('recipes', () => {
  if (hasE2fsprogs) {
    const sound = imageOf(
      rootTree((put) => {
        put('boot/vmlinuz', 'kernel');
        put('boot/initrd', 'initrd');
        put('etc/cos/bootargs.cfg', 'set kernel=/boot/vmlinuz');
      }),
    ).bytes;
    const damaged = fixtureBytes('damaged/harvester-lost-writes');
    for (const [name, bytes] of [
      ['good', sound],
      ['bad', damaged],
    ] as const) {
      write(`${name}.img`, bytes);
      write(`${name}/build/root.img`, bytes);
      write(`${name}/host/run/initramfs/cos-state/cOS/active.img`, bytes);
      write(`${name}/host/run/initramfs/cos-state/cOS/passive.img`, sound);
    }
    write('policy.json', policy);
  }
  const state = (name: string) => join(folder, name, 'host/run/initramfs/cos-state');

  test('shell gate', () => {
    write('gate.sh', recipe('Shell gate'));
    const gate = (image: string) => sh(`sh ${join(folder, 'gate.sh')} ${image}`);
    expect(gate('good.img')).toMatchObject({
      status: 0,
      out: expect.stringMatching(/gate: good\.img may be booted\n$/),
    });
    expect(gate('bad.img')).toMatchObject({ status: 4, err: 'gate: bad.img has problems, see report.md\n' });
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toMatch(/^### ❌ DO NOT BOOT FROM bad\.img/);
    expect(gate('gone.img')).toMatchObject({ status: 8, err: 'gate: gone.img could not be checked (status 8)\n' });
    write('policy.json', '{}');
    expect(gate('good.img').status).toBe(16);
    write('policy.json', policy);
  });

  const inPartition = (image: Uint8Array) => ({ start: 4096, count: image.length / 512, holds: image, label: 'root' });

  test('card image', () => {
    write('card.sh', recipe('A card image'));
    for (const [name, status] of [
      ['good', 0],
      ['bad', 4],
    ] as const) {
      const image = readFileSync(join(folder, `${name}.img`));
      const disk = mbrDisk(image.length + 4 * mebibyte, [{ start: 2048, count: 2048 }, inPartition(image)]);
      write(`${name}-card.img.gz`, gzipSync(disk, { level: 1 }));
      const run = sh(`sh card.sh ${name}-card.img.gz`);
      expect([run.status, run.err]).toEqual([status, '']);
      expect(run.out).toContain('\n    partition 2: ');
    }
    expect(sh('sh card.sh good-card.img.gz', { ROOT: '3' })).toMatchObject({ status: 8 });
  });

  test('both systems of a node', () => {
    write('node.sh', recipe('A node that does not come back'));
    const disk = (active: string) => {
      for (const [name, from] of [
        ['active', active],
        ['passive', 'good'],
      ] as const)
        write(`state-${active}/cOS/${name}.img`, readFileSync(join(folder, `${from}.img`)));
      const { bytes } = makeImage({
        size: '80M',
        options: `-t ext4 -b 4096 -L COS_STATE -d ${join(folder, `state-${active}`)}`,
      });
      write('node.img', gptDisk(bytes.length + 8 * mebibyte, [inPartition(bytes)]));
      return sh('sh node.sh node.img');
    };
    expect(disk('good')).toMatchObject({ status: 0, err: '' });
    const { status, out } = disk('bad');
    expect(status).toBe(4);
    expect(out).toMatch(/DO NOT BOOT FROM .*\/cOS\/active\.img[\s\S]*\/cOS\/passive\.img is clean\n$/);
  });

  test('virtual disk in a build', () => {
    const script = scriptIn(recipe('A virtual disk').replace('steps:', '')).replaceAll('npx --yes ', 'set -e; ');
    for (const [name, status] of [
      ['good', 0],
      ['bad', 4],
    ] as const) {
      const image = readFileSync(join(folder, `${name}.img`));
      write(`${name}/build/server.qcow2`, qcow2Of(gptDisk(image.length + 4 * mebibyte, [inPartition(image)])));
      const run = sh(`cd ${name} && ${script}`);
      expect([run.status, run.err]).toEqual([status, '']);
      expect(run.out).toContain('a qcow2 image (version 3)\n');
      expect(run.out).toMatch(
        name === 'good' ? /^::notice title=extcheck::/m : /^::error title=extcheck::DO NOT BOOT/m,
      );
    }
  });

  test('Elemental hook', () => {
    const yaml = recipe('Elemental');
    expect(yaml).toMatch(/^stages:\n {2}post-upgrade:/m);
    const script = scriptIn(yaml);
    const marker = join(folder, 'marker');
    expect(sh(script, { STATE_DIR: state('bad'), MARKER: marker })).toMatchObject({ status: 1 });
    expect(existsSync(marker)).toBe(true);
    expect(sh(script, { STATE_DIR: state('good'), MARKER: marker })).toMatchObject({ status: 0, err: '' });
    expect(existsSync(marker)).toBe(false);
  });

  test('Harvester post-drain', () => {
    const run = (name: string) =>
      sh(recipe('Harvester'), { HOST_DIR: join(folder, name, 'host'), REPORTS: join(folder, 'reports') });
    expect(run('good')).toMatchObject({ status: 0, err: '' });
    expect(run('bad').status).toBe(4);
    expect(readFileSync(join(folder, 'reports/active.md'), 'utf8')).toMatch(/DO NOT BOOT/);
    write('left/host/run/initramfs/cos-state/cOS/active.img', readFileSync(join(folder, 'good.img')));
    write('left/host/run/initramfs/cos-state/cOS/transition.img', '');
    expect(run('left')).toMatchObject({ status: 4, err: 'an upgrade was interrupted: transition.img is left over\n' });
  });

  test('Kubernetes Job and DaemonSet', () => {
    const job = scriptIn(recipe('Kubernetes', 0));
    expect(sh(job, { STATE_DIR: state('good') }).status).toBe(0);
    expect(sh(job, { STATE_DIR: state('bad') }).status).toBe(4);
    const daemon = scriptIn(recipe('Kubernetes', 1));
    const once = { STATE_DIR: state('bad'), METRICS: folder };
    sh(daemon.replace(/sleep .*/, 'exit 0'), once);
    const metrics = readFileSync(join(folder, 'extcheck.prom'), 'utf8');
    expect(metrics).toMatch(/^extcheck_exit_status\{image=".*active\.img"\} 4$/m);
    expect(metrics).toMatch(/^extcheck_exit_status\{image=".*passive\.img"\} 0$/m);
  });

  test('GitHub Actions step', () => {
    const script = scriptIn(recipe('GitHub').replace('steps:', '')).replace('npx --yes extcheck', 'extcheck');
    for (const name of ['good', 'bad']) {
      write(`${name}/policy.json`, policy);
      const summary = join(folder, name, 'summary.md');
      const run = sh(`cd ${name} && ${script}`, { GITHUB_STEP_SUMMARY: summary });
      expect(run.status).toBe(name === 'good' ? 0 : 4);
      expect(run.out).toMatch(
        name === 'good' ? /^::notice title=extcheck::/m : /^::error title=extcheck::DO NOT BOOT/m,
      );
      expect(existsSync(summary)).toBe(true);
      const results = JSON.parse(readFileSync(join(folder, name, 'extcheck.sarif'), 'utf8')).runs[0].results;
      expect(results.length > 0).toBe(name === 'bad');
    }
  });

  const hasYaml = spawnSync('python3', ['-c', 'import yaml']).status === 0;
  test.skipIf(!hasYaml)('every YAML text is YAML (needs python3 with yaml)', () => {
    const texts = blocks('recipes.md').filter(({ language }) => language === 'yaml');
    expect(texts.length).toBe(5);
    for (const { code } of texts) {
      const { status, stderr } = spawnSync('python3', ['-c', 'import sys, yaml; yaml.safe_load(sys.stdin)'], {
        input: code,
      });
      expect([status, String(stderr)]).toEqual([0, '']);
    }
  });

  describe('programs that use the library', () => {
    beforeAll(async () => {
      const { folder: project } = await installedPackage();
      cpSync(join(project, 'node_modules'), join(folder, 'node_modules'), { recursive: true });
    }, 600_000);

    test('unit test of an image builder', () => {
      write('builder.test.mjs', recipe('A unit test'));
      const make = (image: string) =>
        write(
          'make-image.mjs',
          `import { readFileSync } from 'node:fs';\nexport const makeImage = async () => readFileSync('${image}');\n`,
        );
      make('good.img');
      const passed = sh(`${process.execPath} --test builder.test.mjs`);
      expect([passed.status, passed.out]).toEqual([0, expect.stringContaining('pass 1')]);
      make('bad.img');
      const failed = sh(`${process.execPath} --test builder.test.mjs`);
      expect([failed.status, failed.out]).toEqual([1, expect.stringContaining('Indirect block contains only zeros')]);
    });

    // many processes are started, on machines that may be busy
    vi.setConfig({ testTimeout: 60_000 });
  });
});

test('every command line of the pages names options that there are', () => {
  const help = spawnSync(process.execPath, [builtCli(), '--help'], { encoding: 'utf8' }).stdout;
  const lines = ['manifests.md', 'policy.md', 'reports.md', 'recipes.md'].flatMap((name) =>
    blocks(name).flatMap(({ code }) => code.split('\n').filter((line) => /\bextcheck -/.test(line))),
  );
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines)
    for (const [option] of line.matchAll(/(?<= )--(?!yes\b)[a-z-]+/g)) expect(help).toContain(option);
});
