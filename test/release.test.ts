/** What a release is refused for, and that the placeholders of package.json and SECURITY.md are one. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { changelogEntry, compareVersions, placeholder, refusals, withVersion } from '../scripts/release-checks.mjs';

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

const ready = {
  version: '1.1.0',
  manifest: { version: '1.0.0' },
  changelog: '# Changelog\n\n## 1.1.0\n\n- Something.\n\n## 1.0.0\n\n- Older.\n',
  security: 'Report to https://example.org/.',
  tags: ['v1.0.0'],
};

describe('a release', () => {
  test('passes where nothing is missing, the first one with the version that is there', () => {
    expect(refusals(ready)).toEqual([]);
    expect(refusals({ ...ready, manifest: { version: '1.1.0' } })).toEqual([]);
  });

  test.each([
    ['1.1.0 is older', { manifest: { version: '1.2.0' } }],
    ['is not a version', { version: '1.1' }],
    ['the tag v1.1.0 exists', { tags: ['v1.0.0', 'v1.1.0'] }],
    ['no heading "## 1.1.0"', { changelog: '# Changelog\n\n## 1.1.0-beta\n\n- Something.\n' }],
    ['nothing below "## 1.1.0"', { changelog: '# Changelog\n\n## 1.1.0\n\n## 1.0.0\n\n- Older.\n' }],
    ['not the first heading', { changelog: '# Changelog\n\n## 1.2.0\n\n- x\n\n## 1.1.0\n\n- Older.\n' }],
    ['SECURITY.md still names the owner', { security: `https://github.com/${placeholder}/extcheck` }],
    ['package.json still names the owner', { manifest: { version: '1.0.0', bugs: `https://x/${placeholder}` } }],
  ])('is refused: %s', (reason, change) => {
    expect(refusals({ ...ready, ...change })).toEqual([expect.stringContaining(reason)]);
  });

  test('orders versions as npm does', () => {
    const ascending = ['0.9.9', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta.2', '1.0.0-beta.11'];
    ascending.push('1.0.0', '1.0.1', '1.10.0');
    for (const [i, version] of ascending.entries()) {
      expect(compareVersions(version, version)).toBe(0);
      for (const later of ascending.slice(i + 1)) {
        expect(compareVersions(version, later), `${version} and ${later}`).toBeLessThan(0);
        expect(compareVersions(later, version), `${later} and ${version}`).toBeGreaterThan(0);
      }
    }
  });

  test('changes the version of this package in both files, and nothing else', () => {
    const { version } = JSON.parse(read('package.json'));
    for (const name of ['package.json', 'package-lock.json']) {
      const changed = JSON.parse(withVersion(read(name), version, '98.7.6'));
      expect(changed.version).toBe('98.7.6');
      if (changed.packages) {
        expect(changed.packages[''].version).toBe('98.7.6');
        changed.packages[''].version = version;
      }
      changed.version = version;
      expect(changed).toEqual(JSON.parse(read(name)));
    }
    expect(() => withVersion('{}', version, '98.7.6')).toThrow(/not the package\.json/);
  });
});

test('the changelog of this repository has an entry for the version of package.json', () => {
  expect(changelogEntry(read('CHANGELOG.md'), JSON.parse(read('package.json')).version)).toMatch(/\w/);
});

test('homepage, bugs, repository and SECURITY.md name one owner', () => {
  const manifest = JSON.parse(read('package.json'));
  const addresses = [manifest.homepage, manifest.bugs, manifest.repository.url, read('SECURITY.md')];
  const owners = addresses.map((text: string) => /github\.com\/([^/\s]+)\/extcheck/.exec(text)?.[1]);
  expect(owners[0]).toBeDefined();
  expect(new Set(owners).size).toBe(1);
  // such addresses must be URLs, filled in or not
  for (const address of [manifest.homepage, manifest.bugs, manifest.repository.url])
    expect(URL.canParse(address), address).toBe(true);
});
