/** Times as text. */

/** Seconds since 1970 as ISO 8601 text, in whole seconds. */
export function isoTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  // on-disk times always fit into a Date, but a report may come from elsewhere
  return Number.isNaN(date.getTime()) ? `${seconds} seconds` : date.toISOString().replace('.000', '');
}
