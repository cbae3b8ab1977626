/** The decisions of a release that need no process: versions, the changelog, the placeholders of package.json. */

const versionForm = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9a-z]+(?:\.[0-9a-z]+)*))?$/i;

/** No account on GitHub can have two hyphens in a row, so this owner never names somebody else's repository. */
export const placeholder = 'FILL--IN';

/** Negative, zero or positive, as `a` is older than, equal to or newer than `b`. Both must be versions. */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => {
    const match = versionForm.exec(version);
    if (!match) throw new Error(`${version} is not a version such as 1.2.3 or 1.2.3-beta.1`);
    return { numbers: match.slice(1, 4).map(Number), tail: match[4]?.split('.') };
  });
  for (let i = 0; i < 3; i++) {
    const difference = left.numbers[i] - right.numbers[i];
    if (difference !== 0) return difference;
  }
  // a version without a tail is newer than its pre-releases
  if (!left.tail || !right.tail) return Number(!left.tail) - Number(!right.tail);
  for (let i = 0; i < Math.max(left.tail.length, right.tail.length); i++) {
    const difference = compareIdentifiers(left.tail[i], right.tail[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Numbers by value and before words, words by their characters; the longer of two equal tails is newer. */
function compareIdentifiers(a, b) {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const [numberA, numberB] = [a, b].map((part) => /^\d+$/.test(part));
  if (numberA && numberB) return Number(a) - Number(b);
  if (numberA !== numberB) return numberA ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The text that the changelog has for a version, without the heading; undefined where there is no such heading. */
export function changelogEntry(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1);
  const found = sections.find((section) => section.split('\n')[0].trim() === version);
  return found?.split('\n').slice(1).join('\n').trim();
}

/** Every reason why this version cannot be released; none is an empty list. */
export function refusals({ version, manifest, changelog, security, tags }) {
  const reasons = [];
  let difference;
  try {
    difference = compareVersions(version, manifest.version);
  } catch (error) {
    return [error.message];
  }
  if (difference < 0) reasons.push(`${version} is older than ${manifest.version} of package.json`);
  if (tags.includes(`v${version}`)) reasons.push(`the tag v${version} exists`);
  const entry = changelogEntry(changelog, version);
  if (entry === undefined) reasons.push(`CHANGELOG.md has no heading "## ${version}"`);
  else if (entry === '') reasons.push(`CHANGELOG.md has nothing below "## ${version}"`);
  else if (!changelog.split(/^## /m)[1].startsWith(`${version}\n`))
    reasons.push(`"## ${version}" is not the first heading of CHANGELOG.md`);
  for (const [name, text] of [
    ['package.json', JSON.stringify(manifest)],
    ['SECURITY.md', security],
  ])
    if (text.includes(placeholder)) reasons.push(`${name} still names the owner ${placeholder}`);
  return reasons;
}

/** package.json or package-lock.json with another version of this package; the form of the text is kept. */
export function withVersion(text, from, to) {
  const own = `"name": "extcheck",\n`;
  const parts = text.split(own);
  if (parts.length === 1) throw new Error('this is not the package.json or the package-lock.json of extcheck');
  return parts
    .map((part, i) => (i === 0 ? part : part.replace(`"version": "${from}"`, `"version": "${to}"`)))
    .join(own);
}
