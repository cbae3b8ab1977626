/** Blocks that are changed in memory, on top of a volume; a bounded number of copies, made on demand. */

import { firstIndex } from '../bytes/first-index';
import { bytesWithin } from '../source/range';
import type { ByteSource } from '../source/source';
import { bytesOf, type Volume } from '../volume/volume';

/** A change that this program cannot replay; its message is the reason, which ends the replay and is reported. */
export class Unreplayable extends Error {}

/** Largest number of bytes of changed blocks. */
export const maxHeldBytes = 64 * 1024 * 1024;

/** Numbers from here upwards are ids of reserved blocks. */
const unplaced = 2 ** 52;

export class HeldBlocks {
  readonly blocks = new Map<number, DataView>();
  private reserved = 0;

  constructor(readonly volume: Volume) {}

  private hold(block: number): DataView {
    const { blockSize } = this.volume.geometry;
    if ((this.blocks.size + 1) * blockSize > maxHeldBytes) throw new Unreplayable('they change too many blocks');
    const view = new DataView(new ArrayBuffer(blockSize));
    this.blocks.set(block, view);
    return view;
  }

  /** A block in its current state, to be read. */
  async peek(block: number): Promise<DataView> {
    const held = this.blocks.get(block);
    if (held !== undefined) return held;
    const view = this.volume.inRange(block) || block === 0 ? await this.volume.block(block) : null;
    if (view === null) throw new Unreplayable(`block ${block}, which they change or need, cannot be read`);
    return view;
  }

  /** A block in its current state, to be changed. */
  async edit(block: number): Promise<DataView> {
    const held = this.blocks.get(block);
    if (held !== undefined) return held;
    const bytes = bytesOf(await this.peek(block));
    const view = this.hold(block);
    bytesOf(view).set(bytes);
    return view;
  }

  /** Reserves a block of zeros without a physical block; returns its id. */
  reserve(): number {
    const id = unplaced + this.reserved++;
    this.hold(id);
    return id;
  }

  /** Assigns a physical block to a reserved one. */
  settle(id: number, block: number): void {
    const view = this.blocks.get(id);
    if (view === undefined) return;
    this.blocks.delete(id);
    this.blocks.set(block, view);
  }

  fresh(block: number): DataView {
    const view = this.blocks.get(block) ?? this.hold(block);
    bytesOf(view).fill(0);
    return view;
  }
}

/** `source` with `changed` blocks of `blockSize` bytes replaced. `close()` closes `source`. */
export function heldSource(source: ByteSource, blockSize: number, changed: ReadonlyMap<number, DataView>): ByteSource {
  const order = Float64Array.from(changed.keys()).sort();
  const firstFrom = (block: number): number => firstIndex(0, order.length, (i) => order[i]! >= block);
  const put = (at: number, into: Uint8Array, got: number): number => {
    const end = at + got;
    for (let i = firstFrom(Math.floor(at / blockSize)); i < order.length; i++) {
      const start = order[i]! * blockSize;
      if (start >= end) break;
      const from = Math.max(at, start);
      const to = Math.min(end, start + blockSize);
      into.set(bytesOf(changed.get(order[i]!)!).subarray(from - start, to - start), from - at);
    }
    return got;
  };
  return {
    size: source.size,
    read(at, into) {
      const within = bytesWithin(source.size, at, into.length);
      const got = source.read(at, into);
      return typeof got === 'number' ? put(at, into, Math.min(got, within)) : got.then((count) => put(at, into, count));
    },
    close: () => source.close?.(),
  };
}
