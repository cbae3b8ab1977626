/** Finds the file system that a repair is to work on: a bare one, or a partition of a raw disk. */
import { ContainerError } from '../container/error';
import { messageOf } from '../error';
import type { TailKind } from '../problem/container';
import { packAgain, rawCopy } from '../report/container-commands';
import { shellWord } from '../report/printable';
import { listed } from '../report/words';
import { fileSource } from '../source/file';
import { SourceError } from '../source/source';
import type { ImageName } from './image-name';
import { onlyTarget } from './open-errors';
import type { Target } from './target';
import { openTargets } from './targets';

/** Where the file system starts, or the reason why it is not repaired, as sentences. */
export type RepairPlace = { offset: number; warning?: string } | { refused: string };

/** A file system that is not a range of bytes of its file. */
function refusal({ path, offset }: ImageName, { container = [] }: Target): string {
  const { commands, name } = rawCopy(path, container, offset);
  const back = packAgain(path, container);
  const repair = [...commands, `extcheck repair ${shellWord(name)}`].join(' && ');
  // a repair that repaired ends with 1
  const convertBack = back === null ? '' : `; ${back.join(' && ')}`;
  return `The file system is inside ${listed(container.map(({ format }) => format))}, and a repair works only on raw images and partitions of raw disks. Convert the file, repair the copy${back === null ? '' : ', and convert it back'}: ${repair}${convertBack}`;
}

/** Parts after a file system that are right only for the blocks as they are now. */
const signed = new Set<TailKind>(['verity-tree', 'error-correction', 'avb-metadata', 'avb-footer']);

/** What a repair does to what follows the file system; undefined if it does nothing. */
function warningOf({ followedBy = [] }: Target): string | undefined {
  const kinds = followedBy.filter(({ kind }) => signed.has(kind)).map(({ what }) => what);
  if (kinds.length === 0) return undefined;
  return `the file system is followed by ${listed(kinds)}. A repair changes blocks that these describe, so that a boot with dm-verity fails afterwards; make the image again, or make a new hash tree after the repair.`;
}

/** What cannot be opened is left to the repair, which says why. */
export async function repairPlace(named: ImageName, signal: AbortSignal): Promise<RepairPlace> {
  try {
    const opened = await openTargets(named, {
      open: async (path) => ({ source: await fileSource(path) }),
      signal,
      backing: false,
    });
    try {
      const target = onlyTarget(opened);
      const warning = warningOf(target);
      if (target.container === undefined) return { offset: named.offset, ...(warning && { warning }) };
      const { offset } = target;
      return offset > 0 ? { offset, ...(warning && { warning }) } : { refused: refusal(named, target) };
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (error instanceof ContainerError) return { refused: `${named.path} cannot be repaired: ${messageOf(error)}.` };
    if (error instanceof SourceError || error instanceof RangeError) return { offset: named.offset };
    throw error;
  }
}
