/**
 * Counts those who are told of changes, by WebSocket or as server-sent events,
 * in all and by address.
 * @module
 */

/** Why a client can't come in. */
export interface Refusal {
  /** For programs. */
  readonly code: "stopping" | "max_clients" | "max_clients_per_address";
  /** For people. */
  readonly message: string;
}

/** How many clients there may be. */
export class Admission {
  readonly #most: number;
  readonly #mostPerAddress: number;
  readonly #byAddress = new Map<string, number>();
  readonly #gone = Promise.withResolvers<void>();
  #closed = false;
  #count = 0;

  /** Room for `most` clients, of which `mostPerAddress` may have the same address. */
  constructor(most: number, mostPerAddress: number) {
    this.#most = most;
    this.#mostPerAddress = mostPerAddress;
  }

  /** How many clients there are, those included that are being closed and do not go. */
  get count(): number {
    return this.#count;
  }

  /** What keeps one more client of that address out; undefined: it may come. */
  refusal(address: string): Refusal | undefined {
    if (this.#closed) {
      return { code: "stopping", message: "The server stops" };
    }
    if (this.#count >= this.#most) {
      const message = `There are ${this.#most} clients already (--max-clients)`;
      return { code: "max_clients", message };
    }
    const own = this.#byAddress.get(address) ?? 0;
    if (own < this.#mostPerAddress) return undefined;
    const message =
      `There are ${own} clients of one address already (--max-clients-per-address)`;
    return { code: "max_clients_per_address", message };
  }

  /** Lets nobody in any more. Resolves when all clients are gone. */
  close(): Promise<void> {
    this.#closed = true;
    this.#noteGone();
    return this.#gone.promise;
  }

  /**
   * Counts a client in.
   *
   * @returns Counts it out, once however often it is called.
   */
  enter(address: string): () => void {
    this.#count++;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#count--;
      const left = this.#byAddress.get(address)! - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
      this.#noteGone();
    };
  }

  #noteGone(): void {
    if (this.#closed && this.#count === 0) this.#gone.resolve();
  }
}
