/** The option `--list`: prints what is in each file as a tree, and checks nothing. */
import { basename } from 'node:path';
import { decompressNode } from '../../container/decompress-node';
import { openDisk } from '../../open-disk';
import type { Content } from '../../problem/container';
import { contentTree } from '../../report/content-tree';
import { exitStatuses } from '../../report/exit-status';
import { jsonLine, jsonText } from '../../report/json-text';
import { printable } from '../../report/printable';
import type { PackedFacts } from '../../source/packed/options';
import { sliceSource } from '../../source/slice';
import { BesideImage, packedStep } from '../find-targets';
import { type ImageName, whyNot } from '../image-name';
import { reportInternalError } from '../internal-error';
import type { Engine, Io } from '../io';
import { printText } from '../locale';
import { containerSteps, isOpenError } from '../open-errors';
import { type OpenHow, openOptions } from '../target';

interface ListRequest {
  format: 'text' | 'json' | 'ndjson';
  backing: boolean;
  maxUnpacked?: number | undefined;
}

/** A compressed file, with what is in it. */
function unpackedContent(packed: PackedFacts, content: Content): Content {
  const { format, size, notes } = packedStep(packed);
  const part = { name: '', size: content.size, content };
  return { format, what: `${format} data`, size, notes, parts: [part] };
}

/** What is in one file; null, after a message, if it cannot be opened. */
async function contentOf(image: ImageName, request: ListRequest, io: Io, engine: Engine): Promise<Content | null> {
  const { signal } = io;
  const how: OpenHow = { open: engine.open, signal, ...request };
  const beside = new BesideImage(image, how);
  let close: () => unknown = () => {};
  try {
    const { source: whole, packed } = await engine.open(image.path, openOptions(how));
    close = () => whole.close?.();
    const source = image.offset === 0 ? whole : sliceSource(whole, image.offset);
    const options = { openBeside: beside.open, decompress: decompressNode, signal, name: basename(image.path) };
    const { content } = await openDisk(source, options);
    return packed === undefined ? content : unpackedContent(packed, content);
  } catch (error) {
    signal.throwIfAborted();
    if (!isOpenError(error) && !(error instanceof RangeError)) reportInternalError(error, image.shown, io);
    else {
      const steps = 'commands' in error ? containerSteps(error, image) : [];
      const commands = steps.flatMap(({ commands }) => commands.map((one) => `\n  ${one}`)).join('');
      io.err(`extcheck: ${printable(image.shown)}: ${printable(whyNot(error, image))}${commands}\n`);
    }
    return null;
  } finally {
    beside.close();
    await close();
  }
}

export async function listAll(
  images: readonly ImageName[],
  request: ListRequest,
  io: Io,
  engine: Engine,
): Promise<number> {
  let status: number = exitStatuses.pass;
  const listed: { image: string; content: Content }[] = [];
  for (const image of images) {
    const content = await contentOf(image, request, io, engine);
    if (content === null) status = exitStatuses.unchecked;
    else if (request.format === 'text') await printText(io, contentTree(image.shown, content));
    else listed.push({ image: image.shown, content });
  }
  if (request.format === 'ndjson') for (const one of listed) await io.out(jsonLine(one));
  if (request.format === 'json') await io.out(jsonText(images.length === 1 ? (listed[0] ?? null) : listed));
  return status;
}
