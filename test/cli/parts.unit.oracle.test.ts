import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Place, parseImageName, shownName, whyNot } from '../../src/cli/image-name';
import { UsageError } from '../../src/cli/options';
import { DescriptorOutput, type Output, StreamOutput } from '../../src/cli/output';
import { Progress } from '../../src/cli/progress';
import { requiredPaths } from '../../src/cli/required-from';
import { openTargets } from '../../src/cli/targets';
import { memorySource } from '../../src/source/memory';
import { SourceError } from '../../src/source/source';
import { oracleTest, unitTest } from '../support/project-tests';

const never = () => false;
const at = (offset: number): Place => ({ offset, inside: [] });

unitTest('an image name may carry its offset, which wins over the option', () => {
  expect(parseImageName('a.img', at(0), never)).toEqual({ path: 'a.img', offset: 0, inside: [], shown: 'a.img' });
  expect(parseImageName('a.img', at(512), never)).toMatchObject({ offset: 512, shown: 'a.img?offset=512' });
  const named = { path: 'a.img', offset: 1 << 20, inside: [], shown: 'a.img?offset=1048576' };
  expect(parseImageName('a.img?offset=1M', at(512), never)).toEqual(named);
  expect(() => parseImageName('a.img?offset=x', at(0), never)).toThrow(UsageError);
});

unitTest('an image name may carry a partition and paths inside it, which names lead to again', () => {
  const place: Place = { offset: 0, partition: 'a&b?c%', inside: ['/x?', '/y=z'] };
  const shown = shownName('d.img', place);
  expect(shown).toBe('d.img?partition=a%26b%3fc%25&inside=/x%3f&inside=/y=z');
  expect(parseImageName(shown, at(0), never)).toEqual({ path: 'd.img', ...place, shown });
  for (const name of ['a?b', 'a?partition=', 'a?partition', '?offset=5', 'a?other=1'])
    expect(parseImageName(name, at(0), never)).toMatchObject({ path: name, shown: name });
});

unitTest('a file of just that name is taken as it is', () => {
  const found = parseImageName('a?offset=5', at(0), (path) => path === 'a?offset=5');
  expect(found).toMatchObject({ path: 'a?offset=5', offset: 0 });
});

unitTest('an offset past the end closes the source and says so', async () => {
  let closed = 0;
  const source = { ...memorySource(new Uint8Array(10)), close: () => void closed++ };
  const how = { open: async () => ({ source }), signal: new AbortController().signal, backing: false };
  const image = parseImageName('a', at(10), never);
  try {
    await openTargets(image, how);
    expect.unreachable();
  } catch (error) {
    expect(whyNot(error, image)).toBe('offset 10 is past its end');
  }
  expect(closed).toBe(1);
  const { targets } = await openTargets(parseImageName('a', at(4), never), how);
  expect(targets.map(({ source }) => source.size)).toEqual([6]);
});

unitTest('the reason stands without the name and without error codes', () => {
  const image = parseImageName('/a/b.img', at(0), never);
  const why = (message: string) => whyNot(new SourceError(message, 0, 0), image);
  expect(why('cannot open /a/b.img: ENOENT: no such file or directory')).toBe('no such file or directory');
  expect(why('cannot open /a/b.img: it is a directory, not a regular file')).toBe(
    'it is a directory, not a regular file',
  );
  expect(why('/a/b.img: its gzip data is truncated: unexpected end of file')).toBe(
    'its gzip data is truncated: unexpected end of file',
  );
  expect(why('cannot read bytes 0 to 9 of /a/b.img: EIO: i/o error')).toBe('cannot read bytes 0 to 9: i/o error');
  expect(whyNot(undefined, image)).toBe('undefined');
});

/** Files of the command line. */
const reading = (read: (path: string) => Promise<string>) => ({
  signal: new AbortController().signal,
  readFile: async (path: string) => new TextEncoder().encode(await read(path)),
});

unitTest('required paths: order kept, each once, comments and blank lines left out', async () => {
  const files: Record<string, string> = {
    one: '\ufeff# boot\n\n /boot/vmlinuz \r\nboot/initrd\n  # not this\n',
    two: '/boot/vmlinuz\n/etc/fstab',
  };
  const io = reading(async (path) => files[path]!);
  expect(await requiredPaths([{ path: '/init' }, { from: 'one' }, { from: 'two' }, { path: '/init' }], io)).toEqual([
    '/init',
    '/boot/vmlinuz',
    '/boot/initrd',
    '/etc/fstab',
  ]);
  expect(await requiredPaths([], io)).toEqual([]);
});

unitTest('a list that requires nothing, or cannot be read, is a usage error', async () => {
  await expect(
    requiredPaths(
      [{ from: 'x' }],
      reading(async () => '# nothing\n'),
    ),
  ).rejects.toThrow(new UsageError('--require-from x: the list has no paths.'));
  const fails = async () => Promise.reject(new Error('ENOENT: no such file'));
  await expect(requiredPaths([{ from: 'x' }], reading(fails))).rejects.toThrow(UsageError);
});

unitTest('progress is one line, rarely written, and gone at the end', () => {
  let clock = 0;
  const written: string[] = [];
  const progress = new Progress(
    (text) => written.push(text),
    20,
    () => clock,
  );
  progress.clear();
  expect(written).toEqual([]);
  progress.step('a.img', { phase: 'inodes', done: 1, total: 4 });
  clock = 50;
  progress.step('a.img', { phase: 'inodes', done: 2, total: 4 });
  clock = 150;
  progress.step('a-long-name-of-an.img', { phase: 'inodes', done: 5, total: 4 });
  clock = 300;
  progress.step('a.img', { phase: 'links', done: 0, total: 0 });
  expect(written).toEqual(['\ra.img: inodes 25%\u001b[K', '\ran.img: inodes 100%\u001b[K', '\ra.img: links\u001b[K']);
  for (const text of written) expect(text.length - '\r\u001b[K'.length).toBeLessThan(20);
  progress.clear();
  progress.clear();
  expect(written.slice(3)).toEqual(['\r\u001b[K']);
});

/** Runs `body` with the writing end of a pipe that does not block, read by a shell command; gives what that prints. */
async function intoPipe(reader: string, body: (fd: number) => Promise<void>): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'extcheck-pipe-'));
  try {
    spawnSync('mkfifo', [join(home, 'pipe')]);
    const child = spawn('sh', ['-c', `{ ${reader}; } < pipe`], { cwd: home, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    const fd = await openForWriting(join(home, 'pipe'));
    try {
      await body(fd);
    } finally {
      closeSync(fd);
    }
    await ended;
    return text;
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** Opening a fifo in this way fails until there is a reader. */
async function openForWriting(fifo: string): Promise<number> {
  for (let tries = 0; ; tries++) {
    try {
      return openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (tries > 500) throw error;
      await sleep(10);
    }
  }
}

/** A writable stream on its own copy of the descriptor, as Node makes one for standard output. */
const streamOn = (fd: number) => new Socket({ fd: openSync(`/dev/fd/${fd}`, constants.O_WRONLY), readable: false });

const outputs: [string, (fd: number) => { output: Output; end: () => void }][] = [
  ['straight', (fd) => ({ output: new DescriptorOutput(fd), end: () => {} })],
  [
    'through a stream',
    (fd) => {
      const stream = streamOn(fd);
      return { output: new StreamOutput(stream), end: () => void stream.destroy() };
    },
  ],
];

const posix = oracleTest.skipIf(process.platform === 'win32');

posix.each(outputs)(
  '%s: a full pipe with a slow reader gets every byte, and timers go on meanwhile',
  async (_how, open) => {
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    const counted = await intoPipe('sleep 0.5; wc -c', async (fd) => {
      const { output, end } = open(fd);
      await output.write('ä'.repeat(500_000));
      await output.write('end');
      expect(output.failure).toBeUndefined();
      end();
    });
    clearInterval(ticking);
    expect(counted.trim()).toBe('1000003');
    expect(ticks).toBeGreaterThan(10);
  },
);

posix.each(outputs)('%s: a reader that leaves ends the writing quietly', async (_how, open) => {
  const first = await intoPipe('head -c 3', async (fd) => {
    const { output, end } = open(fd);
    await output.write('abc'.repeat(200_000));
    await output.write('more');
    expect(output.failure).toBeUndefined();
    end();
  });
  expect(first).toBe('abc');
});

unitTest('an output that cannot be written is told', async () => {
  const home = mkdtempSync(join(tmpdir(), 'extcheck-output-'));
  try {
    const path = join(home, 'file');
    const fd = openSync(path, 'w+');
    writeSync(fd, 'x');
    const good = new DescriptorOutput(fd);
    await good.write('yz');
    closeSync(fd);
    expect(readFileSync(path, 'utf8')).toBe('xyz');
    const readOnly = openSync(path, 'r');
    const bad = new DescriptorOutput(readOnly);
    await bad.write('lost');
    closeSync(readOnly);
    expect(bad.failure?.message).toMatch(/EBADF|bad file descriptor/);
    expect(readFileSync(path, 'utf8')).toBe('xyz');
  } finally {
    rmSync(home, { recursive: true });
  }
});
