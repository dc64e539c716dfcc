/**
 * Lets a test step in between any two operations on shared memory, as another
 * thread might at the worst moment: each moment in turn instead of by chance.
 * @module
 */

type Operation = (...args: unknown[]) => unknown;

const OPERATIONS = [
  ...["load", "store", "add", "exchange", "compareExchange"],
  ...["notify", "waitAsync"],
];

const atomics = Atomics as unknown as Record<string, Operation>;

/** Until it is disposed of, calls back before and after every operation of `Atomics` in this thread. */
export class AtomicsTap implements Disposable {
  /** How many points have been passed. */
  points = 0;
  readonly #originals = OPERATIONS.map((name) =>
    [name, atomics[name]!] as const
  );

  /** Begins; `onPoint` is given the number of the point, from 0, and not called for what it does itself. */
  constructor(onPoint: (point: number) => void) {
    let inside = false;
    const pass = () => {
      if (inside) return;
      inside = true;
      try {
        onPoint(this.points++);
      } finally {
        inside = false;
      }
    };
    for (const [name, original] of this.#originals) {
      atomics[name] = (...args) => {
        pass();
        const result = original(...args);
        pass();
        return result;
      };
    }
  }

  /** Ends. */
  [Symbol.dispose](): void {
    for (const [name, original] of this.#originals) atomics[name] = original;
  }
}
