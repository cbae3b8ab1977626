/** Finds the words that are most similar to a mistyped one. */

/** How many letters must be added, removed, replaced or swapped with their neighbour to turn one word into the other. */
export function editDistance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = last[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return last[other.length]!;
}

/**
 * The candidates that are similar to `word`, best first, at most `limit` of them: they contain it, share several of its
 * parts, or differ in at most a third of the letters.
 */
export function nearest(word: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = word.toLowerCase().slice(0, 100);
  if (wanted === '') return [];
  const scored: { candidate: string; score: number }[] = [];
  for (const candidate of candidates) {
    const name = candidate.toLowerCase();
    const distance = editDistance(wanted, name);
    if (distance <= Math.max(wanted.length, name.length) / 3) scored.push({ candidate, score: distance });
    else if (wanted.length >= 3 && name.includes(wanted)) scored.push({ candidate, score: 100 + name.length });
    else if (sharedWords(wanted, name) >= 2)
      scored.push({ candidate, score: 1000 - 100 * sharedWords(wanted, name) + distance });
  }
  scored.sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1));
  return scored.slice(0, limit).map(({ candidate }) => candidate);
}

function sharedWords(one: string, other: string): number {
  const words = new Set(other.split('-'));
  return one.split('-').filter((part) => part !== '' && words.has(part)).length;
}
