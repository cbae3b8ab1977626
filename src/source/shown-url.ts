/** The name of a URL in messages. */

/** A URL without what may be secret: user, password, query and fragment. Only this form is for messages and reports. */
export function shownUrl(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return /^https:/i.test(url) ? 'https://…' : 'http://…';
  }
}
