/** Writes docs/api.md from the doc comments of the entries. `UPDATE_DOCS=1 npx vitest run test/package/api` runs it. */
import ts from 'typescript';

/** One entry of the package. */
export interface ApiEntry {
  /** What programs import, such as `extcheck/report`. */
  specifier: string;
  /** What the entry is for: the first comment of its file. */
  about: string;
  exports: readonly { name: string; symbol: ts.Symbol }[];
  /** Names that a browser has not. */
  nodeOnly: ReadonlySet<string>;
}

const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.WriteArrowStyleSignature;

/** How a value is called or made, as one line of TypeScript. */
function signatureOf(name: string, symbol: ts.Symbol, checker: ts.TypeChecker): string[] {
  const declaration = symbol.valueDeclaration!;
  if (ts.isClassDeclaration(declaration)) {
    const parent = declaration.heritageClauses?.[0]?.getText() ?? '';
    return [`class ${name} ${parent}`.trim()];
  }
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
  const calls = type.getCallSignatures();
  if (calls.length === 0) {
    const written = ts.isVariableDeclaration(declaration) ? declaration.type?.getText() : undefined;
    return [`const ${name}: ${written ?? checker.typeToString(type, declaration, flags)}`];
  }
  return calls.map((call) => {
    const inDeclaration = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
    return `${name}${checker.signatureToString(call, inDeclaration, ts.TypeFormatFlags.NoTruncation)}`;
  });
}

/** The doc comment of a symbol as Markdown, its tags as sentences. */
export function commentOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  const tags = symbol.getJsDocTags(checker).map(({ name, text: parts }) => {
    const said = ts.displayPartsToString(parts).replaceAll(/\s+/g, ' ').trim();
    if (name === 'throws') return `Throws: ${said}`;
    if (name === 'param') return `\`${said.replace(/ -? ?/, '`: ')}`;
    throw new Error(`docs/api.md has no words for the tag @${name} of ${symbol.name}`);
  });
  return [text, ...tags].filter((part) => part !== '').join('\n\n');
}

/** The first sentence of a text, without line breaks. */
const firstSentence = (text: string): string =>
  /^.*?[.:](?= |$)/.exec(text.replaceAll(/\s+/g, ' '))?.[0].replace(/:$/, '.') ?? text.replaceAll(/\s+/g, ' ');

function section(entry: ApiEntry, checker: ts.TypeChecker): string[] {
  const values = entry.exports.filter(({ symbol }) => symbol.flags & ts.SymbolFlags.Value);
  const types = entry.exports.filter(({ symbol }) => !(symbol.flags & ts.SymbolFlags.Value));
  const lines = [`## ${entry.specifier}`, '', entry.about, ''];
  for (const { name, symbol } of values) {
    lines.push(`### ${name}`, '', '```text', ...signatureOf(name, symbol, checker), '```', '');
    lines.push(commentOf(symbol, checker), '');
    if (entry.nodeOnly.has(name)) lines.push('Not in a browser.', '');
  }
  if (types.length > 0) {
    lines.push(`### Types of ${entry.specifier}`, '');
    for (const { name, symbol } of types) {
      const said = firstSentence(commentOf(symbol, checker).replace(/^- /, ''));
      lines.push(said === '' ? `- \`${name}\`` : `- \`${name}\`: ${said}`);
    }
    lines.push('');
  }
  return lines;
}

/** The whole page. */
export function renderApiPage(entries: readonly ApiEntry[], checker: ts.TypeChecker): string {
  return [
    '# API',
    '',
    'The values that each entry of the package exports, with their signatures, and the types. This page is made from the',
    'comments of the sources; the declarations that are installed with the package have the members of every type.',
    '',
    ...entries.flatMap((entry) => section(entry, checker)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
