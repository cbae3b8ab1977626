/** LVM2 physical volumes that LVM itself makes, without the kernel's device mapper. */
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lvm } from '../../src/container/lvm/layer';
import { bytesOf, openLayer, recognises } from '../support/layers';
import { groupText, linear, physicalVolume, volumeText } from '../support/lvm';
import { freshFolder } from '../support/scratch';
import { isInstalled } from '../support/tools';

const mebibyte = 2 ** 20;

/** Calls `use` with loop devices on files; undefined if this system has none to give. */
function withLoops<T>(files: readonly string[], use: (devices: string[]) => T): T | undefined {
  const devices: string[] = [];
  try {
    for (const file of files) {
      const { status, stdout } = spawnSync('losetup', ['--find', '--show', file], { encoding: 'utf8' });
      if (status !== 0) return undefined;
      devices.push(stdout.trim());
    }
    return use(devices);
  } finally {
    for (const device of devices) spawnSync('losetup', ['--detach', device]);
  }
}

/** Runs a command of LVM that sees only `devices`. */
function run(devices: readonly string[], command: string, ...args: string[]): string {
  const filter = [...devices.map((device) => `"a|^${device}$|"`), '"r|.*|"'].join(',');
  const config = `global{activation=0} devices{use_devicesfile=0 filter=[${filter}]} backup{backup=0 archive=0}`;
  const { status, stdout, stderr } = spawnSync(command, [...args, '--config', config], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

describe.skipIf(!isInstalled('lvm') || !isInstalled('losetup'))('LVM', () => {
  const make = (lvcreate: readonly string[], ...more: readonly string[]) => [...lvcreate, '-an', '-Zn', '-Wn', ...more];

  test('linear volumes, also in pieces, after many changes of the metadata', async (context) => {
    const file = join(freshFolder(), 'pv.img');
    const fd = openSync(file, 'w');
    ftruncateSync(fd, 64 * mebibyte);
    const listed = withLoops([file], (devices) => {
      const lvmRun = (command: string, ...args: string[]) => run(devices, command, ...args);
      lvmRun('pvcreate', '--metadatasize', '8k', '--dataalignment', '64k', devices[0]!);
      lvmRun('vgcreate', '-s', '64k', 'extcheck_test', devices[0]!);
      lvmRun('lvcreate', ...make(['-l', '100', '-n', 'a', 'extcheck_test']));
      lvmRun('lvcreate', ...make(['-l', '50', '-n', 'b', 'extcheck_test']));
      lvmRun('lvextend', '-l', '150', 'extcheck_test/a');
      // the text goes round its area
      for (let i = 0; i < 40; i++)
        lvmRun('lvrename', 'extcheck_test', i % 2 === 0 ? 'b' : 'c', i % 2 === 0 ? 'c' : 'b');
      const columns = ['--noheadings', '--separator', ',', '-o'];
      return {
        segments: lvmRun('lvs', ...columns, 'lv_name,lv_uuid,seg_pe_ranges'),
        dataStart: Number.parseInt(lvmRun('pvs', ...columns, 'pe_start', '--units', 'b'), 10),
      };
    });
    if (listed === undefined) return context.skip('no loop device');
    const { segments, dataStart } = listed;
    const extent = Buffer.alloc(65_536);
    for (let i = 0; i < 200; i++) writeSync(fd, extent.fill(i + 1), 0, extent.length, dataStart + i * extent.length);
    closeSync(fd);
    const bytes = readFileSync(file);
    expect(await recognises(lvm, bytes)).toBe(true);
    const layer = await openLayer(lvm, bytes);
    expect(layer.notes).toEqual([]);
    expect(layer.details).toBe('volume group extcheck_test, 2 volumes');
    for (const part of layer.parts) {
      const rows = segments.split('\n').filter((row) => row.trim().startsWith(`${part.label!.split('/')[1]},`));
      expect(rows[0]!.split(',')[1]!.toLowerCase()).toBe(part.ids![0]);
      const extents = rows.flatMap((row) => {
        const [, from, to] = /:(\d+)-(\d+)/.exec(row)!.map(Number) as [number, number, number];
        return Array.from({ length: to - from + 1 }, (_, i) => from + i);
      });
      const read = await bytesOf(part.source);
      expect(Array.from({ length: read.length / 65_536 }, (_, i) => read[i * 65_536]! - 1)).toEqual(extents);
    }
  });

  test('two physical volumes', async (context) => {
    const folder = freshFolder();
    const files = ['1.img', '2.img'].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, Buffer.alloc(16 * mebibyte));
    const done = withLoops(files, (devices) => {
      const lvmRun = (command: string, ...args: string[]) => run(devices, command, ...args);
      lvmRun('vgcreate', '-s', '64k', 'extcheck_test2', ...devices);
      lvmRun('lvcreate', ...make(['-l', '100', '-n', 'first', 'extcheck_test2', devices[0]!]));
      lvmRun('lvcreate', ...make(['-l', '20', '-i', '2', '-n', 'striped', 'extcheck_test2']));
      lvmRun('lvcreate', ...make(['-l', '100%FREE', '-n', 'rest', 'extcheck_test2']));
      return true;
    });
    if (done === undefined) return context.skip('no loop device');
    const [first, second] = await Promise.all(files.map((file) => openLayer(lvm, readFileSync(file))));
    const reasons = ({ parts }: typeof first & object) =>
      parts.map(({ source }) => (typeof source === 'string' ? /^[^,:]+/.exec(source)![0] : 'readable'));
    expect(reasons(first!)).toEqual([
      'readable',
      'it is striped over 2 places',
      'a part of it is on another physical volume',
    ]);
    expect(reasons(second!)[0]).toBe('a part of it is on another physical volume');
  });

  test('pvck accepts the physical volumes of the other tests', (context) => {
    const file = join(freshFolder(), 'pv.img');
    writeFileSync(file, physicalVolume(groupText([volumeText('root', [linear(1, 0, 4, 30)])])));
    const dump = withLoops([file], ([device]) => run([device!], 'pvck', '--dump', 'metadata', device!));
    if (dump === undefined) return context.skip('no loop device');
    expect(dump).toContain('root {');
    expect(dump).not.toContain('CHECK');
  });
});
