/** Leaves modules out of a bundle that a usual check does not reach; whoever does reach one is told by `NotHere`. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Options } from 'tsup';
import ts from 'typescript';

const src = resolve('src');

/** Reached through features that `rareFeatures` names, required paths, checks of contents, or an image with no file system. */
export const rare: readonly RegExp[] = [
  /^journal\/(checksums|fast-\w+|held-blocks|later|log|overlay|recover|reopen|revokes|tags|walk)\.ts$/,
  /^checks\/verity\/(descriptor|file-bytes|tree)\.ts$/,
  /^checks\/quota\/quota\.ts$/,
  /^(boot|content)\/.*\.ts$/,
  /^view\/\w+\.ts$/,
  /^volume\/lookalike\.ts$/,
];

/** A module with the same exports, every one of which throws when it is called. */
function stubOf(path: string): string {
  const tree = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const names = tree.statements.flatMap((statement) => {
    const { modifiers } = statement as { modifiers?: ts.NodeArray<ts.ModifierLike> };
    if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map((one) => one.name.getText());
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return [statement.name!.text];
    return [];
  });
  const stubs = names.map((name) => `export const ${name} = notHere;`);
  return [
    `import { NotHere } from '${join(src, 'cli/not-here')}';`,
    'function notHere() { throw new NotHere(); }',
    ...stubs,
  ].join('\n');
}

/** Puts the stubs into a bundle. */
export const rareModules: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'rare-modules',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const name = path.slice(src.length + 1).replaceAll('\\', '/');
      if (!path.startsWith(src) || !rare.some((pattern) => pattern.test(name))) return undefined;
      return { contents: stubOf(path), loader: 'ts' };
    });
  },
};
