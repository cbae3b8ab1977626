/** Times of the disk as text. */

/** Seconds since 1970 as an ISO 8601 text, with whole seconds. */
export function isoTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  // times beyond what a Date can hold do not fit on disk, but a report may come from anywhere
  return Number.isNaN(date.getTime()) ? `${seconds} seconds` : date.toISOString().replace('.000', '');
}
