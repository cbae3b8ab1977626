/** Leaves the texts of problems out of a bundle: what a check needs of them is id, severity, codes and title. */
import { readFileSync } from 'node:fs';
import type { Options } from 'tsup';
import ts from 'typescript';

/** What of an entry stays; sentences and explanations are looked up in `later.js` once there is something to print. */
const kept = new Set(['severity', 'e2fsck', 'e2fsckSince', 'title']);
const left = new Set(['explain', 'say']);

/**
 * The source with every `define({ 'some-id': { … } })` replaced by what that returns, but for the texts: a literal
 * without functions, which V8 makes in one go. There are hundreds of entries, and all are made at every start.
 * @throws Error for an entry that is not a literal with known members.
 */
export function withoutTexts(path: string, text: string): string {
  const edits: { from: number; to: number; by: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'define') {
      const [entries] = node.arguments;
      if (entries === undefined || !ts.isObjectLiteralExpression(entries)) throw odd(path, node);
      const bare = entries.properties.map((entry) => bareEntry(path, entry));
      edits.push({ from: node.getStart(), to: node.end, by: `{${bare.join(', ')}}` });
    } else ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return edits.reduceRight((done, { from, to, by }) => done.slice(0, from) + by + done.slice(to), text);
}

function bareEntry(path: string, entry: ts.ObjectLiteralElementLike): string {
  if (!ts.isPropertyAssignment(entry) || !ts.isStringLiteral(entry.name)) throw odd(path, entry);
  if (!ts.isObjectLiteralExpression(entry.initializer)) throw odd(path, entry);
  const id = entry.name.getText();
  const members = entry.initializer.properties.filter((member) => {
    const name = member.name?.getText() ?? '';
    if (!kept.has(name) && !left.has(name)) throw odd(path, member);
    return kept.has(name);
  });
  return `${id}: {${members.map((member) => member.getText()).join(', ')}, id: ${id}}`;
}

const odd = (path: string, node: ts.Node): Error =>
  new Error(`${path}: not an entry as build/bare-problems.ts knows them: ${node.getText().slice(0, 80)}`);

/** The same for a whole bundle. */
export const bareProblems: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'bare-problems',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]checks[\\/].*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      return text.includes('define(') ? { contents: withoutTexts(path, text), loader: 'ts' } : undefined;
    });
  },
};
