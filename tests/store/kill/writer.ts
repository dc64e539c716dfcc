/**
 * Clients whose writes can be told apart: each has blocks of registers of its
 * own, and its n-th write fills the next of them with n.
 * @module
 */
import { ModbusClient } from "../../testing/modbus_client.ts";
import { WsClient } from "../../testing/ws_client.ts";

/** Registers in a block: as many as one Modbus write can hold in pairs; most blocks lie in one page, some in two. */
export const BLOCK = 100;

/** Blocks of a writer. */
export const BLOCKS = 7;

/** The first address of the block that write `n` of a writer fills. */
export function addressOf(writer: number, n: number): number {
  return (writer * BLOCKS + n % BLOCKS) * BLOCK;
}

/** What is in all pairs of registers after write `n`: its high word, its low word. */
function valuesOf(n: number): number[] {
  return Array.from({ length: BLOCK }, (_, i) => i % 2 ? n & 0xffff : n >>> 16);
}

/** Sends one write and waits for its answer; rejects when there is none. */
type Send = (address: number, values: readonly number[]) => Promise<void>;

/** One client that writes as fast as it is answered. */
export class Writer {
  /** The last write that was sent. */
  sent: number;
  /** When each write was answered, by `performance.now()`: the first is that behind `base`. */
  readonly answeredAt: number[] = [];
  readonly #number: number;
  readonly #base: number;

  /** Goes on behind write `base`. */
  constructor(number: number, base: number) {
    this.#number = number;
    this.#base = base;
    this.sent = base;
  }

  /** The last write that was answered before a time. */
  answeredBefore(time: number): number {
    return this.#base + this.answeredAt.filter((at) => at < time).length;
  }

  /** Writes until that fails. */
  async run(send: Send): Promise<void> {
    try {
      for (;;) {
        const n = ++this.sent;
        await send(addressOf(this.#number, n), valuesOf(n));
        this.answeredAt.push(performance.now());
      }
    } catch {
      // The program is dead.
    }
  }
}

/** Writes with function 16. */
export async function byModbus(
  addr: { hostname: string; port: number },
): Promise<{ send: Send; end: () => void }> {
  const client = await ModbusClient.connect(addr);
  const word = (value: number) => [value >> 8, value & 0xff];
  return {
    async send(address, values) {
      const pdu = Uint8Array.from([
        ...[16, ...word(address), ...word(values.length), values.length * 2],
        ...values.flatMap(word),
      ]);
      const response = await client.request(pdu);
      if (response[0] !== 16) throw new Error(`Refused: ${response}`);
    },
    end: () => client.close(),
  };
}

/** Writes with WebSocket messages. */
export async function byWebSocket(
  url: string,
): Promise<{ send: Send; end: () => void }> {
  const client = await WsClient.open(url);
  await client.ask({ type: "subscribe", ranges: [] });
  let id = 0;
  return {
    async send(address, value) {
      const type = "setHoldingRegisters";
      const answer = await client.ask({ type, address, value, id: ++id });
      if (answer.type !== "ok") throw new Error(JSON.stringify(answer));
    },
    end() {},
  };
}
