/** The end of the text report: what to do next, with commands to copy. */
import { type Severity, severities } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { exitStatus, exitStatuses } from './exit-status';
import { shellWord } from './printable';
import type { TextLayout } from './text-layout';
import { size } from './words';

interface Step {
  say: string;
  /** Shell commands, never wrapped. */
  run?: string[];
}

/** Numbered steps; empty if there is nothing to do. */
export function nextSteps(report: CheckReport, threshold: Severity, layout: TextLayout): string[] {
  const steps = stepsFor(report, threshold);
  if (steps.length === 0) return [];
  const lines = [layout.heading('What to do')];
  steps.forEach(({ say, run = [] }, i) => {
    const number = steps.length === 1 ? '' : `${i + 1}. `;
    lines.push(...layout.wrapped(say, `  ${number}`, `  ${' '.repeat(number.length)}`));
    for (const command of run) lines.push(`     ${command}`);
  });
  return lines;
}

function stepsFor(report: CheckReport, threshold: Severity): Step[] {
  const commands = commandsFor(report.image);
  if (report.filesystem === null) return report.severityCounts.fatal > 0 ? notExt(commands) : [];
  const status = exitStatus(report, threshold);
  if (status === exitStatuses.problems) return failed(report, commands);
  if (status === exitStatuses.unchecked)
    return [
      {
        say: 'Check the remaining parts with the native e2fsck; -n makes it read-only:',
        run: [commands.look],
      },
    ];
  return [];
}

function failed(report: CheckReport, commands: Commands): Step[] {
  const { warning, error, fatal } = report.severityCounts;
  const steps: Step[] = [];
  const unsafe = error + fatal > 0 || report.affectedCount > 0 || report.required.some((one) => one.state !== 'ok');
  if (unsafe || warning > 0) {
    steps.push({
      say: unsafe
        ? 'Do not reboot into this image. Keep the current system running, and keep the image from which it was booted.'
        : 'Do not reboot into this image until you know why it differs. Keep the image of the current system.',
    });
    steps.push({
      say: 'Before you repeat an upgrade, copy the last good image (passive.img, or the running snapshot) to a safe place: a second attempt may overwrite it with this image.',
    });
    steps.push({ say: rebuild(report), run: ["dmesg | grep -E 'lost async page write|I/O error|No space left'"] });
  }
  if (warning + error + fatal === 0 && report.affectedCount === 0 && unsafe) {
    // e2fsck would call such an image clean: it does not read contents of files and has no list of required ones.
    steps.push({
      say: 'The file system itself is valid. Check that the image was made from the right tree and that the tree was copied completely.',
    });
    return steps;
  }
  steps.push({
    say: 'For a second opinion, run the native e2fsck; -n makes it read-only:',
    run: [commands.look],
  });
  steps.push({
    say: `To repair it, work on a COPY, and check the copy again.${unsafe ? ' A repair makes the file system consistent; it does not restore lost data.' : ''}`,
    run: [commands.copy, commands.repair, commands.again],
  });
  const worst = worstId(report);
  if (worst !== undefined)
    steps.push({ say: 'For the explanation of a finding:', run: [`extcheck --explain ${worst}`] });
  return steps;
}

function rebuild(report: CheckReport): string {
  const facts = report.filesystem;
  const room = facts === null ? 'its full size' : size(facts.blocks * facts.blockSize);
  return `Make the image again where it has space to grow to its full size (${room}), sync, and look for writes that the kernel lost; the copy may have reported success nevertheless:`;
}

function worstId(report: CheckReport): string | undefined {
  let worst: { id: string; rank: number } | undefined;
  for (const { id, severity } of report.findings) {
    const rank = severities.indexOf(severity);
    if (worst === undefined || rank > worst.rank) worst = { id, rank };
  }
  return worst === undefined ? undefined : shellWord(worst.id);
}

const notExt = (commands: Commands): Step[] => [
  {
    say: 'If this is a whole disk, give the start of the partition, for example --offset 2048s:',
    run: [`sfdisk --list ${commands.file}`],
  },
  {
    say: 'If this should be the image of a root file system, do not boot from it: it was never written, its start is lost, or it has another format:',
    run: [`file ${commands.file}`],
  },
];

interface Commands {
  file: string;
  look: string;
  copy: string;
  repair: string;
  again: string;
}

/** e2fsck does not read compressed images, but accepts `?offset=` like this program. */
function commandsFor(image = 'IMAGE'): Commands {
  const at = /^(.+)(\?offset=\d+)$/.exec(image);
  const file = at?.[1] ?? image;
  const offset = at?.[2] ?? '';
  const packed = file.endsWith('.gz');
  const copied = shellWord(`copy.img${offset}`);
  const copy = packed ? `gzip -dc ${shellWord(file)} > copy.img` : `cp --sparse=always ${shellWord(file)} copy.img`;
  return {
    file: shellWord(file),
    look: packed ? `${copy} && e2fsck -fn ${copied}` : `e2fsck -fn ${shellWord(image)}`,
    copy,
    repair: `e2fsck -fy ${copied}`,
    again: `extcheck ${copied}`,
  };
}
