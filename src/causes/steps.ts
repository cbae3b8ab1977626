/** Steps that several causes share. */
import type { Step } from '../problem/report';
import { advice } from './commands';
import type { Evidence } from './evidence';

/** For an image with lost files: keep what still works. */
export const keepTheOldSystem: readonly Step[] = [
  advice(
    'Do not reboot into this image. Keep the current system running, and keep the image from which it was booted.',
  ),
  advice(
    'Before you repeat an upgrade, copy the last good image (passive.img, or the running snapshot) to a safe place: a second attempt may overwrite it with this image.',
  ),
];

/** Repair, with what it cannot do. */
export const repairOf = ({ commands, keepsAllPaths }: Evidence, option = ''): Step[] =>
  commands.repair(
    keepsAllPaths
      ? 'Repair it; no file is lost by that.'
      : 'A repair makes the file system consistent; it does not restore lost data.',
    option,
  );
