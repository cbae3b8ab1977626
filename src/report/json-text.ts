/** JSON that is safe to print: control and formatting characters that JSON would leave unchanged are escaped. */

/** The same value as JSON text whose characters a terminal can show. */
export function escapedJson(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** A value on one line of NDJSON. */
export const jsonLine = (value: unknown): string => `${escapedJson(JSON.stringify(value))}\n`;

/** A value as JSON for people. */
export const jsonText = (value: unknown): string => `${escapedJson(JSON.stringify(value, null, 2))}\n`;
