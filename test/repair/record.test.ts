/** Records of repairs are found by the time in them, also where two fell into one second. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backupName, recordOf, recordsIn } from '../../src/repair/record';
import { freshFolder } from '../support/repair';

test('the newest record comes first, and what is none is passed over', () => {
  const folder = freshFolder();
  const keep = (time: string, suffix = '', more: object = {}) => {
    const backup = join(folder, `${backupName('/there/active.img', new Date(time))}${suffix}`);
    const record = { schemaVersion: 1, time, backup, original: { size: 1, sha256: 'a' }, repaired: null, ...more };
    writeFileSync(recordOf(backup), JSON.stringify(record));
  };
  keep('2026-11-27T23:59:59.900Z');
  keep('2026-11-28T01:39:39.185Z');
  keep('2026-11-28T01:39:39.840Z', '-2');
  keep('2026-11-28T01:39:39.999Z', '-3', { original: {} });
  keep('2026-11-28T01:39:40.000Z', '', { time: 7 });
  writeFileSync(join(folder, 'active.img.damaged-20261129T000000Z.json'), 'nonsense');
  writeFileSync(join(folder, 'passive.img.damaged-20261129T000000Z.json'), '{"schemaVersion":1}');
  expect(recordsIn(folder, '/there/active.img').map(({ time }) => time)).toEqual([
    '2026-11-28T01:39:39.840Z',
    '2026-11-28T01:39:39.185Z',
    '2026-11-27T23:59:59.900Z',
  ]);
});
