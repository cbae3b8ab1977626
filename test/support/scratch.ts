/** Folders that live as long as the tests of one file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** A fresh folder, removed after the tests of a file. */
export function freshFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'extcheck-test-'));
  folders.push(folder);
  return folder;
}

/** The set-up of every project calls this after each file; this module itself may outlive the file. */
export function removeFreshFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
