/** What e2fsck makes of an image when it only replays the journal. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fakeNow, fastFolder, writeSparse } from './e2fsprogs';
import { TestImage } from './image';
import { copyOf } from './sparse';

/** A copy on which `e2fsck -y -E journal_only` was run. Needs e2fsprogs: see `hasE2fsprogs`. */
export function replayedByE2fsck({ bytes }: TestImage): TestImage {
  const folder = mkdtempSync(join(fastFolder, 'extcheck-'));
  try {
    const path = join(folder, 'image');
    writeSparse(path, bytes);
    const env = { ...process.env, E2FSPROGS_FAKE_TIME: String(fakeNow), E2FSCK_TIME: String(fakeNow) };
    const { status } = spawnSync('e2fsck', ['-y', '-E', 'journal_only', path], { env, timeout: 20_000 });
    if (status === null || status > 1) throw new Error(`e2fsck ended with ${status}`);
    return new TestImage(copyOf(readFileSync(path)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
