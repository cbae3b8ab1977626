/** All records that src/layout declares, found by their shape, so that a new one cannot be forgotten. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Field, Region } from '../../src/bytes/field';
import { root } from './cli';

export type Table = Readonly<Record<string, Field | Region>>;

const isPlace = (value: unknown): boolean => typeof value === 'function' && 'offset' in value && 'bytes' in value;

async function modules(): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const name of readdirSync(join(root, 'src/layout')))
    Object.assign(all, await import(/* @vite-ignore */ pathToFileURL(join(root, 'src/layout', name)).href));
  return all;
}

const declared = await modules();

/** Records by the name they are exported with. */
export const layoutTables: Readonly<Record<string, Table>> = Object.fromEntries(
  Object.entries(declared).filter(
    ([, value]) => typeof value === 'object' && value !== null && Object.values(value).every(isPlace),
  ) as [string, Table][],
);
