/**
 * The program is killed under load, and what is there after it is looked at.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Program } from "../../testing/program.ts";
import { WsClient } from "../../testing/ws_client.ts";
import { assertPrefix, lastWrites, type Told, toldIn } from "./traces.ts";
import { BLOCK, BLOCKS, byModbus, byWebSocket, Writer } from "./writer.ts";

/** Clients that write by Modbus; one more writes by WebSocket. */
const MODBUS_WRITERS = 5;
const WRITERS = MODBUS_WRITERS + 1;

/** What relaxed durability may lose, in milliseconds. */
const WINDOW = 100;

/** What one life of the program was seen to do. */
interface Life {
  /** Sequence number that it began with. */
  readonly seq: number;
  /** The last write of each writer that it began with. */
  readonly base: readonly number[];
  readonly writers: readonly Writer[];
  /** Who wrote what, by sequence number, as it told an observer. */
  readonly told: Told;
  /** When it was killed. */
  readonly killedAt: number;
}

/** What a round has found. */
export interface Found {
  /** Writes that were answered. */
  readonly answered: number;
  /** Writes that were answered and are gone. */
  readonly lost: number;
  /** How long before the end the oldest of these was answered, in milliseconds; 0 when none is gone. */
  readonly lostFor: number;
  /** Whether the observer was told of as many writes as are stored, so that their order was compared to the last. */
  readonly compared: boolean;
}

/** Kills the program again and again, each time on what the time before has left. */
export class Killing {
  readonly #file: string;
  readonly #durability: "relaxed" | "strict";
  #last: Life | undefined;

  /** Keeps the bank in `file`. */
  constructor(file: string, durability: "relaxed" | "strict") {
    this.#file = file;
    this.#durability = durability;
  }

  /**
   * Starts the program, looks at what it has loaded, lets clients write, and kills it.
   *
   * @param milliseconds How long they write.
   * @returns What was there of the round before; undefined in the first.
   */
  async round(milliseconds: number): Promise<Found | undefined> {
    const program = await Program.serving([
      `--data=${this.#file}`,
      `--durability=${this.#durability}`,
    ]);
    const observer = await WsClient.open(program.wsUrl);
    const { seq } = await observer.ask({
      ...{ type: "subscribe", id: 0, meta: true, echo: true },
    });
    const base = await loaded(observer);
    const found = this.#last && this.#check(this.#last, seq, base);
    this.#last = await this.#live(program, observer, seq, base, milliseconds);
    return found;
  }

  async #live(
    program: Program,
    observer: WsClient,
    seq: number,
    base: readonly number[],
    milliseconds: number,
  ): Promise<Life> {
    const writers = base.map((n, i) => new Writer(i, n));
    const ways = await Promise.all(
      writers.map((_, i) =>
        i < MODBUS_WRITERS
          ? byModbus(program.modbusAddr)
          : byWebSocket(program.wsUrl)
      ),
    );
    const all = writers.map((writer, i) => writer.run(ways[i]!.send));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    const killedAt = performance.now();
    program.kill("SIGKILL");
    await program.ended;
    await settled([observer.closed, ...all]);
    for (const { end } of ways) end();
    const told = toldIn(observer.inbox);
    return { seq, base, writers, told, killedAt };
  }

  /** Compares what the program has loaded with what it was seen to do before it was killed. */
  #check(life: Life, seq: number, there: readonly number[]): Found {
    const { writers, killedAt, told } = life;
    let answered = 0;
    let lost = 0;
    let lostFor = 0;
    for (const [i, writer] of writers.entries()) {
      const last = there[i]!;
      const acked = writer.answeredBefore(Infinity);
      assert(last <= writer.sent, `writer ${i}: ${last} was never sent`);
      answered += acked - life.base[i]!;
      if (last >= acked) continue;
      lost += acked - last;
      const at = writer.answeredAt[last - life.base[i]!]!;
      lostFor = Math.max(lostFor, killedAt - at);
    }
    // A prefix in the bank's order: as many writes as the number says, and those
    // that an observer was told with a lower number, and no other.
    const writes = there.reduce((sum, n, i) => sum + n - life.base[i]!, 0);
    assertEquals(seq - life.seq, writes, "the number of stored writes");
    assertPrefix(told, seq, there);
    if (this.#durability === "strict") assertEquals(lost, 0, "lost writes");
    return { answered, lost, lostFor, compared: told.has(seq) };
  }
}

/** Whether what a crash has lost is less than relaxed durability allows. */
export function isInWindow({ lostFor }: Found): boolean {
  return lostFor <= WINDOW;
}

/** Waits for all, but not for ever: of some deaths of its peer a WebSocket does not tell. */
async function settled(all: readonly Promise<unknown>[]): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, 2000);
  await Promise.race([Promise.all(all), late.promise]);
  clearTimeout(timer);
}

/** The last write of each writer that is there. */
async function loaded(client: WsClient): Promise<number[]> {
  const count = WRITERS * BLOCKS * BLOCK;
  const ask = { type: "getHoldingRegisters", address: 0, count };
  const { value } = await client.ask(ask) as { value: number[] };
  return lastWrites(value, WRITERS);
}
