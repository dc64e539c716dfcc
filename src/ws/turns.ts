/**
 * The order of one client's answers when those to writes wait for the disk.
 * @module
 */
import type { Durability } from "../bank/durability.ts";

/** Bytes that an answer costs that waits. */
const RECEIPT_COST = 100;

/** Needs of its owner what can go wrong. */
export interface TurnsOwner {
  /** Does something so that a fault in it is caught. */
  contain(action: () => void): void;
  /** Is told that more waits than may wait: what came last is dropped. */
  overflow(): void;
}

interface Receipt {
  readonly seq: number | undefined;
  readonly tell: (stored: boolean) => void;
}

interface Message {
  readonly isWrite: boolean;
  readonly cost: number;
  readonly act: () => void;
}

/**
 * Does the messages of a client in their order and has them answered in it.
 *
 * Writes are done at once, also behind others whose answers wait: so they share
 * a commit. All else is done when nothing before it waits any more.
 */
export class Turns {
  readonly #durability: Durability;
  readonly #limit: number;
  readonly #owner: TurnsOwner;
  /** Answers that wait; all of them are to messages before those of `#messages`. */
  #receipts: Receipt[] = [];
  #messages: Message[] = [];
  #cost = 0;
  #telling = false;

  /**
   * The turns of one client.
   *
   * @param limit Bytes that may wait.
   */
  constructor(durability: Durability, limit: number, owner: TurnsOwner) {
    this.#durability = durability;
    this.#limit = limit;
    this.#owner = owner;
  }

  /** Whether something waits. */
  get wait(): boolean {
    return this.#receipts.length > 0;
  }

  /** Does a message, of `size` bytes, when it is its turn. One that does not have to wait may be of any size. */
  take(isWrite: boolean, size: number, act: () => void): void {
    const isNext = this.#messages.length === 0 && (isWrite || !this.wait);
    if (isNext) return this.#owner.contain(act);
    if (this.#reserve(size)) {
      this.#messages.push({ isWrite, cost: size, act });
    }
  }

  /**
   * Answers when it is the turn of that; to be called while a message is done.
   *
   * @param seq The write that has to be on disk first; undefined: none.
   * @param tell Answers; it is told whether the write is on disk.
   */
  answer(seq: number | undefined, tell: (stored: boolean) => void): void {
    if (seq === undefined && !this.wait) return tell(true);
    if (!this.#reserve(RECEIPT_COST)) return;
    this.#receipts.push({ seq, tell });
    if (!this.#telling) this.#tell();
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#receipts = [];
    this.#messages = [];
    this.#cost = 0;
  }

  async #tell(): Promise<void> {
    this.#telling = true;
    for (let first = this.#receipts[0]; first; first = this.#receipts[0]) {
      const { seq, tell } = first;
      const stored = seq === undefined || await this.#durability.stored(seq);
      // It may be forgotten by now.
      if (this.#receipts[0] !== first) continue;
      this.#receipts.shift();
      this.#cost -= RECEIPT_COST;
      this.#owner.contain(() => tell(stored));
      this.#advance();
    }
    this.#telling = false;
  }

  #advance(): void {
    for (;;) {
      const [first] = this.#messages;
      if (first === undefined || (this.wait && !first.isWrite)) return;
      this.#messages.shift();
      this.#cost -= first.cost;
      this.#owner.contain(first.act);
    }
  }

  /** Returns whether there is room; otherwise all is over. */
  #reserve(cost: number): boolean {
    if (this.#cost + cost > this.#limit) {
      this.#owner.overflow();
      return false;
    }
    this.#cost += cost;
    return true;
  }
}
