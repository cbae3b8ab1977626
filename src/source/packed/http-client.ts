/** Requests to an HTTP server: redirects, credentials, time limits and repeated attempts. What is sent back is not trusted. */
import { codeOf, reason } from '../file';
import { shownUrl } from '../shown-url';
import { SourceError } from '../source';

/** Milliseconds. */
export interface HttpTimes {
  /** Longest wait for the first byte of an answer. */
  first: number;
  /** Longest wait for the next bytes. */
  idle: number;
  /** Pauses before another attempt. */
  pauses: readonly number[];
}

export const usualTimes: HttpTimes = { first: 30_000, idle: 30_000, pauses: [300, 1500] };

const mostRedirects = 5;

/** A failure after which another attempt may succeed. The message is a clause. */
export class Passing extends Error {}

/** The headers of an answer, and its body as it comes. */
export interface Answer {
  status: number;
  headers: Headers;
  /** Rejects with `Passing` when the connection breaks or stalls. */
  body(): AsyncGenerator<Uint8Array, void>;
  cancel(): void;
}

const statusWords: Readonly<Record<number, string>> = {
  401: 'it asks for a user name and a password',
  403: 'access is denied',
  404: 'there is no such file',
  407: 'a proxy asks for a password',
  410: 'the file was removed',
  429: 'it refuses so many requests',
};

/** Why a request failed, without the texts that may have its URL. */
function whyFailed(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = codeOf(cause);
  if (code?.startsWith('UND_ERR_SOCKET')) return 'the server closed the connection';
  return code === undefined ? 'the connection failed' : reason(cause);
}

export class HttpClient {
  /** The URL in messages. */
  readonly shown: string;
  private readonly origin: string;
  private readonly authorization: string | undefined;
  private readonly first: string;
  /** After redirects; they are followed once, not for each request. */
  private current: string;
  /** Set when no more requests are wanted. */
  private ended: { reason: unknown } | undefined;
  /** What ends the requests and pauses that are under way. */
  private readonly stops = new Set<() => void>();
  private verb = 'open';

  /** @throws SourceError if it is not a URL */
  constructor(
    url: string,
    private readonly times: HttpTimes,
    private readonly signal?: AbortSignal,
  ) {
    this.shown = shownUrl(url);
    let parsed: URL;
    try {
      parsed = new URL(url);
      const { username, password } = parsed;
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      if (credentials !== ':') this.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    } catch {
      throw this.error('it is not a valid URL');
    }
    parsed.username = '';
    parsed.password = '';
    parsed.hash = '';
    this.origin = parsed.origin;
    this.first = parsed.href;
    this.current = this.first;
    signal?.addEventListener('abort', this.abort);
    if (signal?.aborted) this.abort();
  }

  /** Ends all requests. */
  readonly close = (): void => this.end(new Error('it was closed'));

  private readonly abort = (): void => this.end(this.signal?.reason);

  private end(why: unknown): void {
    this.release();
    this.ended ??= { reason: why };
    for (const stop of this.stops) stop();
  }

  /** It is opened: the signal has no effect on what follows. */
  release(): void {
    this.verb = 'read';
    this.signal?.removeEventListener('abort', this.abort);
  }

  private throwIfEnded(): void {
    if (this.ended !== undefined) throw this.ended.reason;
  }

  error(why: string, at = 0, length = 0): SourceError {
    return new SourceError(`cannot ${this.verb} ${this.shown}: ${why}`, at, length);
  }

  /**
   * Sends a request and lets `use` take the answer, again after failures that may pass. `use` gets only answers of success, and
   * those whose status is in `accepted`.
   * @throws SourceError; the reason of the signal when it is aborted
   */
  async get<T>(
    headers: Readonly<Record<string, string>>,
    accepted: readonly number[],
    use: (answer: Answer) => Promise<T> | T,
  ): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      let answer: Answer | undefined;
      try {
        answer = await this.follow(headers, accepted);
        return await use(answer);
      } catch (error) {
        answer?.cancel();
        this.throwIfEnded();
        if (!(error instanceof Passing)) throw error;
        const pause = this.times.pauses[attempt];
        if (pause === undefined) throw this.error(error.message);
        await this.pause(pause);
      }
    }
  }

  private async pause(time: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        this.stops.delete(over);
        resolve();
      };
      const timer = setTimeout(over, time);
      this.stops.add(over);
    });
    this.throwIfEnded();
  }

  private async follow(headers: Readonly<Record<string, string>>, accepted: readonly number[]): Promise<Answer> {
    let url = this.current;
    for (let redirects = 0; ; redirects++) {
      const answer = await this.send(url, headers);
      const { status } = answer;
      const location = answer.headers.get('location');
      if ([301, 302, 303, 307, 308].includes(status) && location !== null) {
        answer.cancel();
        if (redirects === mostRedirects) throw this.error(`the server redirects more than ${mostRedirects} times`);
        url = this.redirected(url, location);
        continue;
      }
      // the place to which a redirect led may be valid for minutes only
      if ([401, 403, 404, 410].includes(status) && redirects === 0 && this.current !== this.first) {
        answer.cancel();
        this.current = this.first;
        return this.follow(headers, accepted);
      }
      this.current = url;
      if (status === 200 || status === 206 || accepted.includes(status)) {
        const encoding = answer.headers.get('content-encoding');
        if (encoding === null || /^(?:identity)?$/i.test(encoding)) return answer;
        answer.cancel();
        throw this.error('the server compresses it on the way (Content-Encoding), although that was not accepted');
      }
      answer.cancel();
      const what = statusWords[status];
      const why = `the server answers with status ${status}${what === undefined ? '' : `: ${what}`}`;
      throw status >= 500 ? new Passing(why) : this.error(why);
    }
  }

  /** @throws SourceError for a redirect that is not followed */
  private redirected(from: string, location: string): string {
    let to: URL;
    try {
      to = new URL(location, from);
    } catch {
      throw this.error('the server redirects to something that is not a URL');
    }
    if (to.protocol !== 'http:' && to.protocol !== 'https:')
      throw this.error('the server redirects to something that is not HTTP');
    if (to.protocol === 'http:' && from.startsWith('https:'))
      throw this.error('the server redirects from https to http, where anyone could change the image');
    to.username = '';
    to.password = '';
    to.hash = '';
    return to.href;
  }

  private async send(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
    this.throwIfEnded();
    const ending = new AbortController();
    const stop = (): void => ending.abort();
    this.stops.add(stop);
    const clock = new Clock(stop);
    const { first, idle } = this.times;
    const finish = (): void => {
      clock.stop();
      this.stops.delete(stop);
    };
    const failed = (error: unknown, waited: number): unknown => {
      finish();
      this.throwIfEnded();
      return new Passing(clock.isOver ? `the server sent nothing for ${waited / 1000} seconds` : whyFailed(error));
    };
    const isOwn = this.authorization !== undefined && new URL(url).origin === this.origin;
    const sent: Record<string, string> = { ...headers };
    // fetch adds it to a request for a range
    if (headers.range === undefined) sent['accept-encoding'] = 'identity';
    if (isOwn) sent.authorization = this.authorization!;
    let response: Response;
    try {
      clock.start(first);
      response = await fetch(url, { headers: sent, redirect: 'manual', signal: ending.signal });
      clock.stop();
    } catch (error) {
      throw failed(error, first);
    }
    const { body } = response;
    return {
      status: response.status,
      headers: response.headers,
      cancel() {
        finish();
        ending.abort();
      },
      async *body() {
        const reader = body?.getReader();
        try {
          while (reader !== undefined) {
            clock.start(idle);
            const next = await reader.read();
            clock.stop();
            if (next.done) return;
            yield next.value;
          }
        } catch (error) {
          throw failed(error, idle);
        } finally {
          finish();
          ending.abort();
        }
      },
    };
  }
}

/** Calls `act` unless it is stopped in time. */
class Clock {
  isOver = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly act: () => void) {}

  start(time: number): void {
    this.timer = setTimeout(() => {
      this.isOver = true;
      this.act();
    }, time);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
