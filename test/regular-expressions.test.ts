/**
 * Every regular expression of src is matched in linear time. Texts come from images and hosts: one that backtracks over a
 * long run of blanks takes hours.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse } from 'scslre';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { root } from './support/cli';

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

/** The regular expressions of a file, and calls that make one from a string. */
function expressionsIn(name: string): { literals: string[]; made: number } {
  const source = ts.createSourceFile(name, readFileSync(join(root, 'src', name), 'utf8'), ts.ScriptTarget.ESNext, true);
  const found = { literals: [] as string[], made: 0 };
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.literals.push(node.text);
    if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') found.made++;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Whether some input takes more than linear time, tried at each start of a match. */
function isSlow(literal: string): boolean {
  const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(literal) ?? [];
  return analyse({ source, flags }).reports.length > 0;
}

test('no regular expression of src backtracks', () => {
  const all = files.map((name) => ({ name, ...expressionsIn(name) }));
  const slow = all.flatMap(({ name, literals }) => literals.filter(isSlow).map((literal) => `${name}: ${literal}`));
  expect(slow).toEqual([]);
  expect(all.flatMap(({ literals }) => literals).length).toBeGreaterThan(150);
  // from the keys of /etc/os-release of this machine
  expect(all.filter(({ made }) => made > 0).map(({ name }) => name)).toEqual(['repair/fsck-tool.ts']);
});

test.each(['/^\\s*(.*?)\\s*$/', '/ +$/', '/(a+)+b/', '/[:;].*$/'])('%s would be found', (literal) => {
  expect(isSlow(literal)).toBe(true);
});
