import { assert, assertEquals } from "@std/assert";
import type { Bank } from "../../src/bank/bank.ts";
import { BankModel } from "../bank/model.ts";
import { startApp } from "../testing/app.ts";
import { granted } from "../testing/permissions.ts";
import { PROTOCOL } from "../testing/schema.ts";
import { within } from "../testing/within.ts";
import type { WsClient } from "../testing/ws_client.ts";
import { Load } from "./load.ts";
import { apply, assertSameAsBank, Replica } from "./replica.ts";

/** Cells of each table that are written. */
const CELLS = 400;

const RANGES = ["coils", "holdingRegisters"]
  .map((table) => ({ table, address: 0, count: CELLS }));

/** Writes of each of the two writers: about a second's. */
const WRITES = 15_000;

/** What the clients ask for, and how many messages they take between two snapshots. */
const WANTED: readonly (readonly [
  how: Readonly<Record<string, unknown>>,
  between: number,
])[] = [
  [{}, 20],
  [{ ranges: RANGES }, 30],
  [{ ranges: RANGES, batch: true }, 3],
];

/**
 * A client that asks for a snapshot again and again, on one connection. What
 * comes is looked at later: that takes longer than to write it.
 */
class Asking {
  readonly #client: WsClient;
  readonly #texts: string[] = [];

  constructor(client: WsClient) {
    this.#client = client;
  }

  /** How often it has asked. */
  asked = 0;

  /** Asks until the writers are done. */
  async ask(
    how: Readonly<Record<string, unknown>>,
    between: number,
    done: () => boolean,
  ): Promise<void> {
    while (!done()) {
      const options = { meta: true, snapshot: true };
      this.#client.send({ type: "subscribe", ...options, ...how });
      this.asked++;
      while (!(await this.#next()).startsWith('{"type":"subscribed"'));
      for (let n = 0; n < between && !done(); n++) await this.#next();
    }
  }

  /** Looks at everything that came, up to the last write. */
  async finish(bank: Bank): Promise<Replica> {
    const replica = new Replica();
    replica.startOver();
    for (const text of this.#texts) {
      if (text.startsWith('{"type":"subscribed"')) replica.startOver();
      replica.receive(text);
    }
    while (replica.seq !== bank.seq) replica.receive(await this.#next());
    await this.#client.close();
    return replica;
  }

  async #next(): Promise<string> {
    const text = await within(this.#client.next(), "a message");
    this.#texts.push(text);
    return text;
  }
}

/** Room for everything: each client gets each change, however busy the machine is. */
const ROOM = 1 << 28;

const QUEUES = [["at once", ROOM], ["in many parts", 1 << 17]] as const;

for (const [name, clientQueue] of QUEUES) {
  Deno.test({
    name: `snapshots ${name} while Modbus writes as fast as it can`,
    ignore: !granted("read"),
    fn: () => askUnderLoad(clientQueue),
  });
}

/** No change is lost, and none comes twice. */
async function askUnderLoad(clientQueue: number): Promise<void> {
  await using app = await startApp({ clientQueue }, { worker: true });
  const job = { cells: CELLS, writes: WRITES };
  using one = await Load.start(app.modbusAddr, { ...job, seed: 1 });
  using two = await Load.start(app.modbusAddr, { ...job, seed: 2 });
  const done = () => one.answered + two.answered === 2 * WRITES;
  const clients: Asking[] = [];
  for (const _ of WANTED) clients.push(new Asking(await app.browser()));
  // Without `meta` nothing says where a snapshot ends: it must be right all the same.
  const plain = await app.browser({}, PROTOCOL);
  const subscribe = { type: "subscribe", ranges: RANGES, snapshot: true };

  one.go();
  two.go();
  const asking = clients
    .map((client, i) => client.ask(...WANTED[i]!, done));
  while (!done()) {
    await plain.drain();
    plain.send(subscribe);
  }
  await Promise.all(asking);
  assertEquals([one.wrong, two.wrong], [0, 0]);

  for (const client of clients) {
    assert(client.asked > 1, `${client.asked} snapshots`);
    const replica = await client.finish(app.bank);
    assertSameAsBank(replica.cells, app.bank);
    if (clientQueue === ROOM && app.bank.overflows === 0) {
      assertEquals(replica.jumps, 0);
    }
  }
  const cells = new BankModel();
  for (const text of await plain.drain()) {
    const message = JSON.parse(text);
    if (message.type !== "subscribed") apply(cells, message);
  }
  await plain.close();
  assertSameAsBank(cells, app.bank);
}
