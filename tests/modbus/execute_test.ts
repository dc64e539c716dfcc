import { assert, assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { ANY_UNIT } from "../../src/bank/units.ts";
import { Origin, type Writer } from "../../src/bank/change.ts";
import { Executor } from "../../src/modbus/execute.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { testService } from "../testing/modbus_service.ts";
import { Random } from "../testing/random.ts";

/** Where requests and responses lie in these tests, and how much room there is. */
const FROM = 11;
const TO = 23;
const ROOM = 300;

class Rig {
  readonly faults: unknown[] = [];
  readonly input = new Uint8Array(FROM + ROOM);
  readonly output = new Uint8Array(TO + ROOM).fill(0xee);
  readonly writer: Writer = {
    origin: Origin.modbus,
    connection: 1,
    unitId: 99,
  };
  readonly executor: Executor;

  constructor(bank: Bank = Bank.create()) {
    this.executor = new Executor(
      testService({ bank }),
      this.writer,
      this.input,
      this.output,
      (error) => this.faults.push(error),
    );
  }

  /** Executes an ADU; checks that nothing is written around the response. */
  execute(adu: Uint8Array): Uint8Array {
    this.output.fill(0xee);
    this.input.set(adu, FROM);
    const length = this.executor.execute(FROM, FROM + adu.length, TO);
    assert(this.output.subarray(0, TO).every((byte) => byte === 0xee));
    assert(
      this.output.subarray(TO + 260).every((byte) => byte === 0xee),
      "written behind the largest ADU",
    );
    return this.output.slice(TO, TO + length);
  }
}

/** The functions that the design names. */
const KNOWN = [1, 2, 3, 4, 5, 6, 8, 15, 16, 17, 22, 23, 43];

Deno.test({
  name:
    "Executor.execute() answers every function code, the unknown ones with 01",
  permissions: "none",
  fn() {
    const rig = new Rig();
    for (let code = 0; code <= 0xff; code++) {
      const response = rig.execute(
        Uint8Array.of(0x12, 0x34, 0, 0, 0, 2, 9, code),
      );
      // Without data all but one of the known functions are incomplete.
      const exception = KNOWN.includes(code) ? 3 : 1;
      if (code === 17) {
        assertEquals(toHex(response.subarray(6, 8)), "09 11");
        assertEquals(rig.executor.exceptionCode, 0);
        continue;
      }
      const flagged = (code | 0x80).toString(16);
      assertEquals(
        toHex(response),
        `12 34 00 00 00 03 09 ${flagged} 0${exception}`,
      );
      assertEquals(rig.executor.exceptionCode, exception);
    }
    assertEquals(rig.faults, []);
  },
});

Deno.test({
  name:
    "Executor.execute() sends transaction id and unit id back, and tells the bank the unit",
  permissions: "none",
  fn() {
    const rig = new Rig();
    for (
      const [id, unit] of [["0000", 0], ["ffff", 255], ["00ff", 1]] as const
    ) {
      const header = `${id} 0000 0006 ${unit.toString(16).padStart(2, "0")}`;
      const adu = fromHex(`${header} 06 0001 0003`);
      assertEquals(toHex(rig.execute(adu)), toHex(adu));
      assertEquals(rig.writer.unitId, unit);
    }
  },
});

Deno.test({
  name:
    "Executor.execute() answers a fault in the program with 04 and tells of it",
  permissions: "none",
  async fn(t) {
    const fault = new Error("a fault");
    const fail = () => {
      throw fault;
    };
    const broken = {
      ...{ read: fail, write: fail, maskWrite: fail, writeAndRead: fail },
      units: ANY_UNIT,
    } as unknown as Bank;
    const rows = [
      ...["01 0000 0001", "02 0000 0001", "03 0000 0001", "04 0000 0001"],
      ...["05 0000 ff00", "06 0000 0001", "0f 0000 0001 01 01"],
      ...["10 0000 0001 02 0001", "16 0000 0000 0000"],
      "17 0000 0001 0000 0001 02 0001",
    ];
    for (const pdu of rows) {
      await t.step(pdu, () => {
        const rig = new Rig(broken);
        const bytes = fromHex(pdu);
        const head = Uint8Array.of(0, 7, 0, 0, 0, bytes.length + 1, 3);
        const response = rig.execute(Uint8Array.of(...head, ...bytes));
        const flagged = toHex(Uint8Array.of(bytes[0]! | 0x80));
        assertEquals(toHex(response), `00 07 00 00 00 03 03 ${flagged} 04`);
        assertEquals(rig.executor.exceptionCode, 4);
        assertEquals(rig.faults, [fault]);
      });
    }
  },
});

Deno.test({
  name: "Executor.execute() answers any PDU with a response or an exception",
  permissions: "none",
  fn() {
    const random = new Random(4);
    const rig = new Rig();
    const seen = new Map<number, number>();
    for (let i = 0; i < 20_000; i++) {
      const pdu = random.bytes(random.between(1, random.pick([8, 24, 253])));
      if (!random.oneIn(10)) pdu[0] = random.pick(KNOWN);
      // Often right in form: high bytes of 0, some at the end of the table.
      if (random.oneIn(2)) {
        for (let at = 1; at < pdu.length; at += 2) pdu[at] = 0;
        if (random.oneIn(4) && pdu.length > 2) pdu.fill(0xff, 1, 3);
      }
      const length = pdu.length + 1;
      const id = [i & 0x7f, random.int(256)];
      const response = rig.execute(
        Uint8Array.of(...id, 0, 0, length >> 8, length & 0xff, 5, ...pdu),
      );
      const { exceptionCode } = rig.executor;
      seen.set(exceptionCode, (seen.get(exceptionCode) ?? 0) + 1);
      assertEquals([response[0], response[1]], id);
      assertEquals((response[4]! << 8) | response[5]!, response.length - 6);
      assert(response.length <= 260);
      if (exceptionCode === 0) assertEquals(response[7], pdu[0]);
      else {
        assertEquals(
          toHex(response.subarray(7)),
          toHex(Uint8Array.of(pdu[0]! | 0x80, exceptionCode)),
        );
      }
    }
    assertEquals(rig.faults, []);
    assertEquals([...seen.keys()].sort(), [0, 1, 2, 3]);
  },
});
