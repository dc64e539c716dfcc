import { assertEquals } from "@std/assert";
import { concat } from "../../src/bytes.ts";
import { toHex } from "../testing/hex.ts";
import { adu, ModbusClient } from "../testing/modbus_client.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";
import { WsClient } from "../testing/ws_client.ts";

const WRITERS = 8;
const WATCHERS = 10;
const WRITES = 100_000;

/**
 * Requests that each writer sends at once. Two rounds of them fit into the
 * change log and into the sockets' buffers, so nothing has a reason to be made
 * up for by ranges.
 */
const WINDOW = 250;
const ROUNDS = WRITES / WRITERS / WINDOW;

/** Cells that the writers fight for. */
const CELLS = 64;

/** The register that is written after each round. */
const MARK = 0x8000;

/**
 * Write number `n` of a writer, both in its values: two registers (function
 * 10) or 24 coils (function 0F). The ranges of all overlap, so what is in the
 * cells at the end tells which writes were the last.
 */
function request(writer: number, n: number): Uint8Array<ArrayBuffer> {
  const at = (n * 7 + writer * 3) % CELLS;
  const pdu = n % 2 === 0
    ? Uint8Array.of(0x10, 0, at, 0, 2, 4, 0, writer, n >> 8, n & 0xff)
    : Uint8Array.of(0x0f, 0, at, 0, 24, 3, writer, n >> 8, n & 0xff);
  return adu(pdu, n);
}

/** The response to a write: same ids, its own length, function, address, quantity. */
function responseTo(request: Uint8Array): Uint8Array {
  return Uint8Array.of(
    ...request.subarray(0, 4),
    ...[0, 6],
    ...request.subarray(6, 12),
  );
}

/** One round of a writer. */
async function write(
  plc: ModbusClient,
  writer: number,
  round: number,
): Promise<void> {
  const requests = Array.from(
    { length: WINDOW },
    (_, i) => request(writer, (round - 1) * WINDOW + i),
  );
  const expected = concat(requests.map(responseTo));
  const [answers] = await Promise.all([
    plc.receiveBytes(expected.length),
    plc.send(concat(requests)),
  ]);
  assertEquals(toHex(answers), toHex(expected));
}

interface Told {
  readonly type: string;
  readonly address: number;
  readonly value: readonly (number | boolean)[];
}

/** Writer and number, out of the values that are told. */
function authorOf({ type, value }: Told): [writer: number, n: number] {
  if (type === "setHoldingRegisters") return value as [number, number];
  const bits = value.map(Number).reverse().join("");
  const bytes = parseInt(bits, 2);
  // The first byte holds the first eight coils, the first coil its lowest bit.
  return [bytes & 0xff, (bytes & 0xff00) | (bytes >>> 16)];
}

/** What the watchers are told. */
class Story {
  /** The messages, as the first to get each of them got it. */
  readonly messages: string[] = [];
  readonly #marks: number[] = new Array(WATCHERS).fill(0);
  #waiting: { mark: number; resolve: () => void }[] = [];

  /** Follows one watcher up to the last mark. */
  async follow(client: WsClient, watcher: number): Promise<void> {
    const { messages } = this;
    const head = `{"type":"setHoldingRegisters","address":${MARK},"value":[`;
    for (let i = 0; this.#marks[watcher]! < ROUNDS; i++) {
      const text = await client.next();
      if (i === messages.length) messages.push(text);
      assertEquals(text, messages[i], `Watcher ${watcher}, message ${i}`);
      if (text.startsWith(head)) {
        this.#marks[watcher] = parseInt(text.slice(head.length));
        this.#wake();
      }
    }
  }

  /** Resolves when all watchers have got that mark. */
  reached(mark: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ mark, resolve });
      this.#wake();
    });
  }

  #wake(): void {
    const all = Math.min(...this.#marks);
    const done = this.#waiting.filter(({ mark }) => mark <= all);
    this.#waiting = this.#waiting.filter(({ mark }) => mark > all);
    done.forEach(({ resolve }) => resolve());
  }
}

async function writeAll(
  plcs: readonly ModbusClient[],
  marker: ModbusClient,
  story: Story,
): Promise<void> {
  for (let round = 1; round <= ROUNDS; round++) {
    await story.reached(round - 2);
    await Promise.all(plcs.map((plc, writer) => write(plc, writer, round)));
    await functionsOf(marker).writeSingleRegister(MARK, round);
  }
}

Deno.test({
  name: "program: 100,000 writes of 8 clients, told to 10 in one order",
  ignore: !granted("read", "run"),
  async fn(t) {
    await using program = await Program.serving();
    await using clients = new AsyncDisposableStack();
    const plcs: ModbusClient[] = [];
    while (plcs.length <= WRITERS) {
      plcs.push(clients.use(await ModbusClient.connect(program.modbusAddr)));
    }
    const marker = plcs.pop()!;
    const watchers: WsClient[] = [];
    while (watchers.length < WATCHERS) {
      watchers.push(clients.use(await WsClient.open(program.wsUrl)));
    }

    const story = new Story();
    await t.step("all watchers are told the same", async () => {
      await Promise.all([
        writeAll(plcs, marker, story),
        ...watchers.map((client, watcher) => story.follow(client, watcher)),
      ]);
    });
    const told = story.messages.map((text): Told => JSON.parse(text));
    const writes = told.filter(({ address }) => address !== MARK);

    await t.step("they are told of all, each client's in its order", () => {
      assertEquals(writes.length, WRITES);
      const next = new Array(WRITERS).fill(0);
      for (const write of writes) {
        const [writer, n] = authorOf(write);
        if (n === next[writer]) next[writer]++;
        else assertEquals([writer, n], [writer, next[writer]]);
      }
      assertEquals(next, new Array(WRITERS).fill(WRITES / WRITERS));
    });

    await t.step("the order is the bank's: their copy equals it", async () => {
      const coils: boolean[] = new Array(CELLS + 24).fill(false);
      const registers: number[] = new Array(CELLS + 2).fill(0);
      for (const { type, address, value } of writes) {
        const copy: unknown[] = type === "setCoils" ? coils : registers;
        copy.splice(address, value.length, ...value);
      }
      const bank = functionsOf(marker);
      assertEquals(await bank.readCoils(0, coils.length), coils);
      assertEquals(
        await bank.readHoldingRegisters(0, registers.length),
        registers,
      );
    });

    await t.step("nothing had to be made up for by ranges", async () => {
      const url = program.wsUrl.replace("ws:", "http:");
      const { changeLog } = await (await fetch(`${url}health`)).json();
      assertEquals(changeLog, { writes: WRITES + ROUNDS, overflows: 0 });
    });
  },
});
