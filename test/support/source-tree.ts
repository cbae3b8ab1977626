/** The sources as the compiler sees them: the imports of each file, and its names and types. */
import { createRequire } from 'node:module';
import { dirname, posix } from 'node:path';
import type typescript from 'typescript';
import { type SourceText, sourceTexts } from './source-texts';

// an import of this CommonJS module has Node search its nine megabytes for exports, for a second
const ts: typeof typescript = createRequire(import.meta.url)('typescript');

export interface Import {
  /** As written. */
  specifier: string;
  /** Source inside src, or undefined for anything else, such as data. */
  file: string | undefined;
  /** Whether it is an `export … from`. */
  reExport: boolean;
}

export interface SourceFile extends SourceText {
  lines: number;
  imports: Import[];
  /** Every identifier, in order of appearance and with repeats. */
  names: string[];
  /** Lines on which the type `any` is written. */
  anyLines: number[];
}

const parseOptions = {
  languageVersion: ts.ScriptTarget.Latest,
  jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
};

function parse({ path, text }: SourceText): SourceFile {
  const tree = ts.createSourceFile(path, text, parseOptions);
  const file: SourceFile = { path, text, lines: text.split('\n').length - 1, imports: [], names: [], anyLines: [] };
  const addImport = (node: typescript.Expression, reExport: boolean) => {
    if (!ts.isStringLiteral(node)) throw new Error(`${path} imports what is only known at run time`);
    const specifier = node.text;
    // unchanged for a separate script
    const name = specifier.replace(/\.js$/, '');
    const inside = /^\..*(?<!\.json)$/.test(specifier) ? `${posix.join(dirname(path), name)}.ts` : undefined;
    file.imports.push({ specifier, file: inside?.startsWith('../') ? undefined : inside, reExport });
  };
  const visit = (node: typescript.Node): void => {
    if (ts.isImportDeclaration(node)) addImport(node.moduleSpecifier, false);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) addImport(node.moduleSpecifier, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      addImport(node.arguments[0]!, false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      addImport(node.argument.literal as typescript.StringLiteral, false);
    else if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) file.names.push(node.text);
    else if (node.kind === ts.SyntaxKind.AnyKeyword)
      file.anyLines.push(tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return file;
}

/** Every file below src, in order of path. */
export const sourceTree: readonly SourceFile[] = sourceTexts.map(parse);
