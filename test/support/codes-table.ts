/** Every code that e2fsck can log up to version 1.47.4, from test/e2fsck-codes.tsv. */
import { readFileSync } from 'node:fs';

export type Impact = 'fatal' | 'damage' | 'latent' | 'cosmetic' | 'note';

export interface CodeFacts {
  /** What the condition means for someone who mounts read-only and boots; `note` for questions and headings. */
  impact: Impact;
  /** Whether `e2fsck -fn` can come to it on any image. */
  reached: boolean;
  /** The first version of e2fsck that has the code, 1.47.0 for all that are older. */
  since: string;
}

/** By code, as `0x010005`, ascending. */
export const codesTable: ReadonlyMap<string, CodeFacts> = new Map(
  readFileSync(new URL('../e2fsck-codes.tsv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .map(([code, impact, reached, since]) => [
      code!,
      { impact: impact as Impact, reached: reached === 'yes', since: since! },
    ]),
);
