// jsmodbus has 01 02 03 04 05 06 0F 10 and 2B/0E. It lacks 16 and 17, and has no
// way to send any other function: here the bare client sends those two, and
// jsmodbus reads back what they wrote.
import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import { ModbusClient } from "../testing/modbus_client.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";
import { WsClient } from "../testing/ws_client.ts";
import { type Functions, testWrites } from "../testing/write_suite.ts";

const ignore = !granted("read", "run", "env", "sys");

/** A connected client of jsmodbus. */
async function open(
  { hostname, port }: { hostname: string; port: number },
  unitId = 1,
) {
  const { Socket } = await import("node:net");
  const { ModbusTCPClient } = await import("jsmodbus");
  const socket = new Socket();
  const client = new ModbusTCPClient(socket, unitId);
  const connected = new Promise((resolve) => socket.once("connect", resolve));
  socket.connect(port, hostname);
  await connected;
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  return Object.assign(client, {
    [Symbol.asyncDispose]: () => {
      socket.end();
      return closed;
    },
  });
}

type Client = Awaited<ReturnType<typeof open>>;

async function readCoils(client: Client, address: number, quantity: number) {
  const { response } = await client.readCoils(address, quantity);
  // It pads the bits to whole bytes.
  return Array.from(response.body.valuesAsArray, Boolean).slice(0, quantity);
}

async function readHoldingRegisters(
  client: Client,
  address: number,
  quantity: number,
) {
  const { response } = await client.readHoldingRegisters(address, quantity);
  return Array.from(response.body.valuesAsArray);
}

Deno.test({
  name: "program: every write function, by jsmodbus",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    await using client = await open(program.modbusAddr);
    using bare = await ModbusClient.connect(program.modbusAddr);
    const functions: Functions = {
      ...functionsOf(bare),
      readCoils: (address, quantity) => readCoils(client, address, quantity),
      readHoldingRegisters: (address, quantity) =>
        readHoldingRegisters(client, address, quantity),
      writeSingleCoil: async (address, value) => {
        const { response } = await client.writeSingleCoil(address, value);
        assertEquals(response.body.address, address);
        assertEquals(Boolean(response.body.value), value);
      },
      writeSingleRegister: async (address, value) => {
        const { response } = await client.writeSingleRegister(address, value);
        assertEquals(response.body.address, address);
        assertEquals(response.body.value, value);
      },
      writeMultipleCoils: async (address, values) => {
        const { response } = await client.writeMultipleCoils(address, values);
        assertEquals(response.body.start, address);
        assertEquals(response.body.quantity, values.length);
      },
      writeMultipleRegisters: async (address, values) => {
        const { response } = await client
          .writeMultipleRegisters(address, values);
        assertEquals(response.body.start, address);
        assertEquals(response.body.quantity, values.length);
      },
    };
    // From 121 registers on it sends a PDU that is longer than its MBAP length
    // says: what it writes last is then taken for another ADU.
    await testWrites(t, program, functions, { write: 120 });
  },
});

Deno.test({
  name: "program: every other function, by jsmodbus",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    await using client = await open(program.modbusAddr);
    await using browser = await WsClient.open(program.wsUrl);
    const bits = Array.from({ length: 2000 }, (_, i) => i % 5 === 1);
    const words = Array.from({ length: 125 }, (_, i) => 65_535 - i * 300);

    await t.step("01 reads 2000 coils", async () => {
      await browser.ask({ type: "setCoils", address: 1, value: bits, id: 1 });
      assertEquals(await readCoils(client, 1, 2000), bits);
    });

    await t.step("02 reads 2000 discrete inputs", async () => {
      const set = { type: "setDiscreteInputs", address: 63_536, value: bits };
      await browser.ask({ ...set, id: 2 });
      const { response } = await client.readDiscreteInputs(63_536, 2000);
      const read = Array.from(response.body.valuesAsArray, Boolean);
      assertEquals(read, bits);
    });

    await t.step("03 reads 125 holding registers", async () => {
      const set = { type: "setHoldingRegisters", address: 1, value: words };
      await browser.ask({ ...set, id: 3 });
      assertEquals(await readHoldingRegisters(client, 1, 125), words);
    });

    await t.step("04 reads 125 input registers", async () => {
      const set = { type: "setInputRegisters", address: 65_411, value: words };
      await browser.ask({ ...set, id: 4 });
      const { response } = await client.readInputRegisters(65_411, 125);
      assertEquals(Array.from(response.body.valuesAsArray), words);
    });

    await t.step("0F and 10 from buffers", async () => {
      await client.writeMultipleCoils(80, Buffer.of(0b1010_0101, 0b11), 10);
      assertEquals(
        await readCoils(client, 80, 10),
        [1, 0, 1, 0, 0, 1, 0, 1, 1, 1].map(Boolean),
      );
      await client.writeMultipleRegisters(80, Buffer.of(0x12, 0x34, 0xff, 0));
      assertEquals(
        await readHoldingRegisters(client, 80, 2),
        [0x1234, 0xff00],
      );
      assertEquals((await browser.drain()).length, 2);
    });

    await t.step("2B/0E, all objects and one", async () => {
      const regular = await client.readDeviceIdentification(2, 0);
      const { conformityLevel, moreFollows, objects } = regular.response.body;
      assertEquals([conformityLevel, moreFollows], [0x82, 0]);
      assertEquals(objects.map(({ id }) => id), [0, 1, 2, 3, 4, 5, 6]);
      const one = await client.readDeviceIdentification(4, 0);
      assertEquals(
        one.response.body.objects.map(({ value }) => value.toString()),
        ["modbus-ws-adapter"],
      );
    });

    await t.step("requests that are not waited for", async () => {
      await Promise.all(
        words.map((value, i) => client.writeSingleRegister(300 + i, value)),
      );
      assertEquals(await readHoldingRegisters(client, 300, 125), words);
    });

    await t.step("another unit id", async () => {
      await using other = await open(program.modbusAddr, 255);
      assertEquals(await readHoldingRegisters(other, 300, 125), words);
    });
  },
});

Deno.test({
  name: "program: exceptions, by jsmodbus",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    await using client = await open(program.modbusAddr);
    await using browser = await WsClient.open(program.wsUrl);
    // It refuses quantities above the limits itself.
    const rows: [title: string, code: number, ask: () => Promise<unknown>][] = [
      ["01 of 0 coils", 3, () => client.readCoils(0, 0)],
      ["01 past the end", 2, () => client.readCoils(65_535, 2)],
      ["02 of 0 inputs", 3, () => client.readDiscreteInputs(0, 0)],
      ["02 past the end", 2, () => client.readDiscreteInputs(65_535, 2)],
      ["03 of 0 registers", 3, () => client.readHoldingRegisters(0, 0)],
      ["03 past the end", 2, () => client.readHoldingRegisters(65_412, 125)],
      ["04 of 0 registers", 3, () => client.readInputRegisters(0, 0)],
      ["04 past the end", 2, () => client.readInputRegisters(65_535, 2)],
      ["0F of 0 coils", 3, () => client.writeMultipleCoils(0, [])],
      [
        "0F of 1969 coils",
        3,
        () => client.writeMultipleCoils(0, new Array(1969).fill(true)),
      ],
      [
        "0F past the end",
        2,
        () => client.writeMultipleCoils(65_535, [true, true]),
      ],
      ["10 of 0 registers", 3, () => client.writeMultipleRegisters(0, [])],
      [
        "10 past the end",
        2,
        () => client.writeMultipleRegisters(65_535, [1, 2]),
      ],
      [
        "2B/0E, no such object",
        2,
        () => client.readDeviceIdentification(4, 0x80),
      ],
    ];
    for (const [title, code, ask] of rows) {
      await t.step(`${title}: ${code}`, async () => {
        // What it rejects with is not an Error.
        const reason = await ask().then(() => undefined, (reason) => reason);
        assertEquals(reason?.err, "ModbusException");
        assertEquals(reason.response.body.code, code);
      });
    }
    await t.step("none of these is told", async () => {
      assertEquals(await browser.drain(), []);
    });
    await t.step("none of these has written", async () => {
      const coils = await readCoils(client, 0, 2000);
      assertEquals(coils, new Array(2000).fill(false));
      const last = await readHoldingRegisters(client, 65_535, 1);
      assertEquals(last, [0]);
    });
  },
});
