/** Compares versions, and decides which versions of e2fsck log a code. */

import type { ProblemEntry } from './define';

/** The version whose codes findings carry by default, which most systems have. */
export const defaultE2fsckVersion = '1.47.0';

/** The first and the last version of e2fsck that log something; absent where the default version and all newer ones do. */
export interface LoggedBy {
  since?: string | undefined;
  until?: string | undefined;
}

/** A code that not all versions of e2fsck log. */
export interface VersionedCode extends LoggedBy {
  code: number;
}

/** Whether a version equals another one or is newer; missing parts count as 0. */
export function atLeastVersion(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  for (let i = 0; i < Math.max(a!.length, b!.length); i++) {
    const difference = (a![i] ?? 0) - (b![i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The versions that log one of the codes of an entry. */
export const loggedBy = ({ e2fsckSince, e2fsckUntil: until }: ProblemEntry, code: number): LoggedBy => ({
  since: typeof e2fsckSince === 'object' ? e2fsckSince[code] : e2fsckSince,
  until,
});

export const isLoggedBy = (version: string, { since, until }: LoggedBy): boolean =>
  (since === undefined || atLeastVersion(version, since)) && (until === undefined || atLeastVersion(until, version));
