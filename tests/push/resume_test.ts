import { assert, assertEquals } from "@std/assert";
import type { Config } from "../../src/config.ts";
import { startApp, type TestApp } from "../testing/app.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import { Following } from "./following.ts";

interface Rig {
  readonly app: TestApp;
  readonly following: Following;
  /** Writes a register. */
  write(address: number, value: number): Promise<unknown>;
}

function test(
  name: string,
  fn: (rig: Rig) => Promise<void>,
  config: Partial<Config> = {},
): void {
  Deno.test(name, async () => {
    await using app = await startApp(config);
    using client = await app.modbus();
    await using following = await Following.start(app);
    const { writeSingleRegister: write } = functionsOf(client);
    await fn({ app, following, write });
  });
}

const RANGES = [{ table: "holdingRegisters", address: 0, count: 4 }];

/** What a client had that was there for a while: epoch and number of the last change. */
async function former(
  { app, following, write }: Rig,
): Promise<{ epoch: string; seq: number }> {
  await using client = await following.client();
  const { epoch } = await client
    .ask({ type: "subscribe", ranges: RANGES, meta: true });
  await write(0, 1);
  const { seq } = await client.nextJson();
  assertEquals(seq, app.bank.seq);
  return { epoch, seq };
}

/** What a client gets that comes back. */
async function comeBack(
  { following }: Rig,
  resume: { epoch: string; seq: number },
  // deno-lint-ignore no-explicit-any
): Promise<any[]> {
  await using client = await following.client();
  client.send({ type: "subscribe", ranges: RANGES, meta: true, resume, id: 1 });
  const [texts] = await following.told(client);
  return texts!.map((text) => JSON.parse(text))
    // What it was told before it had said anything.
    .filter(({ type, seq }) => type === "subscribed" || seq !== undefined);
}

test("resume: just the changes that were missed, when they are kept", async (rig) => {
  const { epoch, seq } = await former(rig);
  await rig.write(0, 2);
  await rig.write(9, 9); // not wanted
  await rig.write(3, 4);
  const [answer, ...changes] = await comeBack(rig, { epoch, seq });
  assertEquals(answer, {
    ...{ type: "subscribed", epoch, seq, resumed: true, id: 1 },
  });
  assertEquals(
    changes.map(({ seq, address, value, source, resync }) => ({
      ...{ seq, address, value, source, resync },
    })),
    [
      { seq: seq + 1, address: 0, value: [2] },
      { seq: seq + 3, address: 3, value: [4] },
    ].map((one) => ({ ...one, source: "modbus", resync: undefined })),
  );
});

test("resume: nothing, when nothing was missed", async (rig) => {
  const { epoch, seq } = await former(rig);
  const said = await comeBack(rig, { epoch, seq });
  assertEquals(said, [
    { type: "subscribed", epoch, seq, resumed: true, id: 1 },
  ]);
});

/** What makes it impossible to go on, and where the client says it was. */
const LOST: readonly (readonly [
  name: string,
  history: number,
  point: (known: { epoch: string; seq: number }) => typeof known,
])[] = [
  ["too much was written since", 500, (known) => known],
  ["nothing is kept", 0, (known) => known],
  [
    "the program was started anew",
    1 << 20,
    ({ seq }) => ({ epoch: crypto.randomUUID(), seq }),
  ],
  [
    "that number is not written yet",
    1 << 20,
    ({ epoch, seq }) => ({ epoch, seq: seq + 1000 }),
  ],
];

for (const [name, history, point] of LOST) {
  test(`resume: current values, marked, when ${name}`, async (rig) => {
    const known = await former(rig);
    for (let i = 0; i < 50; i++) await rig.write(i % 4, 100 + i);
    const { seq } = rig.app.bank;
    const [answer, ...values] = await comeBack(rig, point(known));
    const { epoch } = known;
    const base = { type: "subscribed", epoch, resumed: false };
    assertEquals(answer, { ...base, seq: answer.seq, more: true, id: 1 });
    assert(answer.seq <= seq, "It may not be ahead of what was written");
    assertEquals(values.length, 1);
    const [{ type, address, value, source, resync, more }] = values;
    assertEquals([type, address], ["setHoldingRegisters", 0]);
    assertEquals(value, [148, 149, 146, 147]);
    assertEquals([values[0].seq, source], [seq, "bank"]);
    assertEquals([resync, more], [true, undefined]);
  }, { history });
}

test(
  "resume: changes that are kept are enough for all, for the last ones",
  async (rig) => {
    const { epoch } = await former(rig);
    for (let i = 0; i < 100; i++) await rig.write(i % 4, i);
    const { seq } = rig.app.bank;
    let last = 0;
    for (let missed = 1; missed <= 100; missed++) {
      const point = { epoch, seq: seq - missed };
      const [answer, ...changes] = await comeBack(rig, point);
      if (!answer.resumed) break;
      last = missed;
      // The marks of this test are written too, but not wanted.
      const seqs = changes.map(({ seq }) => seq);
      const all = Array.from(
        { length: missed },
        (_, i) => seq - missed + 1 + i,
      );
      assertEquals(seqs, all);
    }
    // 32 KiB are some 50 changes, and fewer since each round writes a mark.
    assert(last >= 15 && last < 100, `${last} changes are kept`);
  },
  { history: 32_768 },
);
