/**
 * Counts the open sockets, in all and by address.
 * @module
 */

/** Which limit leaves no room for one more client. */
export type FullLimit = "max-clients" | "max-clients-per-address";

/** How many clients there may be. */
export class Admission {
  readonly #most: number;
  readonly #mostPerAddress: number;
  readonly #byAddress = new Map<string, number>();
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

  /** The limit that keeps one more client of that address out; undefined: it may come. */
  fullFor(address: string): FullLimit | undefined {
    if (this.#count >= this.#most) return "max-clients";
    return (this.#byAddress.get(address) ?? 0) >= this.#mostPerAddress
      ? "max-clients-per-address"
      : undefined;
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
    };
  }
}
