/** The titles of all tests and groups of tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type typescript from 'typescript';
import { root } from './cli';

// an import has Node search its nine megabytes for exports
const ts: typeof typescript = createRequire(import.meta.url)('typescript');

export interface TestTitle {
  /** Path below test. */
  file: string;
  line: number;
  text: string;
}

/** The function that a call such as `test.each(rows)(…)` or `describe.skipIf(…)(…)` ends up with. */
function functionOf(call: typescript.Expression): string {
  if (ts.isIdentifier(call)) return call.text;
  if (ts.isPropertyAccessExpression(call) || ts.isCallExpression(call)) return functionOf(call.expression);
  return ts.isTaggedTemplateExpression(call) ? functionOf(call.tag) : '';
}

function titlesOf(file: string): TestTitle[] {
  const titles: TestTitle[] = [];
  const tree = ts.createSourceFile(file, readFileSync(join(root, 'test', file), 'utf8'), ts.ScriptTarget.Latest);
  const visit = (node: typescript.Node): void => {
    if (ts.isCallExpression(node) && ['describe', 'it', 'test'].includes(functionOf(node.expression))) {
      const title = node.arguments[0];
      if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) {
        const line = tree.getLineAndCharacterOfPosition(title.getStart(tree)).line + 1;
        titles.push({ file, line, text: title.getText(tree) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return titles;
}

export const testTitles = (): TestTitle[] =>
  readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .flatMap(titlesOf);
