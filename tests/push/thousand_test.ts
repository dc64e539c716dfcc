import { assert, assertEquals } from "@std/assert";
import { TABLE_NAMES } from "../../src/bank/tables.ts";
import { startApp } from "../testing/app.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import { Random } from "../testing/random.ts";
import type { WsClient } from "../testing/ws_client.ts";
import { Following } from "./following.ts";

const CLIENTS = 1000;
const WRITES = 400;

interface Range {
  readonly table: string;
  readonly address: number;
  readonly count: number;
}

interface Write {
  readonly table: string;
  readonly address: number;
  readonly value: readonly (number | boolean)[];
}

/** Ranges of one client: most are small, some wide, and many overlap. */
function randomRanges(random: Random): Range[] {
  return Array.from({ length: random.between(1, 6) }, () => {
    const most = random.pick([1, 10, 10, 100, 100, 1000, 10_000]);
    const count = random.between(1, most);
    // The last address but one: the last is that of the marks.
    const address = random.oneIn(20) ? 65_534 - count : random.int(3000);
    return { table: random.pick(TABLE_NAMES), address, count };
  });
}

/** A write to cells that many have asked for. */
function randomWrite(random: Random): Write {
  const table = random.pick(TABLE_NAMES);
  const count = random.between(1, random.pick([1, 8, 120]));
  const address = random.oneIn(20) ? 65_534 - count : random.int(4000);
  const isBit = table === "coils" || table === "discreteInputs";
  const value = Array.from(
    { length: count },
    () => isBit ? random.oneIn(2) : random.int(65_536),
  );
  return { table, address, value };
}

/** What a client has to be told of a write: looked up cell by cell. */
function expected(ranges: readonly Range[], write: Write): string[] {
  const mine = ranges.filter(({ table }) => table === write.table);
  const parts: { address: number; value: unknown[] }[] = [];
  let open = false;
  for (const [i, value] of write.value.entries()) {
    const cell = write.address + i;
    const wanted = mine.some(({ address, count }) =>
      cell >= address && cell < address + count
    );
    if (wanted && !open) parts.push({ address: cell, value: [] });
    if (wanted) parts.at(-1)!.value.push(value);
    open = wanted;
  }
  const type = `set${write.table[0]!.toUpperCase()}${write.table.slice(1)}`;
  return parts.map((part) => JSON.stringify({ type, ...part }));
}

Deno.test("1,000 clients with different ranges get exactly what they asked for", async () => {
  const random = new Random(1000);
  await using app = await startApp({
    ...{ maxClients: CLIENTS + 2, maxClientsPerAddress: CLIENTS + 2 },
  });
  await using following = await Following.start(app);
  await using writer = await following.subscriber({ ranges: [] });
  using plc = await app.modbus();
  const functions = functionsOf(plc);

  const wanted: Range[][] = [];
  const clients: WsClient[] = [];
  for (let i = 0; i < CLIENTS; i++) {
    const ranges = randomRanges(random);
    wanted.push(ranges);
    clients.push(await following.subscriber({ ranges, batch: i % 3 === 0 }));
  }
  const writes: Write[] = [];
  for (let i = 0; i < WRITES; i++) {
    const write = randomWrite(random);
    const { table, address, value } = write;
    writes.push(write);
    if (table === "coils" && random.oneIn(2)) {
      await functions.writeMultipleCoils(address, value as boolean[]);
    } else if (table === "holdingRegisters" && random.oneIn(2)) {
      await functions.writeMultipleRegisters(address, value as number[]);
    } else {
      const type = `set${table[0]!.toUpperCase()}${table.slice(1)}`;
      await writer.ask({ type, address, value, id: i });
    }
  }
  const told = await following.told(...clients);
  let messages = 0;
  for (const [i, texts] of told.entries()) {
    const each = i % 3 === 0
      ? texts.flatMap((text) => JSON.parse(text)).map((one) =>
        JSON.stringify(one)
      )
      : texts;
    messages += each.length;
    const model = writes.flatMap((write) => expected(wanted[i]!, write));
    assertEquals(each, model, `client ${i}`);
  }
  assert(messages > 10 * CLIENTS, `${messages} notifications`);
  await Promise.all(clients.map((client) => client.close()));
});
