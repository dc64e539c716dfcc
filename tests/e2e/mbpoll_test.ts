// mbpoll has 01 02 03 04 05 06 0F 10. It lacks 16, 17 and all others, and has no
// way to send them: here the bare client sends those two, and mbpoll reads back
// what they wrote.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ModbusClient } from "../testing/modbus_client.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";
import { Witness } from "../testing/mark.ts";
import { type Functions, testWrites } from "../testing/write_suite.ts";
import { WsClient } from "../testing/ws_client.ts";

const ignore = !granted("read", "run") || !hasMbpoll();

function hasMbpoll(): boolean {
  try {
    return new Deno.Command("mbpoll", { args: ["-V"] }).outputSync().success;
  } catch {
    return false;
  }
}

/** Most values that it reads at once. */
const MOST_READ = 125;

type Addr = { hostname: string; port: number };

/** What mbpoll calls the tables. */
const TYPE = { coils: 0, discreteInputs: 1, inputs: 3, holding: 4 } as const;

/** Runs mbpoll once, with zero-based addresses; with values, it writes them. */
async function mbpoll(
  { hostname, port }: Addr,
  options: readonly (string | number)[],
  values: readonly (string | number)[] = [],
): Promise<{ code: number; out: string; error: string }> {
  const common = ["-m", "tcp", "-p", port, "-0", "-1"];
  const { code, stdout, stderr } = await new Deno.Command("mbpoll", {
    args: [...common, ...options, hostname, "--", ...values].map(String),
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), error: decode(stderr) };
}

async function read(
  addr: Addr,
  type: string | number,
  address: number,
  quantity: number,
): Promise<number[]> {
  const values: number[] = [];
  while (values.length < quantity) {
    const count = Math.min(quantity - values.length, MOST_READ);
    const options = ["-t", type, "-r", address + values.length, "-c", count];
    const { code, out, error } = await mbpoll(addr, options);
    assertEquals(code, 0, error);
    // "[3]: 1", or for a register above 32,767 "[3]: 65535 (-1)"
    for (const [, at, value] of out.matchAll(/^\[(\d+)\]:\s+(\d+)/gm)) {
      assertEquals(Number(at), address + values.length);
      values.push(Number(value));
    }
  }
  return values;
}

async function readBits(
  addr: Addr,
  type: number,
  address: number,
  quantity: number,
): Promise<boolean[]> {
  return (await read(addr, type, address, quantity)).map(Boolean);
}

async function write(
  addr: Addr,
  type: string | number,
  address: number,
  values: readonly (string | number | boolean)[],
): Promise<void> {
  const options = ["-t", type, "-r", address];
  const { code, out, error } = await mbpoll(addr, options, values.map(toValue));
  assertEquals(code, 0, error);
  assertStringIncludes(out, `Written ${values.length} references.`);
}

function toValue(value: string | number | boolean): string | number {
  return typeof value === "boolean" ? Number(value) : value;
}

Deno.test({
  name: "program: every write function, by mbpoll",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    const addr = program.modbusAddr;
    using bare = await ModbusClient.connect(addr);
    const functions: Functions = {
      ...functionsOf(bare),
      readCoils: (at, quantity) => readBits(addr, TYPE.coils, at, quantity),
      readHoldingRegisters: (at, quantity) =>
        read(addr, TYPE.holding, at, quantity),
      // Of one value it makes 05 or 06.
      writeSingleCoil: (at, value) => write(addr, TYPE.coils, at, [value]),
      writeSingleRegister: (at, value) =>
        write(addr, TYPE.holding, at, [value]),
      writeMultipleCoils: (at, values) => write(addr, TYPE.coils, at, values),
      writeMultipleRegisters: (at, values) =>
        write(addr, TYPE.holding, at, values),
    };
    await testWrites(t, program, functions);
  },
});

Deno.test({
  name: "program: mbpoll reads what a browser has set",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    await using browser = await WsClient.open(program.wsUrl);
    const bits = Array.from({ length: 125 }, (_, i) => i % 3 === 1);
    const words = Array.from({ length: 125 }, (_, i) => 65_535 - i * 300);
    const rows = [
      ["setCoils", TYPE.coils, bits],
      ["setDiscreteInputs", TYPE.discreteInputs, bits],
      ["setInputRegisters", TYPE.inputs, words],
      ["setHoldingRegisters", TYPE.holding, words],
    ] as const;
    for (const [type, table, value] of rows) {
      for (const address of [0, 7, 65_411]) {
        await t.step(`${type} at ${address}`, async () => {
          const ok = await browser.ask({ type, address, value, id: address });
          assertEquals(ok, { type: "ok", id: address });
          const found = await read(program.modbusAddr, table, address, 125);
          assertEquals(found, value.map(Number));
        });
      }
    }
  },
});

Deno.test({
  name: "program: the examples of the original's README, by mbpoll",
  ignore,
  async fn() {
    await using program = await Program.serving();
    await using witness = await Witness.join(program);
    await write(program.modbusAddr, TYPE.coils, 3, [1, 0, 1]);
    assertEquals(await witness.told(), [
      '{"type":"setCoils","address":3,"value":[true,false,true]}',
    ]);
    await using browser = await WsClient.open(program.wsUrl);
    browser.send(
      '{"type":"setDiscteteInputs", "address": 2, "value": [true, true]}',
    );
    assertEquals(await browser.drain(), []);
    const inputs = await read(program.modbusAddr, TYPE.discreteInputs, 0, 6);
    assertEquals(inputs, [0, 0, 1, 1, 0, 0]);
    assertEquals(await witness.told(), [
      '{"type":"setDiscreteInputs","address":2,"value":[true,true]}',
    ]);
  },
});

Deno.test({
  name: "program: 32-bit values and floats, by mbpoll",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    await using witness = await Witness.join(program);
    const addr = program.modbusAddr;
    // Big-endian words first (-B) or last; IEEE 754: 1.5 is 3FC00000 hex.
    const rows = [
      [["-t", "4:int", "-B"], "-2", [0xffff, 0xfffe]],
      [["-t", "4:int"], "65537", [1, 1]],
      [["-t", "4:float", "-B"], "1.5", [0x3fc0, 0]],
      [["-t", "4:float"], "1.5", [0, 0x3fc0]],
    ] as const;
    for (const [options, text, value] of rows) {
      await t.step(`${options.join(" ")} ${text}`, async () => {
        const wrote = await mbpoll(addr, [...options, "-r", 10], [text]);
        assertEquals(wrote.code, 0, wrote.error);
        const type = "setHoldingRegisters";
        assertEquals(
          await witness.told(),
          [JSON.stringify({ type, address: 10, value })],
        );
        const { out } = await mbpoll(addr, [...options, "-r", 10]);
        assertMatch(out, new RegExp(`^\\[10\\]:\\s+${text}$`, "m"));
      });
    }
  },
});

Deno.test({
  name: "program: exceptions and unit ids, by mbpoll",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    const addr = program.modbusAddr;
    await using witness = await Witness.join(program);
    const rows: [string, string[], string[]][] = [
      ["01 past the end", ["-t0", "-r65535", "-c2"], []],
      ["02 past the end", ["-t1", "-r65535", "-c2"], []],
      ["03 past the end", ["-t4", "-r65535", "-c2"], []],
      ["04 past the end", ["-t3", "-r65535", "-c2"], []],
      ["0F past the end", ["-t0", "-r65535"], ["1", "1"]],
      ["10 past the end", ["-t4", "-r65535"], ["1", "1"]],
    ];
    for (const [title, options, values] of rows) {
      await t.step(`${title}: 2`, async () => {
        const { code, error } = await mbpoll(addr, options, values);
        assertEquals(code, 1);
        assertStringIncludes(error, "failed: Illegal data address");
      });
    }
    await t.step("nothing is told", async () => {
      assertEquals(await witness.told(), []);
    });
    await t.step("unit ids 0 to 255", async () => {
      await write(addr, TYPE.holding, 5, [1234]);
      const units = "0:255";
      const { code, out, error } = await mbpoll(addr, ["-a", units, "-r", 5]);
      assertEquals(code, 0, error);
      assertEquals(out.match(/^\[5\]:\s+1234$/gm)?.length, 256);
    });
  },
});
