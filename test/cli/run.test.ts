import { expect, test } from 'vitest';
import { version } from '../../package.json';
import type { CheckOptions } from '../../src/check';
import { commands } from '../../src/cli/commands';
import { renderHelp } from '../../src/cli/describe/help';
import type { Engine, Io } from '../../src/cli/io';
import { wantsColor } from '../../src/cli/printer';
import { run } from '../../src/cli/run';
import type { CheckReport } from '../../src/problem/report';
import { memorySource } from '../../src/source/memory';
import { SourceError } from '../../src/source/source';
import { lostWritesCheck, reportOf, stubCatalogue, wrongBitmap, wrongCount } from '../support/reports';

interface World {
  io: Io;
  out: () => string;
  err: () => string;
  interrupt: () => void;
}

function world(parts: Partial<Io> = {}): World {
  let out = '';
  let err = '';
  const controller = new AbortController();
  const io: Io = {
    out: async (text) => {
      out += text;
    },
    outBytes: async () => true,
    err: (text) => {
      err += text;
    },
    outIsTty: false,
    errIsTty: false,
    columns: undefined,
    env: {},
    signal: controller.signal,
    readFile: async () => new Uint8Array(0),
    ...parts,
  };
  return { io, out: () => out, err: () => err, interrupt: () => controller.abort() };
}

/** An engine whose images are reports by name; a name without a report cannot be opened. */
function engineOf(reports: Record<string, CheckReport | (() => CheckReport)>, seen: CheckOptions[] = []): Engine {
  return {
    catalogue: async () => stubCatalogue,
    open: async (path) => {
      if (!Object.hasOwn(reports, path))
        throw new SourceError(`cannot open ${path}: ENOENT: no such file or directory`, 0, 0);
      return { source: memorySource(new Uint8Array(4096)) };
    },
    check: async (_source, options) => {
      seen.push(options);
      options.onProgress?.({ phase: 'inodes', done: 1, total: 2 });
      const report = reports[String(options.image).replace(/\?.*/, '')]!;
      return { ...(typeof report === 'function' ? report() : report), image: options.image! };
    },
  };
}

const images = {
  clean: reportOf(),
  counts: reportOf([wrongCount]),
  bitmap: reportOf([wrongBitmap]),
  lost: lostWritesCheck(),
  part: reportOf([], { verdict: 'incomplete', notChecked: [{ what: 'quota', why: 'not yet' }] }),
};

async function status(...argv: string[]): Promise<number> {
  return run(argv, world().io, engineOf(images));
}

test('statuses are those of fsck, combined by OR', async () => {
  expect(await status('clean')).toBe(0);
  expect(await status('counts')).toBe(0);
  expect(await status('--fail-on', 'info', 'counts')).toBe(4);
  expect(await status('bitmap')).toBe(4);
  expect(await status('--fail-on', 'error', 'bitmap')).toBe(0);
  expect(await status('lost')).toBe(4);
  expect(await status('part')).toBe(8);
  expect(await status('missing')).toBe(8);
  expect(await status('clean', 'lost', 'missing', 'clean')).toBe(12);
  expect(await status('--fromat')).toBe(16);
  expect(await status()).toBe(16);
});

test('help and version go to stdout with 0, a usage error to stderr with a hint', async () => {
  const help = world();
  expect(await run(['--help'], help.io, engineOf({}))).toBe(0);
  expect(help.out()).toMatch(/^Usage: extcheck/);
  const asked = world();
  expect(await run(['-V'], asked.io, engineOf({}))).toBe(0);
  expect(asked.out()).toBe(`extcheck ${version}\n`);
  const wrong = world();
  expect(await run(['--fromat', 'x'], wrong.io, engineOf({}))).toBe(16);
  expect(wrong.out()).toBe('');
  expect(wrong.err()).toBe(
    'extcheck: Unknown option --fromat. Did you mean --format?\nRun extcheck --help for usage.\n',
  );
});

test('the first word names a command; after another argument it names an image', async () => {
  expect(await status('check', '-q', 'clean')).toBe(0);
  const named = { check: lostWritesCheck(), help: lostWritesCheck() };
  const statusOf = (...argv: string[]) => run(argv, world().io, engineOf(named));
  expect(await statusOf('--', 'check')).toBe(4);
  expect(await statusOf('-q', 'check', 'help')).toBe(4);
  expect(await statusOf('check', 'check')).toBe(4);
  const none = world();
  expect(await run(['check'], none.io, engineOf(named))).toBe(16);
  expect(none.err()).toBe('extcheck: No image given.\nRun extcheck check --help for usage.\n');
});

test('every command has its help, and that of the program names all of them', async () => {
  const said = async (...argv: string[]) => {
    const { io, out } = world();
    expect(await run(argv, io, engineOf({}))).toBe(0);
    return out();
  };
  const whole = await said('--help');
  expect(await said('help')).toBe(whole);
  for (const [name, { summary, load }] of commands) {
    expect(whole).toContain(`  ${name.padEnd(14)} ${summary}\n`);
    const help = renderHelp((await load()).command);
    expect(await said(name, '--help')).toBe(help);
    expect(await said('help', name)).toBe(help);
    expect(help).toMatch(new RegExp(`^Usage: extcheck \\[?${name}\\b`));
    expect(help.endsWith('\n')).toBe(true);
  }
  for (const line of whole.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  const { io, err } = world();
  expect(await run(['help', 'chekc'], io, engineOf({}))).toBe(16);
  expect(err()).toBe('extcheck: Unknown command chekc. Did you mean check?\nRun extcheck --help for usage.\n');
});

test('the command explain takes one id', async () => {
  const { io, out } = world();
  expect(await run(['explain', 'inode-zeroed'], io, engineOf({}))).toBe(0);
  expect(out()).toMatch(/^inode-zeroed\n/);
  expect(await status('explain')).toBe(16);
  expect(await status('explain', 'a', 'b')).toBe(16);
  const wrong = world();
  expect(await run(['explain', '--hepl'], wrong.io, engineOf({}))).toBe(16);
  expect(wrong.err()).toBe(
    'extcheck: Unknown option --hepl. Did you mean --help?\nRun extcheck explain --help for usage.\n',
  );
});

test('explain prints to stdout; an unknown id is a usage error', async () => {
  const known = world();
  expect(await run(['--explain', 'inode-zeroed'], known.io, engineOf({}))).toBe(0);
  expect(known.out()).toMatch(/^inode-zeroed\n/);
  const unknown = world();
  expect(await run(['--explain', 'inode-zero'], unknown.io, engineOf({}))).toBe(16);
  expect(unknown.out()).toBe('');
  expect(unknown.err()).toContain('Did you mean:\n  inode-zeroed\n');
});

test('ndjson: exactly one report a line in the order of the images, also for those that cannot be opened', async () => {
  const { io, out } = world();
  expect(await run(['--format', 'ndjson', 'lost', 'missing', 'clean'], io, engineOf(images))).toBe(12);
  const lines = out().split('\n');
  expect(lines.pop()).toBe('');
  const reports = lines.map((line) => JSON.parse(line));
  expect(reports.map(({ image, verdict }) => [image, verdict])).toEqual([
    ['lost', 'error'],
    ['missing', 'incomplete'],
    ['clean', 'clean'],
  ]);
  expect(reports[1]).toMatchObject({
    filesystem: null,
    notChecked: [{ what: 'the whole image', why: 'no such file or directory' }],
  });
});

test('json: an object for one image, an array for several', async () => {
  const one = world();
  await run(['--format', 'json', 'lost'], one.io, engineOf(images));
  expect(JSON.parse(one.out())).toMatchObject({ image: 'lost', schemaVersion: 2 });
  const two = world();
  await run(['--format', 'json', 'lost', 'missing'], two.io, engineOf(images));
  const reports = JSON.parse(two.out());
  expect(reports.map((report: CheckReport) => report.image)).toEqual(['lost', 'missing']);
  expect(two.out()).toBe(`${JSON.stringify(reports, null, 2)}\n`);
});

test('text: several images are set apart and their verdicts repeated at the end', async () => {
  const { io, out } = world();
  await run(['clean', 'bitmap', 'missing'], io, engineOf(images));
  const parts = out().split(`\n${'-'.repeat(80)}\n\n`);
  expect(parts).toHaveLength(4);
  expect(parts[3]!.split('\n')).toEqual([
    'clean is clean',
    expect.stringMatching(/^bitmap FAILS/),
    'missing: could not be checked: no such file or directory',
    '',
  ]);
});

test('quiet: a line for each image and nothing else', async () => {
  const { io, out, err } = world({ errIsTty: true });
  await run(['-q', 'clean', 'bitmap'], io, engineOf(images));
  expect(out().split('\n')).toHaveLength(3);
  expect(err()).toBe('');
});

test('options reach the check', async () => {
  const seen: CheckOptions[] = [];
  const { io } = world({ readFile: async () => new TextEncoder().encode('/b\n') });
  const argv = [
    '--require',
    'a',
    '--require-from',
    'list',
    '--max-findings',
    '7',
    '--offset',
    '2s',
    'clean',
    'lost?offset=1k',
  ];
  await run(argv, io, engineOf(images, seen));
  expect(seen).toMatchObject([
    { image: 'clean?offset=1024', require: ['/a', '/b'], maxFindings: 7 },
    { image: 'lost?offset=1024', require: ['/a', '/b'], maxFindings: 7 },
  ]);
  expect(seen[0]!.signal).toBe(io.signal);
});

test('an offset past the end is a report like any other', async () => {
  const { io, out } = world();
  expect(await run(['-q', '--offset', '1G', 'clean'], io, engineOf(images))).toBe(8);
  expect(out()).toBe('clean?offset=1073741824: could not be checked: offset 1073741824 is past its end\n');
});

test('a list that cannot be read is a usage error before anything is checked', async () => {
  const seen: CheckOptions[] = [];
  const { io, out } = world({ readFile: () => Promise.reject(new Error('no such file')) });
  expect(await run(['--require-from', 'list', 'clean'], io, engineOf(images, seen))).toBe(16);
  expect(seen).toEqual([]);
  expect(out()).toBe('');
});

test('reports a bug on one image, counts it as not checked, and checks the other images', async () => {
  const { io, out, err } = world();
  const broken = () => {
    throw new TypeError('x is not a function');
  };
  expect(await run(['--format', 'ndjson', 'broken', 'clean'], io, engineOf({ ...images, broken }))).toBe(8);
  const [first, second] = out()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(first).toMatchObject({ verdict: 'incomplete', notChecked: [{ why: 'internal error: x is not a function' }] });
  expect(second.verdict).toBe('clean');
  expect(err()).toContain('internal error on broken');
});

test('a source that fails in the middle is not checked, and is closed', async () => {
  let closed = 0;
  const { io, out } = world();
  const engine: Engine = {
    catalogue: async () => stubCatalogue,
    open: async () => ({ source: { ...memorySource(new Uint8Array(9)), close: () => void closed++ } }),
    check: async () => Promise.reject(new SourceError('cannot read bytes 0 to 8 of x: EIO: i/o error', 0, 9)),
  };
  expect(await run(['-q', 'x'], io, engine)).toBe(8);
  expect(out()).toBe('x: could not be checked: cannot read bytes 0 to 8: i/o error\n');
  expect(closed).toBe(1);
});

test('interrupted: what is done is printed, what is open is closed, status 32', async () => {
  const { io, out, err, interrupt } = world();
  const engine = engineOf({
    ...images,
    slow: () => {
      interrupt();
      io.signal.throwIfAborted();
      return reportOf();
    },
  });
  expect(await run(['--format', 'json', 'clean', 'slow', 'lost'], io, engine)).toBe(32);
  expect(JSON.parse(out()).map((report: CheckReport) => report.image)).toEqual(['clean']);
  expect(err()).toBe('extcheck: interrupted\n');
});

test('progress appears on a terminal only and is cleared', async () => {
  const quiet = world();
  await run(['clean'], quiet.io, engineOf(images));
  expect(quiet.err()).toBe('');
  const terminal = world({ errIsTty: true, columns: 60 });
  await run(['clean'], terminal.io, engineOf(images));
  expect(terminal.err()).toBe('\rclean: inodes 50%\u001b[K\r\u001b[K');
});

test('a dumb terminal gets no control sequence', async () => {
  const { io, out, err } = world({ outIsTty: true, errIsTty: true, columns: 80, env: { TERM: 'dumb' } });
  await run(['clean', 'lost', 'none'], io, engineOf(images));
  expect(out()).toMatch(/^[ -~…\n]+$/);
  expect(err()).toBe('');
});

test('where the locale is not UTF-8, text and messages are ASCII, and data is not changed', async () => {
  const path = '/srv/Grüße';
  const reports = {
    ...images,
    odd: () => reportOf([{ id: 'x', severity: 'error', path }], { affected: [{ path, how: 'missing' }] }),
    'ä.img': () => reportOf(),
  };
  const names = ['lost', 'odd', 'ä.img', 'ü'];
  const local = (env: Record<string, string>, args: readonly string[]) => {
    const one = world({ errIsTty: true, columns: 80, env });
    return run([...args, ...names], one.io, engineOf(reports)).then(() => one);
  };
  const ascii = await local({ LC_ALL: 'C' }, []);
  expect(ascii.out()).toMatch(/^[ -~\n]+$/);
  expect(ascii.out()).toContain('... and 18 more');
  expect(ascii.out()).toContain('missing      /srv/Gr\\u{fc}\\u{df}e\n');
  expect(ascii.out()).toContain('\\u{fc}: could not be checked');
  expect(ascii.err()).toContain('\r\\u{e4}.img: inodes 50%\u001b[K');
  expect(ascii.err()).not.toMatch(/[^\0-\x7f]/);
  const utf8 = await local({ LC_ALL: 'C.UTF-8' }, []);
  expect(utf8.out()).toContain(path);
  expect(utf8.out()).toContain('… and 18 more');
  const json = await local({ LC_ALL: 'C' }, ['--format', 'json']);
  expect(json.out()).toContain(`"path": "${path}"`);
  expect(json.out()).toBe((await local({}, ['--format', 'json'])).out());
  const usage = world({ env: { LC_ALL: 'C' } });
  expect(await run(['--ümlaut'], usage.io)).toBe(16);
  expect(usage.err()).toMatch(/^extcheck: Unknown option --\\u\{fc\}mlaut\./);
});

test.each<[boolean, Record<string, string>, 'auto' | 'always' | 'never', boolean]>([
  [false, {}, 'auto', false],
  [true, {}, 'auto', true],
  [true, { TERM: 'dumb' }, 'auto', false],
  [true, { NO_COLOR: '1' }, 'auto', false],
  [true, { NO_COLOR: '' }, 'auto', true],
  [false, { FORCE_COLOR: '1' }, 'auto', true],
  [true, { FORCE_COLOR: '0' }, 'auto', false],
  [true, { NO_COLOR: '1' }, 'always', true],
  [true, { FORCE_COLOR: '1' }, 'never', false],
])('terminal %s with %j and --color %s: %s', (outIsTty, env, choice, colored) => {
  expect(wantsColor(choice, { outIsTty, env })).toBe(colored);
});
