/** All that is known about an inode, as data and as text. */
import { isoTime } from '../../bytes/iso-time';
import { typeName } from '../../content/type-name';
import { inode } from '../../layout/inode';
import { inodeFlagNames } from '../../layout/inode-flag-names';
import { printable } from '../../report/printable';
import { counted, digits, listed } from '../../report/words';
import { type Attributes, attributesOf } from '../../view/attributes';
import { catchImageError } from '../../view/error';
import { type FileLayout, layoutOf, type Place } from '../../view/layout';
import type { OpenedImage } from '../../view/opened-image';
import { type FileStat, type InodeRecord, statOf } from '../../view/stat';
import { exactTime, modeLetters, permissions } from './file-text';
import { whyOf } from './file-word';

export interface InodeFacts {
  path: string | undefined;
  stat: FileStat;
  /** Seconds since 1970; 0 if it was not deleted. */
  deleted: number;
  /** Of a symlink. */
  target: string | undefined;
  attributes: Attributes;
  layout: FileLayout;
  /** What is damaged, or cannot be read. */
  faults: string[];
}

/** Whether an inode describes nothing. */
const isUnused = ({ mode, links }: FileStat): boolean => mode === 0 && links === 0;

function layoutFaults(layout: FileLayout): string[] {
  const lost = layout.runs.filter(({ kind }) => kind === 'lost').reduce((sum, { count }) => sum + count, 0);
  return lost === 0 ? [] : [`the mapping of ${counted(lost, 'block')} is damaged or cannot be read`];
}

export async function factsOf(view: OpenedImage, record: InodeRecord): Promise<InodeFacts> {
  const { volume, groups } = view;
  const stat = statOf(volume.geometry, record);
  const faults: string[] = [];
  const facts: InodeFacts = {
    path: record.path,
    stat,
    deleted: inode.i_dtime(record.view, 0),
    target: undefined,
    attributes: { list: [], block: 0 },
    layout: await layoutOf(volume, groups, record),
    faults,
  };
  if (isUnused(stat)) return facts;
  facts.attributes = await attributesOf(volume, record);
  if (!stat.checksumGood) faults.push('the checksum of the inode is wrong');
  if (stat.type === 'unknown') faults.push('it is of no known type');
  if (facts.attributes.fault !== undefined) faults.push(facts.attributes.fault);
  faults.push(...layoutFaults(facts.layout));
  if (stat.type !== 'symlink' || stat.links === 0) return facts;
  facts.target = await catchImageError(
    () => view.readlink(stat.inode),
    (error) => {
      faults.push(whyOf(error, record.path));
      return undefined;
    },
  );
  return facts;
}

/** The facts as data for JSON. */
export function jsonFacts({ path, stat, deleted, target, attributes, layout, faults }: InodeFacts): object {
  return {
    ...(path !== undefined && { path }),
    inode: stat.inode,
    place: layout.inode,
    type: stat.type,
    mode: permissions(stat.mode),
    links: stat.links,
    uid: stat.uid,
    gid: stat.gid,
    size: stat.size,
    sectors: stat.sectors,
    accessed: exactTime(stat.accessed),
    modified: exactTime(stat.modified),
    changed: exactTime(stat.changed),
    created: stat.created && exactTime(stat.created),
    deleted: deleted === 0 ? null : isoTime(deleted),
    flags: inodeFlagNames(stat.flags),
    generation: stat.generation,
    checksumGood: stat.checksumGood,
    ...(stat.device && { device: stat.device }),
    ...(target !== undefined && { target }),
    attributes: attributes.list,
    ...(attributes.block !== 0 && { attributeBlock: attributes.block }),
    inline: layout.inline,
    mapping: layout.mapping,
    runs: layout.runs.map(({ kind, logical, count, physical, place }) => ({
      kind,
      logical,
      count,
      ...(place && { physical, ...place }),
    })),
    ...(layout.truncated && { truncated: true }),
    ...(faults.length > 0 && { faults }),
  };
}

export function placeText({ byte, fileByte }: Place): string {
  if (fileByte === byte) return `byte ${byte}`;
  if (fileByte === undefined) return `byte ${byte}, which has another form in the file`;
  return `byte ${byte}, ${fileByte === null ? 'without space in the file' : `byte ${fileByte} of the file`}`;
}

const range = (first: number, count: number): string => (count === 1 ? `${first}` : `${first}-${first + count - 1}`);

/** Blocks, those that follow each other as a range. */
function blockLines(blocks: readonly number[]): string[] {
  const ranges: { first: number; count: number }[] = [];
  for (const block of blocks) {
    const last = ranges[ranges.length - 1];
    if (last !== undefined && last.first + last.count === block) last.count++;
    else ranges.push({ first: block, count: 1 });
  }
  return ranges.map(({ first, count }) => `${count === 1 ? 'block' : 'blocks'} ${range(first, count)}`);
}

function runLines({ runs, truncated }: FileLayout): string[] {
  const lines = runs.map(({ kind, logical, count, physical, place }) => {
    const where = place === undefined ? '' : ` ${range(physical, count)}, ${placeText(place)}`;
    return `${range(logical, count)}: ${kind}${where}`;
  });
  return truncated ? [...lines, 'and more'] : lines;
}

/** The facts as lines of text. */
export function textFacts(facts: InodeFacts, shown: string): string {
  const { stat, deleted, target, attributes, layout, faults } = facts;
  const unused = isUnused(stat) ? ', not in use' : '';
  const rows: [string, readonly string[]][] = [
    ['inode', [`${stat.inode}${unused}, at ${placeText(layout.inode)}`]],
    ['type', isUnused(stat) ? [] : [typeName(stat.type)]],
    ['mode', [`${permissions(stat.mode)} ${modeLetters(stat.type, stat.mode)}`]],
    ['links', [digits(stat.links)]],
    ['user, group', [`${stat.uid}, ${stat.gid}`]],
    ['size', [counted(stat.size, 'byte')]],
    ['space', [counted(stat.sectors * 512, 'byte')]],
    ['device', stat.device === null ? [] : [`${stat.device.major}, ${stat.device.minor}`]],
    ['target', target === undefined ? [] : [target]],
    ['accessed', [exactTime(stat.accessed)]],
    ['modified', [exactTime(stat.modified)]],
    ['changed', [exactTime(stat.changed)]],
    ['created', stat.created === null ? [] : [exactTime(stat.created)]],
    ['deleted', deleted === 0 ? [] : [isoTime(deleted)]],
    ['flags', stat.flags === 0 ? [] : [listed(inodeFlagNames(stat.flags))]],
    ['generation', [String(stat.generation)]],
    ['attributes', attributes.list.map(({ name, size }) => `${name}, ${counted(size, 'byte')}`)],
    ['attributes in', attributes.block === 0 ? [] : [`block ${attributes.block}`]],
    ['content', layout.inline ? ['in the inode'] : []],
    ['mapping in', blockLines(layout.mapping)],
    ['blocks', runLines(layout)],
    ['damage', faults],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.flatMap(([name, values]) =>
    values.map((value, i) => `  ${(i === 0 ? name : '').padEnd(width)}${printable(value)}\n`),
  );
  return `${shown}\n${lines.join('')}`;
}
