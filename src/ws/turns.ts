/**
 * The order of one client's answers: those to writes may have to wait for the
 * disk, those to reads for room.
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
  /** Whether an answer has room. If not, {@linkcode Turns.advance} is to be called when it may have. */
  hasRoom(): boolean;
}

interface Receipt {
  readonly seq: number | undefined;
  readonly tell: (stored: boolean) => void;
}

/** What a message is, as far as it matters here: only the answers to reads are large. */
export type Kind = "write" | "read" | "other";

interface Message {
  readonly kind: Kind;
  readonly cost: number;
  readonly act: () => void;
}

/**
 * Does the messages of a client in their order and has them answered in it.
 *
 * Writes are done at once, also behind others whose answers wait: so they share
 * a commit. All else is done when nothing before it waits any more, a read when
 * the client has taken so much, too, that there is room for the answer.
 */
export class Turns {
  readonly #durability: Durability | undefined;
  readonly #limit: number;
  readonly #owner: TurnsOwner;
  /** Answers that wait; all of them are to messages before those of `#messages`. */
  #receipts: Receipt[] = [];
  #messages: Message[] = [];
  #cost = 0;
  #telling = false;
  #finished = false;

  /**
   * The turns of one client.
   *
   * @param durability Tells when a write is on disk; undefined: no answer waits for that.
   * @param limit Bytes that may wait.
   */
  constructor(
    durability: Durability | undefined,
    limit: number,
    owner: TurnsOwner,
  ) {
    this.#durability = durability;
    this.#limit = limit;
    this.#owner = owner;
  }

  /** Whether something waits. */
  get wait(): boolean {
    return this.#receipts.length > 0 || this.#messages.length > 0;
  }

  /** Does a message, of `size` bytes, when it is its turn. One that does not have to wait may be of any size. */
  take(kind: Kind, size: number, act: () => void): void {
    const isNext = this.#messages.length === 0 && this.#canDo(kind);
    if (isNext) return this.#owner.contain(act);
    if (this.#reserve(size)) {
      this.#messages.push({ kind, cost: size, act });
    }
  }

  /**
   * Answers when it is the turn of that; to be called while a message is done.
   *
   * @param seq The write that has to be on disk first; undefined: none.
   * @param tell Answers; it is told whether the write is on disk.
   */
  answer(seq: number | undefined, tell: (stored: boolean) => void): void {
    if (this.#finished) return;
    const isDue = seq === undefined || this.#durability === undefined;
    if (isDue && this.#receipts.length === 0) return tell(true);
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

  /** Does the writes that wait, and forgets all else: nobody is there to be answered any more. */
  finish(): void {
    this.#finished = true;
    const writes = this.#messages.filter(({ kind }) => kind === "write");
    this.clear();
    for (const { act } of writes) this.#owner.contain(act);
  }

  /** Does the messages whose turn it is. */
  advance(): void {
    for (;;) {
      const [first] = this.#messages;
      if (first === undefined || !this.#canDo(first.kind)) return;
      this.#messages.shift();
      this.#cost -= first.cost;
      this.#owner.contain(first.act);
    }
  }

  async #tell(): Promise<void> {
    this.#telling = true;
    for (let first = this.#receipts[0]; first; first = this.#receipts[0]) {
      const { seq, tell } = first;
      const stored = seq === undefined ||
        await this.#durability?.stored(seq) !== false;
      // It may be forgotten by now.
      if (this.#receipts[0] !== first) continue;
      this.#receipts.shift();
      this.#cost -= RECEIPT_COST;
      this.#owner.contain(() => tell(stored));
      this.advance();
    }
    this.#telling = false;
  }

  /** Whether a message can be done when no other is before it. */
  #canDo(kind: Kind): boolean {
    if (kind === "write") return true;
    if (this.#receipts.length > 0) return false;
    return kind === "other" || this.#owner.hasRoom();
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
