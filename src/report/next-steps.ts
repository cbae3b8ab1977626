/** The end of the text report: what to do now, with commands that can be copied. */
import { type Severity, severities } from '../problem/finding';
import type { CheckReport } from '../problem/report';
import { exitStatus, exitStatuses } from './exit-status';
import type { Paper } from './paper';
import { shellWord } from './printable';
import { size } from './words';

interface Step {
  say: string;
  /** Lines to copy into a shell, never wrapped. */
  run?: string[];
}

/** Numbered steps; empty when there is nothing to do. */
export function nextSteps(report: CheckReport, threshold: Severity, paper: Paper): string[] {
  const steps = stepsFor(report, threshold);
  if (steps.length === 0) return [];
  const lines = [paper.heading('What to do')];
  steps.forEach(({ say, run = [] }, i) => {
    const number = steps.length === 1 ? '' : `${i + 1}. `;
    lines.push(...paper.wrapped(say, `  ${number}`, `  ${' '.repeat(number.length)}`));
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
        say: 'Have the parts that were not checked looked at by the native checker, which changes nothing with -n:',
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
        ? 'Do not reboot into this image. Keep running what runs now, and keep the image it was booted from.'
        : 'Better not reboot into this image before you know why it differs. Keep the image that runs now.',
    });
    steps.push({
      say: 'Before an upgrade is tried again, copy the last good image (passive.img, or the snapshot that runs) to a safe place: a second try may overwrite it with this one.',
    });
    steps.push({ say: rebuild(report), run: ["dmesg | grep -E 'lost async page write|I/O error|No space left'"] });
  }
  if (warning + error + fatal === 0 && report.affectedCount === 0 && unsafe) {
    // The native checker would call such an image clean: it looks at no file's content and knows no list.
    steps.push({
      say: 'The file system itself is in order: see whether the image was made from the right tree, and all of it.',
    });
    return steps;
  }
  steps.push({
    say: 'For a second opinion, ask the native checker; with -n it changes nothing:',
    run: [commands.look],
  });
  steps.push({
    say: `To repair, work on a COPY, and check the copy again.${unsafe ? ' A repair makes the file system consistent; it does not bring lost data back.' : ''}`,
    run: [commands.copy, commands.repair, commands.again],
  });
  const worst = worstId(report);
  if (worst !== undefined) steps.push({ say: 'To read more about a finding:', run: [`extcheck --explain ${worst}`] });
  return steps;
}

function rebuild(report: CheckReport): string {
  const facts = report.filesystem;
  const room = facts === null ? 'its full size' : size(facts.blocks * facts.blockSize);
  return `Make the image again where it has room to grow to its full size (${room}), sync, and look for writes that the kernel lost; the copy itself may have reported success:`;
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
    say: 'If this is a whole disk, say where the partition starts, for example --offset 2048s:',
    run: [`sfdisk --list ${commands.file}`],
  },
  {
    say: 'If it should be the image of a root file system, do not boot from it: it was never written, its start is lost, or it is of another format:',
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

/** e2fsck reads no compressed image, but it takes `?offset=` just as this program does. */
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
