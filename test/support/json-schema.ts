/** Validates against the part of JSON Schema that this project and SARIF's schema use; a keyword it does not know is an error, never ignored. */

type Schema = { readonly [keyword: string]: unknown };

/** `format` is one too: separate tests cover its requirements. */
const annotations = new Set([
  '$schema',
  '$id',
  'id',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'format',
]);

export interface SchemaOptions {
  /** Refuse members that a schema with `properties` does not list, as if each had `additionalProperties: false`. */
  strict?: boolean;
}

/** What is wrong, one sentence each with the place as a JSON pointer; empty when the value is valid. */
export function validate(value: unknown, schema: Schema, options: SchemaOptions = {}): string[] {
  const errors: string[] = [];
  check(value, schema, '', { root: schema, strict: options.strict ?? false }, errors);
  return errors;
}

interface Context {
  root: Schema;
  strict: boolean;
}

function check(value: unknown, schema: Schema, at: string, context: Context, errors: string[]): void {
  const fail = (what: string) => errors.push(`${at || '/'}: ${what}`);
  const members = isObject(value) ? Object.entries(value) : undefined;
  const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
  for (const [keyword, wanted] of Object.entries(schema)) {
    if (annotations.has(keyword)) continue;
    switch (keyword) {
      case '$ref':
        check(value, resolve(String(wanted), context.root), at, context, errors);
        break;
      case 'type':
        if (![wanted].flat().some((type) => hasType(value, String(type)))) fail(`is not of type ${wanted}`);
        break;
      case 'const':
        if (value !== wanted) fail(`is not ${JSON.stringify(wanted)}`);
        break;
      case 'enum':
        if (!(wanted as unknown[]).includes(value)) fail(`${JSON.stringify(value)} is not in the enum`);
        break;
      case 'pattern':
        if (typeof value === 'string' && !new RegExp(String(wanted), 'u').test(value)) fail(`does not match ${wanted}`);
        break;
      case 'minimum':
        if (typeof value === 'number' && value < Number(wanted)) fail(`is less than ${wanted}`);
        break;
      case 'maximum':
        if (typeof value === 'number' && value > Number(wanted)) fail(`is more than ${wanted}`);
        break;
      case 'minItems':
        if (Array.isArray(value) && value.length < Number(wanted)) fail(`has fewer than ${wanted} entries`);
        break;
      case 'uniqueItems':
        if (
          wanted === true &&
          Array.isArray(value) &&
          new Set(value.map((one) => JSON.stringify(one))).size < value.length
        )
          fail('has an entry twice');
        break;
      case 'required':
        if (isObject(value)) for (const key of wanted as string[]) if (!Object.hasOwn(value, key)) fail(`lacks ${key}`);
        break;
      case 'properties':
        for (const [key, member] of members ?? []) {
          if (Object.hasOwn(properties, key)) check(member, properties[key]!, `${at}/${key}`, context, errors);
          else if (context.strict) fail(`has an unknown member ${key}`);
        }
        break;
      case 'additionalProperties':
        for (const [key, member] of members ?? []) {
          if (Object.hasOwn(properties, key)) continue;
          if (wanted === false) fail(`has an unknown member ${key}`);
          else if (isObject(wanted)) check(member, wanted, `${at}/${key}`, context, errors);
        }
        break;
      case 'propertyNames':
        for (const [key] of members ?? []) check(key, wanted as Schema, `${at}/${key} (name)`, context, errors);
        break;
      case 'items':
        if (Array.isArray(value))
          for (const [i, item] of value.entries()) check(item, wanted as Schema, `${at}/${i}`, context, errors);
        break;
      case 'anyOf':
      case 'oneOf': {
        const fits = (wanted as Schema[]).filter((one) => {
          const inner: string[] = [];
          check(value, one, at, context, inner);
          return inner.length === 0;
        });
        if (keyword === 'anyOf' ? fits.length === 0 : fits.length !== 1)
          fail(`fits ${fits.length} of the alternatives${keyword === 'anyOf' ? '' : ', not one'}`);
        break;
      }
      default:
        throw new Error(`the schema uses ${keyword}, which this validator does not know`);
    }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

function resolve(reference: string, root: Schema): Schema {
  let found: unknown = root;
  for (const part of reference.replace(/^#\//, '').split('/')) found = (found as Schema)?.[part];
  if (!isObject(found)) throw new Error(`the schema has no ${reference}`);
  return found;
}
