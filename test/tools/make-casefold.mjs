// Makes src/bytes/casefold-data.ts: what case-insensitive names need of Unicode 12.1.
//
//   npm install --no-save @unicode/unicode-12.1.0
//   node test/tools/make-casefold.mjs
//
// The package (MIT) carries the Unicode Character Database, version 12.1.0, of which three files are used:
// CaseFolding.txt (statuses C and F), DerivedCoreProperties.txt (Default_Ignorable_Code_Point) and
// DerivedGeneralCategory.txt (which code points are assigned).
import { writeFileSync } from 'node:fs';

const load = async (name) => (await import(`@unicode/unicode-12.1.0/${name}/code-points.mjs`)).default;
const common = await load('Case_Folding/C');
const full = await load('Case_Folding/F');
const ignorable = new Set(await load('Binary_Property/Default_Ignorable_Code_Point'));
const unassigned = new Set(await load('General_Category/Unassigned'));

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Five bits a digit, lowest first; the sixth says that more follow. */
function number(value) {
  let text = '';
  for (; value > 31; value >>>= 5) text += digits[(value & 31) | 32];
  return text + digits[value];
}

const signed = (value) => number(value < 0 ? -value * 2 - 1 : value * 2);

/** Ranges as the gap before each and its length. */
function ranges(has) {
  let text = '';
  let end = 0;
  for (let from = 0; from < 0x110000; from++) {
    if (!has(from)) continue;
    let to = from;
    while (to < 0x110000 && has(to)) to++;
    text += number(from - end) + number(to - from);
    end = to;
    from = to;
  }
  return text;
}

const nfd = (code) => Array.from(String.fromCodePoint(code).normalize('NFD'), (char) => char.codePointAt(0));

// What decomposes is folded after that, letter by letter; the tables hold only what this does not give.
const letters = new Map();
const folded = (code) => letters.get(code) ?? [code];
for (const [code, target] of common) if (nfd(code).length === 1 && nfd(code)[0] === code) letters.set(code, [target]);
const expand = (code) => nfd(code).flatMap(folded).flatMap(nfd).join();
for (const [code, targets] of full) {
  const wanted = targets.flatMap(nfd).flatMap(folded).flatMap(nfd).join();
  if (expand(code) !== wanted) letters.set(code, targets);
}
for (const [code, target] of common)
  if (expand(code) !== nfd(target).flatMap(folded).join()) throw new Error(`U+${code.toString(16)} folds apart`);

// Runs of letters at equal steps, all folded by the same distance.
let runs = '';
let strings = '';
let last = 0;
let lastString = 0;
const codes = [...letters.keys()].sort((a, b) => a - b);
const done = new Set();
const shift = (code) => (letters.get(code)?.length === 1 ? letters.get(code)[0] - code : null);
for (const code of codes) {
  if (done.has(code)) continue;
  const targets = letters.get(code);
  if (targets.length > 1) {
    strings += number(code - lastString) + number(targets.length) + targets.map(number).join('');
    lastString = code;
    continue;
  }
  const distance = shift(code);
  let best = { step: 1, count: 1 };
  for (const step of [1, 2]) {
    let count = 1;
    while (shift(code + count * step) === distance && !done.has(code + count * step)) count++;
    if (count > best.count) best = { step, count };
  }
  for (let i = 0; i < best.count; i++) done.add(code + i * best.step);
  runs += number(code - last) + number(best.count * 2 + best.step - 1) + signed(distance);
  last = code;
}

const quote = (text) =>
  `\n  ${text
    .match(/.{1,112}/g)
    .map((line) => `'${line}'`)
    .join(' +\n  ')}`;
const file = new URL('../../src/bytes/casefold-data.ts', import.meta.url);
writeFileSync(
  file,
  `/**
 * What case-insensitive names need of Unicode 12.1, packed; test/tools/make-casefold.mjs writes this file.
 *
 * Numbers have five bits a digit, lowest first, a digit of 32 and more goes on. Derived from the Unicode Character
 * Database, © 1991-2019 Unicode, Inc., used under the Unicode License (https://www.unicode.org/license.txt).
 */

/** Code points that are assigned, as gap before and length of each range. */
export const assignedRanges =${quote(ranges((code) => !unassigned.has(code)))};

/** Code points that names are compared without, as gap and length. */
export const ignorableRanges =${quote(ranges((code) => ignorable.has(code)))};

/** Letters that fold to another one: distance from the last run, twice the count plus (step minus 1), signed shift. */
export const foldRuns =${quote(runs)};

/** Letters that fold to several: distance from the last one, how many, which. */
export const foldStrings =${quote(strings)};
`,
);
