/** Gives the event loop a turn at times, so that timers and signals are heard during work that waits for nothing. */

/** Largest time between two turns, in milliseconds: a signal is then heard after two of them at most. */
const longestHold = 20;

/** What takes microseconds: Node's own function, or a message where there is none. A timer takes a millisecond and more. */
const { setImmediate } = globalThis as { setImmediate?: (act: () => void) => unknown };

function messageTurn(resolve: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(null);
}

/** Waits for one turn of the event loop in any JavaScript environment. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (setImmediate !== undefined) setImmediate(resolve);
    else messageTurn(resolve);
  });

/** Knows when the next turn is due. */
export class Turns {
  private last: number;

  /** `now` returns milliseconds. */
  constructor(
    private readonly signal?: AbortSignal,
    private readonly now: () => number = Date.now,
  ) {
    this.last = now();
  }

  /** The next turn, to be awaited, if the last one was long enough ago; it rejects once the signal is aborted. */
  due(): Promise<void> | undefined {
    // the clock may be set back
    if (Math.abs(this.now() - this.last) < longestHold) return undefined;
    return this.turn();
  }

  private async turn(): Promise<void> {
    await nextTurn();
    this.last = this.now();
    this.signal?.throwIfAborted();
  }
}

/** Calls `act` with each item, with turns where they are due: an `await` for each item would take longer than the work. */
export async function eachInTurns<T>(items: Iterable<T>, turns: Turns, act: (item: T) => void): Promise<void> {
  for (const item of items) {
    act(item);
    const due = turns.due();
    if (due !== undefined) await due;
  }
}

/** Work that stops now and then, so that its caller can let the event loop turn. */
export type Steps<T> = Generator<void, T, void>;

/** The result of work, at once. */
export function allSteps<T>(work: Steps<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** The result of work, with turns where they are due. */
export async function stepsInTurns<T>(work: Steps<T>, turns: Turns): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    const due = turns.due();
    if (due !== undefined) await due;
  }
}
