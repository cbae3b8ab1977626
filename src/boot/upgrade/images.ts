/** Checks the images of both systems: whether each is sound and can be booted. */
import { superblock, superblockOffset, superblockSize } from '../../layout/superblock';
import type { Inflate } from '../../platform/inflation';
import type { StateReader } from '../../platform/state-reader';
import type { Verdict } from '../../problem/report';
import type { ByteSource } from '../../source/source';
import { SourceError } from '../../source/source';
import { checkBoot } from '../check-boot';
import type { ImageFact } from './facts';
import type { Gathered } from './gather';

export interface StructureResult {
  verdict: Verdict;
  /** The first fault, as a sentence; null if there is none. */
  fault: string | null;
}

export interface ImageOptions {
  /** Checks the structure of an image; without it no image is checked. */
  structure?: (source: ByteSource) => Promise<StructureResult>;
  inflate?: Inflate;
  signal?: AbortSignal;
}

const maxSnapshots = 32;

async function imagePaths(reader: StateReader, folder: string): Promise<{ name: string; path: string }[]> {
  const plain = ['active', 'passive', 'transition'].map((name) => ({ name, path: `${folder}/cOS/${name}.img` }));
  const numbers = (await reader.list(`${folder}/.snapshots`))
    .filter((name) => /^\d+$/.test(name))
    .slice(0, maxSnapshots);
  return [
    ...plain,
    ...numbers.map((name) => ({ name: `snapshot ${name}`, path: `${folder}/.snapshots/${name}/snapshot.img` })),
  ];
}

/** When a file system was created, in seconds since 1970; null if there is no file system. */
async function createdAt(source: ByteSource): Promise<number | null> {
  const bytes = new Uint8Array(superblockSize);
  if ((await source.read(superblockOffset, bytes)) < bytes.length) return null;
  const view = new DataView(bytes.buffer);
  return superblock.s_magic(view, 0) === 0xef53 ? superblock.s_mkfs_time(view, 0) || null : null;
}

/** Adds all images to the facts, with their verdicts, and the time of the upgrade if no file has it. */
export async function checkImages(reader: StateReader, gathered: Gathered, options: ImageOptions): Promise<void> {
  const { facts, stateFolder } = gathered;
  if (stateFolder === null) return;
  for (const { name, path } of await imagePaths(reader, stateFolder)) {
    options.signal?.throwIfAborted();
    const found = await reader.stat(path);
    if (found === null || found.type !== 'file') continue;
    const fact: ImageFact = { name, path, size: found.size, verdict: null, boots: null, fault: null };
    facts.images.push(fact);
    let source: ByteSource | null = null;
    try {
      source = await reader.open(path);
      if (source === null) continue;
      if (name === 'active' && facts.upgraded === null && facts.scheme === 'elemental-1') {
        facts.upgraded = await createdAt(source);
        if (facts.upgraded !== null) facts.upgradedFrom = `${path} (creation time of its file system)`;
      }
      if (options.structure !== undefined) await checkOne(fact, source, options.structure, options);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      // what the system says, without the call and the path
      const why = error.message.slice(error.message.lastIndexOf(': ') + 1).trim();
      fact.fault = `it cannot be read: ${why}`;
    } finally {
      await source?.close?.();
    }
  }
}

async function checkOne(
  fact: ImageFact,
  source: ByteSource,
  structure: NonNullable<ImageOptions['structure']>,
  { inflate, signal }: ImageOptions,
): Promise<void> {
  const { verdict, fault } = await structure(source);
  fact.verdict = verdict;
  fact.fault = fault;
  const boot = await checkBoot(source, {
    profile: 'elemental',
    ...(inflate !== undefined && { inflate }),
    ...(signal !== undefined && { signal }),
  });
  // an unfinished image has another label
  const steps = boot.steps.filter(({ ok, step }) => !ok && step !== 'label');
  fact.boots = steps.length === 0;
  fact.fault ??= steps[0]?.message ?? null;
}

/** Whether an image is known to be bad, so that it must not be booted. */
export const isBad = ({ verdict, boots }: ImageFact): boolean =>
  verdict === 'error' || verdict === 'fatal' || boots === false;
