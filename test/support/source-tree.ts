/** The sources as the compiler sees them: the imports of each file, and its names and types. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { root } from './cli';

export interface Import {
  /** As written. */
  specifier: string;
  /** Source inside src, or undefined for anything else, such as data. */
  file: string | undefined;
  /** Whether it is an `export … from`. */
  reExport: boolean;
}

export interface SourceFile {
  /** Path below src, with slashes: `checks/inodes/pass.ts`. */
  path: string;
  text: string;
  lines: number;
  imports: Import[];
  /** Every identifier, in order of appearance and with repeats. */
  names: string[];
  /** Lines on which the type `any` is written. */
  anyLines: number[];
}

function listFiles(folder: string, ending: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path, ending) : entry.name.endsWith(ending) ? [path] : [];
  });
}

function parse(path: string, text: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const file: SourceFile = { path, text, lines: text.split('\n').length - 1, imports: [], names: [], anyLines: [] };
  const addImport = (node: ts.Expression, reExport: boolean) => {
    if (!ts.isStringLiteral(node)) throw new Error(`${path} imports what is only known at run time`);
    const specifier = node.text;
    // unchanged for a separate script
    const name = specifier.replace(/\.js$/, '');
    const inside = /^\..*(?<!\.json)$/.test(specifier) ? `${posix.join(dirname(path), name)}.ts` : undefined;
    file.imports.push({ specifier, file: inside?.startsWith('../') ? undefined : inside, reExport });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) addImport(node.moduleSpecifier, false);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) addImport(node.moduleSpecifier, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      addImport(node.arguments[0]!, false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      addImport(node.argument.literal as ts.StringLiteral, false);
    else if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) file.names.push(node.text);
    else if (node.kind === ts.SyntaxKind.AnyKeyword)
      file.anyLines.push(tree.getLineAndCharacterOfPosition(node.getStart()).line + 1);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return file;
}

const below = (path: string): string => path.slice(join(root, 'src').length + 1).replaceAll('\\', '/');

/** Every source below src, in order of path. */
export const sourceTree: readonly SourceFile[] = listFiles(join(root, 'src'), '.ts')
  .map((path) => parse(below(path), readFileSync(path, 'utf8')))
  .sort((a, b) => (a.path < b.path ? -1 : 1));

/** Every file of data below src. */
export const dataFiles: readonly string[] = listFiles(join(root, 'src'), '.json').map(below).sort();
