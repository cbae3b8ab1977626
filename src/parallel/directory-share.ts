/** The pass's side of the directory blocks that it shares with a helper thread; directory-scan.ts is the thread's. */
import { isSupportedHash } from '../bytes/dirhash';
import { hashSeed, signedVersion } from '../checks/directories/entry-hash';
import type { DirectoryShare as Share } from '../checks/helper-thread';
import type { ScanFacts } from '../facts/scan';
import type { Geometry } from '../volume/geometry';
import { inodeSeed } from '../volume/inode-checksum';
import type { DirectoryJob } from './protocol';

/** With more blocks than this the thread is not sent: it takes 26 bytes for each. */
const maxBlocks = 1 << 22;

export class DirectoryShare implements Share {
  /**
   * By which the thread hashes names. Those of all indexes are known only when their roots were read; nearly always it
   * is this one.
   */
  readonly hashVersion: number;
  private job: DirectoryJob | null = null;

  constructor(
    private readonly geometry: Geometry,
    /** Hands a job to the thread. */
    private readonly post: (job: DirectoryJob) => void,
  ) {
    this.hashVersion = signedVersion(geometry, geometry.sb.s_def_hash_version);
  }

  send(facts: ScanFacts, order: Uint32Array): void {
    const before = this.job;
    this.reach(before?.order.length ?? 0);
    this.job = null;
    const { dirBlocks, directories, indexed } = facts;
    const count = dirBlocks.length;
    if (count > maxBlocks) return;
    const { sb, features, blockSize } = this.geometry;
    const shared = (size: number) => new SharedArrayBuffer(count * size);
    const job: DirectoryJob = {
      blockSize,
      checksums: features.metadata_csum,
      hashVersion: this.hashVersion,
      hashSeed: hashSeed(sb.s_hash_seed),
      order,
      blocks: new Float64Array(shared(8)),
      seeds: new Int32Array(shared(4)),
      hashed: new Uint8Array(shared(1)),
      reached: new Int32Array(new SharedArrayBuffer(4)),
      sound: new Uint8Array(shared(1)),
      least: new Uint32Array(shared(4)),
      most: new Uint32Array(shared(4)),
    };
    if (before) {
      job.sound.set(before.sound);
      job.least.set(before.least);
      job.most.set(before.most);
    }
    const canHash = isSupportedHash(this.hashVersion);
    const inos = dirBlocks.ino.view();
    const physical = dirBlocks.physical.view();
    let ino = 0;
    let index = -1;
    let seed = 0;
    let hashed = 0;
    for (let entry = 0; entry < count; entry++) {
      if (job.sound[entry] !== 0) continue;
      // blocks of a directory stand together
      if (inos[entry] !== ino) {
        ino = inos[entry]!;
        index = directories.indexOf(ino);
        if (index >= 0 && job.checksums) seed = inodeSeed(this.geometry, ino, directories.generation.get(index)) | 0;
        hashed = canHash && indexed.has(ino) ? 1 : 0;
      }
      if (index < 0) continue;
      job.blocks[entry] = physical[entry]!;
      job.seeds[entry] = seed;
      job.hashed[entry] = hashed;
    }
    this.job = job;
    this.post(job);
  }

  reach(place: number): void {
    if (this.job) Atomics.store(this.job.reached, 0, place);
  }

  isSound(entry: number): boolean {
    return this.job !== null && Atomics.load(this.job.sound, entry) !== 0;
  }

  least(entry: number): number {
    return this.job!.least[entry]!;
  }

  most(entry: number): number {
    return this.job!.most[entry]!;
  }
}
