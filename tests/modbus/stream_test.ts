import { assert, assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { Table, TABLE_SIZE } from "../../src/bank/tables.ts";
import { concat } from "../../src/bytes.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { adu } from "../testing/modbus_client.ts";
import { Random } from "../testing/random.ts";
import { StreamRig } from "../testing/request_stream.ts";
import { allVectors } from "../testing/vectors.ts";
import { NOBODY } from "../testing/writers.ts";

/** The requests of all vectors that leave a stream as it was. */
const REQUESTS = allVectors()
  .filter(({ violation, incomplete }) => !violation && !incomplete)
  .map(({ request }) => fromHex(request));

/** All of them in one. */
const ALL = concat(REQUESTS);

/** The responses when each request comes alone. */
function responsesOneByOne(): Uint8Array {
  const rig = new StreamRig();
  return concat(REQUESTS.map((request) => rig.feed(request)));
}

const ZEROS = new Uint8Array(TABLE_SIZE * 2);

/** A bank that can be used again, which is much faster than a new one. */
class CleanBank {
  readonly bank = Bank.create();
  readonly #reader = this.bank.reader();

  /** The bank, all cells 0 and its log empty. */
  clean(): Bank {
    for (const table of [Table.coils, Table.holdingRegisters] as const) {
      this.bank.write(table, 0, TABLE_SIZE, ZEROS, 0, NOBODY);
    }
    this.#reader.take(Infinity);
    return this.bank;
  }
}

/** Where two byte strings part, or undefined. */
function difference(a: Uint8Array, b: Uint8Array): number | undefined {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? undefined : at;
}

Deno.test({
  name:
    "RequestStream gives the same responses wherever its bytes are cut in two",
  permissions: "none",
  fn() {
    const expected = responsesOneByOne();
    const bank = new CleanBank();
    for (let cut = 0; cut <= ALL.length; cut++) {
      const rig = new StreamRig({ bank: bank.clean() });
      const responses = concat([
        rig.feed(ALL.subarray(0, cut)),
        rig.feed(ALL.subarray(cut)),
      ]);
      assertEquals(difference(responses, expected), undefined, `cut at ${cut}`);
      assert(!rig.stream.partial);
    }
  },
});

Deno.test({
  name: "RequestStream gives the same responses byte by byte",
  permissions: "none",
  fn() {
    const rig = new StreamRig();
    const responses = concat(
      Array.from(ALL, (_, at) => rig.feed(ALL.subarray(at, at + 1))),
    );
    assertEquals(difference(responses, responsesOneByOne()), undefined);
  },
});

Deno.test({
  name: "RequestStream gives the same responses in pieces of any length",
  permissions: "none",
  fn() {
    const expected = responsesOneByOne();
    const bank = new CleanBank();
    const random = new Random(11);
    for (let round = 0; round < 200; round++) {
      const rig = new StreamRig({ bank: bank.clean() });
      const most = random.pick([3, 50, 300, 3000]);
      const responses: Uint8Array[] = [];
      for (let at = 0; at < ALL.length;) {
        const length = random.between(1, most);
        responses.push(rig.feed(ALL.subarray(at, at + length)));
        at += length;
      }
      assertEquals(difference(concat(responses), expected), undefined);
    }
  },
});

/** Puts bytes into a stream without asking for the answers. */
function put({ stream }: StreamRig, bytes: Uint8Array): void {
  stream.space.set(bytes);
  stream.received(bytes.length);
}

/** The transaction ids of responses one after the other. */
function transactionIds(responses: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 0; at < responses.length;) {
    ids.push((responses[at]! << 8) | responses[at + 1]!);
    at += 6 + ((responses[at + 4]! << 8) | responses[at + 5]!);
    assert(at <= responses.length, "an ADU is cut");
  }
  return ids;
}

/** 0, 1, 2 … */
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

Deno.test({
  name:
    "RequestStream answers 100 requests in one segment at once and in order",
  permissions: "none",
  fn() {
    const rig = new StreamRig();
    const requests = upTo(100).map((id) => adu(fromHex("03 0000 0001"), id));
    put(rig, concat(requests));
    const responses = rig.stream.answer().slice();
    assertEquals(transactionIds(responses), upTo(100));
    assertEquals(rig.stream.answer().length, 0);
    assert(!rig.stream.partial);
    assertEquals(rig.counters.read().requests, 100);
  },
});

Deno.test({
  name: "RequestStream answers in parts what its output can't hold at once",
  permissions: "none",
  fn() {
    const rig = new StreamRig();
    // The largest responses to the smallest requests, as many as fit the input.
    const count = Math.floor(rig.stream.space.length / 12);
    const requests = upTo(count).map((id) => adu(fromHex("03 0000 007d"), id));
    put(rig, concat(requests));
    const ids: number[] = [];
    let parts = 0;
    for (;;) {
      const responses = rig.stream.answer();
      if (responses.length === 0) break;
      parts++;
      ids.push(...transactionIds(responses));
    }
    assertEquals(ids, upTo(count));
    assert(parts > 1);
    assert(!rig.stream.partial);
  },
});

Deno.test({
  name: "RequestStream.space always has room for a whole ADU",
  permissions: "none",
  fn() {
    const rig = new StreamRig();
    const random = new Random(3);
    const request = adu(fromHex(`08 0000 ${"a5".repeat(250)}`));
    for (let at = 0; at < 200_000;) {
      const { space } = rig.stream;
      assert(space.length >= 260, `only ${space.length} bytes`);
      const count = random.between(1, space.length);
      for (let i = 0; i < count; i++) {
        space[i] = request[(at + i) % request.length]!;
      }
      rig.stream.received(count);
      at += count;
      while (rig.stream.answer().length > 0);
      assertEquals(rig.stream.partial, at % request.length !== 0);
    }
  },
});

Deno.test({
  name: "RequestStream.violation is set at the first byte that shows it",
  permissions: "none",
  async fn(t) {
    const rows: [string, string, number, string][] = [
      ["protocol id, high byte", "0001 0100", 3, "protocol id"],
      ["protocol id, low byte", "0001 0001 0006", 4, "protocol id"],
      ["length 256", "0001 0000 0100 01", 5, "length"],
      ["length 65535", "0001 0000 ffff 01", 5, "length"],
      ["length 0", "0001 0000 0000 01", 6, "length"],
      ["length 1", "0001 0000 0001 01", 6, "length"],
      ["length 255", "0001 0000 00ff 01", 6, "length"],
    ];
    const good = adu(fromHex("06 0003 1234"), 0x4711);
    for (const [name, hex, at, violation] of rows) {
      const bytes = fromHex(hex);
      await t.step(`${name}, alone`, () => {
        const rig = new StreamRig();
        rig.feed(bytes.subarray(0, at - 1));
        assertEquals(rig.stream.violation, undefined);
        rig.feed(bytes.subarray(at - 1, at));
        assertEquals(rig.stream.violation, violation);
      });
      await t.step(`${name}, behind good requests that are answered`, () => {
        const rig = new StreamRig();
        const responses = rig.feed(concat([good, good, bytes]));
        assertEquals(toHex(responses), toHex(concat([good, good])));
        assertEquals(rig.stream.violation, violation);
        assertEquals(toHex(rig.stream.rest), toHex(bytes));
        const { requests, frameErrors } = rig.counters.read();
        assertEquals({ requests, frameErrors }, {
          requests: 2,
          frameErrors: 1,
        });
      });
    }
  },
});

Deno.test({
  name: "RequestStream counts a violation once, and answers nothing behind it",
  permissions: "none",
  fn() {
    const rig = new StreamRig();
    put(rig, concat([fromHex("dead beef"), adu(fromHex("06 0000 0001"))]));
    for (let i = 0; i < 3; i++) assertEquals(rig.stream.answer().length, 0);
    assertEquals(rig.counters.read().frameErrors, 1);
    assertEquals(rig.counters.read().requests, 0);
    assertEquals(rig.bank.seq, 0);
    assertEquals(toHex(rig.stream.rest), "de ad be ef 00 01 00 00");
  },
});

Deno.test({
  name:
    "RequestStream.partial is true between the first byte of a request and its last",
  permissions: "none",
  fn() {
    const rig = new StreamRig();
    const request = adu(fromHex("05 0000 ff00"));
    for (const at of upTo(request.length)) {
      assertEquals(rig.stream.partial, at > 0);
      rig.feed(request.subarray(at, at + 1));
    }
    assert(!rig.stream.partial);
  },
});

Deno.test({
  name:
    "RequestStream meets garbage with a response, an exception or a violation",
  permissions: "none",
  fn() {
    const random = new Random(2026);
    const bank = new CleanBank();
    const outcomes = new Set<string>();
    for (let round = 0; round < 4000; round++) {
      const rig = new StreamRig({ bank: bank.bank });
      for (let piece = 0; piece < 20; piece++) {
        rig.feed(garbage(random));
        if (rig.stream.violation !== undefined) break;
      }
      assertEquals(rig.faults, []);
      const counted = rig.counters.read();
      const { illegalFunction, illegalDataAddress, illegalDataValue } = counted;
      const exceptions = illegalFunction + illegalDataAddress +
        illegalDataValue;
      if (illegalFunction > 0) outcomes.add("01");
      if (illegalDataAddress > 0) outcomes.add("02");
      if (illegalDataValue > 0) outcomes.add("03");
      if (counted.requests > exceptions) outcomes.add("response");
      outcomes.add(rig.stream.violation ?? "none");
      assertEquals(counted.serverDeviceFailure, 0);
      assertEquals(
        counted.frameErrors,
        rig.stream.violation === undefined ? 0 : 1,
      );
    }
    // All outcomes that there are, or this test would have shown little.
    assertEquals(
      [...outcomes].sort(),
      ["01", "02", "03", "length", "none", "protocol id", "response"],
    );
  },
});

/** From mere noise to requests with a few wrong bits. */
function garbage(random: Random): Uint8Array {
  if (random.oneIn(20)) return random.bytes(random.between(1, 600));
  const bytes = random.pick(REQUESTS).slice();
  if (random.oneIn(2)) {
    // Noise for a PDU, framed as it should be.
    return adu(random.bytes(random.between(1, 253)), random.int(0x10000));
  }
  for (let flips = random.int(4); flips > 0; flips--) {
    bytes[random.int(bytes.length)]! ^= 1 << random.int(8);
  }
  return random.oneIn(20) ? bytes.subarray(random.int(4)) : bytes;
}
