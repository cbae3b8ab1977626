export const placeholder: string;
export function compareVersions(a: string, b: string): number;
export function changelogEntry(changelog: string, version: string): string | undefined;
export function refusals(state: {
  version: string;
  manifest: { version: string };
  changelog: string;
  security: string;
  tags: readonly string[];
}): string[];
export function withVersion(text: string, from: string, to: string): string;
