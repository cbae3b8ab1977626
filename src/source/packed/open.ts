/** Opens an image by its path or URL, unpacked if it is compressed. What only compressed images need is loaded for those. */
import { openFile } from '../file';
import { fs } from '../fs';
import type { ByteSource } from '../source';
import { formatOf } from './formats';
import { type OpenedInput, type OpenImageOptions, type Settings, settingsOf } from './options';

type Opened = OpenedInput & { error?: Error };

async function openPath(path: string, settings: Settings): Promise<Opened> {
  const file = openFile(path);
  let keepOpen = false;
  try {
    const format = file.isDevice ? null : await formatOf(file.source);
    keepOpen = format === null;
    if (format === null) return { source: file.source };
    const [{ unpack }, { fileInput }] = await Promise.all([import('./unpack'), import('./input')]);
    return await unpack(fileInput(path, file.source), format, settings);
  } finally {
    if (!keepOpen) file.source.close?.();
  }
}

/** Opens the image file at `path`, unpacked if it is compressed; see `openImageFile` of the entry. */
export async function openImageFile(path: string, options: OpenImageOptions = {}): Promise<ByteSource> {
  const settings = settingsOf(options);
  settings.signal?.throwIfAborted();
  const { source, error } = await openPath(path, settings);
  if (error === undefined) return source;
  await source.close?.();
  throw error;
}

function isFifo(path: string): boolean {
  try {
    return fs.statSync(path).isFIFO();
  } catch {
    // the reason is given on opening
    return false;
  }
}

/**
 * Opens the image file, device or FIFO at a path, standard input as `-`, or what an HTTP server has at a URL. An image that is
 * compressed is unpacked, except on a device: a device with compressed bytes is not a bootable image. What came out of
 * compressed data that is truncated or corrupt is returned, with its damage.
 * @throws as `openImageFile`, except for damaged data of which something came out
 */
export async function openInput(name: string, options: OpenImageOptions = {}): Promise<OpenedInput> {
  const settings = settingsOf(options);
  settings.signal?.throwIfAborted();
  let opened: Opened;
  if (name === '-') opened = await (await import('./stream')).openStandardInput(settings);
  else if (/^https?:\/\//i.test(name)) opened = await (await import('./http')).openUrl(name, settings);
  else if (isFifo(name)) opened = await (await import('./stream')).openFifo(name, settings);
  else opened = await openPath(name, settings);
  const { source, packed } = opened;
  return packed === undefined ? { source } : { source, packed };
}
