import { assert, assertEquals, assertMatch } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { toldTo, Witness } from "../testing/mark.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";
import {
  ACCEPT,
  type ExtraHeaders,
  RawWebSocket,
} from "../testing/raw_web_socket.ts";
import { WsClient } from "../testing/ws_client.ts";

const ignore = !granted("read", "run");

/** Every type that writes, the name under which it is told, and what reads it back. */
const WRITES = [
  ["setCoils", "setCoils", "readCoils"],
  ["setCoil", "setCoils", "readCoils"],
  ["setDiscreteInputs", "setDiscreteInputs", "readDiscreteInputs"],
  ["setDiscreteInput", "setDiscreteInputs", "readDiscreteInputs"],
  ["setDiscteteInputs", "setDiscreteInputs", "readDiscreteInputs"],
  ["setInputRegisters", "setInputRegisters", "readInputRegisters"],
  ["setInputRegister", "setInputRegisters", "readInputRegisters"],
  ["setHoldingRegisters", "setHoldingRegisters", "readHoldingRegisters"],
  ["setHoldingRegister", "setHoldingRegisters", "readHoldingRegisters"],
] as const;

/** As they are sent, as they are told and read. */
const BITS = [
  [[true], [true]],
  [[false], [false]],
  [[1, 0, true, false, 1, 1, 0, 0, 1, 0], [
    ...[true, false, true, false, true, true, false, false, true, false],
  ]],
] as const;
const REGISTERS = [
  [[65_535], [65_535]],
  [[0], [0]],
  [[-1, -32_768, 32_767, 258], [65_535, 32_768, 32_767, 258]],
] as const;

Deno.test({
  name: "program: every WebSocket write, read back over Modbus",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    await using writer = await WsClient.open(program.wsUrl);
    await using other = await WsClient.open(program.wsUrl);
    using plc = await ModbusClient.connect(program.modbusAddr);
    const functions = functionsOf(plc);
    for (const [type, proper, read] of WRITES) {
      for (const [value, plain] of type.includes("Reg") ? REGISTERS : BITS) {
        const { length } = value;
        for (const address of [0, 1, 7, 8, 65_536 - length]) {
          await t.step(`${type} at ${address}: ${value}`, async () => {
            const ok = await writer.ask({ type, address, value, id: 1 });
            assertEquals(ok, { type: "ok", id: 1 });
            const told = JSON.stringify({
              ...{ type: proper, address, value: plain },
            });
            const [own, others] = await toldTo(plc, writer, other);
            assertEquals(own, [], "a writer gets no echo");
            assertEquals(others, [told]);
            const found: unknown[] = await functions[read](address, length);
            assertEquals(found, [...plain]);
          });
        }
      }
    }
  },
});

Deno.test({
  name: "program: whole tables in one WebSocket message",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    await using writer = await WsClient.open(program.wsUrl);
    await using witness = await Witness.join(program);
    using plc = await ModbusClient.connect(program.modbusAddr);
    const functions = functionsOf(plc);
    const cells = Array.from({ length: 65_536 }, (_, i) => i);
    const bits = cells.map((i) => (i * i) % 7 === 2);
    const registers = cells.map((i) => (i * 40_503) & 0xffff);
    const rows = [
      ["setCoils", "readCoils", bits, 2000],
      ["setDiscreteInputs", "readDiscreteInputs", bits, 2000],
      ["setInputRegisters", "readInputRegisters", registers, 125],
      ["setHoldingRegisters", "readHoldingRegisters", registers, 125],
    ] as const;
    for (const [type, read, value, most] of rows) {
      await t.step(type, async () => {
        const message = { type, address: 0, value };
        const ok = await writer.ask({ ...message, id: "all" });
        assertEquals(ok, { type: "ok", id: "all" });
        const found: unknown[] = [];
        while (found.length < value.length) {
          const left = value.length - found.length;
          const part = functions[read](found.length, Math.min(left, most));
          found.push(...await part);
        }
        assertEquals(found, value);
        assertEquals(await witness.told(), [JSON.stringify(message)]);
        await writer.drain();
      });
    }
  },
});

Deno.test({
  name: "program: the examples of the original's README, to the byte",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    await using silent = await WsClient.open(program.wsUrl);
    using plc = await ModbusClient.connect(program.modbusAddr);

    await t.step("a Modbus write, told to one who is silent", async () => {
      const written = await plc.request(fromHex("0f 0003 0003 01 05"));
      assertEquals(toHex(written), "0f 00 03 00 03");
      assertEquals(await toldTo(plc, silent), [
        ['{"type":"setCoils","address":3,"value":[true,false,true]}'],
      ]);
    });

    await t.step("a browser's write, no answer, no echo", async () => {
      await using browser = await WsClient.open(program.wsUrl);
      // The misspelling stands there.
      browser.send(
        '{"type":"setDiscteteInputs", "address": 2, "value": [true, true]}',
      );
      assertEquals(await browser.drain(), []);
      assertEquals(await toldTo(plc, browser, silent), [
        [],
        ['{"type":"setDiscreteInputs","address":2,"value":[true,true]}'],
      ]);
      const read = await plc.request(fromHex("02 0000 0008"));
      assertEquals(toHex(read), "02 01 0c");
    });
  },
});

Deno.test({
  name: "program: a client is told of all that is written after its handshake",
  ignore,
  async fn() {
    await using program = await Program.serving();
    using plc = await ModbusClient.connect(program.modbusAddr);
    for (let i = 0; i < 100; i++) {
      using client = await RawWebSocket.open(program.wsUrl);
      await plc.request(Uint8Array.of(6, 0, 9, 0, i));
      // An answer: from here on it is in, whether it was at the write or not.
      await client.send('{"type":"ping"}');
      const told: string[] = [];
      while (told.at(-1) !== '{"type":"pong"}') told.push(await client.next());
      told.pop();
      told.push(...(await toldTo(plc, client))[0]!);
      assertEquals(told, [
        `{"type":"setHoldingRegisters","address":9,"value":[${i}]}`,
      ]);
    }
  },
});

Deno.test({
  name: "program: what a WebSocket client can ask",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    await using client = await WsClient.open(program.wsUrl);
    using plc = await ModbusClient.connect(program.modbusAddr);
    await plc.request(fromHex("10 0008 0002 04 1234 ffff"));
    await plc.request(fromHex("0f 0008 0003 01 05"));
    await client.drain();
    const rows: [sent: string, answer: string][] = [
      [
        '{"type":"getHoldingRegisters","address":8,"count":2,"id":7}',
        '{"type":"holdingRegisters","address":8,"value":[4660,65535],"id":7}',
      ],
      [
        '{"type":"getCoils","address":7,"count":4}',
        '{"type":"coils","address":7,"value":[false,true,false,true]}',
      ],
      [
        '{"type":"getDiscreteInputs","address":65535,"count":1,"id":"x"}',
        '{"type":"discreteInputs","address":65535,"value":[false],"id":"x"}',
      ],
      [
        '{"type":"getInputRegisters","address":0,"count":1}',
        '{"type":"inputRegisters","address":0,"value":[0]}',
      ],
      ['{"type":"ping"}', '{"type":"pong"}'],
      ['{"type":"ping","id":-1.5}', '{"type":"pong","id":-1.5}'],
      [
        '{"type":"setCoils","address":0,"value":[1],"unit":255,"id":1}',
        '{"type":"ok","id":1}',
      ],
    ];
    for (const [sent, answer] of rows) {
      await t.step(sent, async () => {
        client.send(sent);
        assertEquals(await client.next(), answer);
      });
    }
  },
});

Deno.test({
  name: "program: errors are answered, change nothing, and end nothing",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    await using client = await WsClient.open(program.wsUrl);
    await using witness = await Witness.join(program);
    using plc = await ModbusClient.connect(program.modbusAddr);
    const coils = { type: "setCoils", address: 0, value: [true] };
    const registers = { type: "setHoldingRegisters", address: 0, value: [1] };
    const rows: [code: string, sent: unknown][] = [
      ["invalid_json", "{"],
      ["invalid_json", ""],
      ["invalid_message", "[]"],
      ["invalid_message", "null"],
      ["invalid_message", {}],
      ["invalid_message", { ...coils, type: 5 }],
      ["unknown_type", { ...coils, type: "setcoils" }],
      ["unknown_type", { ...coils, type: "__proto__" }],
      ["invalid_id", { ...coils, id: {} }],
      ["invalid_unit", { ...coils, unit: 256 }],
      ["invalid_address", { ...coils, address: "0" }],
      ["invalid_address", { ...coils, address: 0.5 }],
      ["invalid_address", { ...coils, address: undefined }],
      ["address_out_of_range", { ...coils, address: -1 }],
      ["address_out_of_range", { ...coils, address: 65_536 }],
      ["address_out_of_range", {
        ...coils,
        ...{ address: 65_535, value: [true, true] },
      }],
      ["invalid_value", { ...coils, value: true }],
      ["invalid_value", { ...coils, value: [] }],
      ["invalid_value", { ...coils, value: [true, "true"] }],
      ["invalid_value", { ...coils, value: [true, 2] }],
      ["invalid_value", { ...coils, value: [true, null] }],
      ["invalid_value", { ...coils, value: new Array(65_537).fill(true) }],
      ["invalid_value", { ...registers, value: [1, 65_536] }],
      ["invalid_value", { ...registers, value: [1, -32_769] }],
      ["invalid_value", { ...registers, value: [1, 1.5] }],
      ["invalid_value", { ...registers, value: [1, true] }],
      ["invalid_count", { type: "getCoils", address: 0 }],
      ["invalid_count", { type: "getCoils", address: 0, count: 65_537 }],
      ["address_out_of_range", { type: "getCoils", address: 65_535, count: 2 }],
    ];
    for (const [code, sent] of rows) {
      await t.step(
        `${code}: ${JSON.stringify(sent).slice(0, 70)}`,
        async () => {
          const { type, code: found, message } = await client.ask(sent);
          assertEquals([type, found], ["error", code]);
          assertMatch(message, /^.{10,200}$/);
          assertEquals(await client.drain(), [], "one answer, and it lives");
        },
      );
    }
    await t.step("the id comes back", async () => {
      const { id } = await client.ask({ ...coils, value: 1, id: "my-7" });
      assertEquals(id, "my-7");
    });
    await t.step("a binary message is refused", async () => {
      client.sendBytes(new TextEncoder().encode(JSON.stringify(coils)));
      const { type, code } = await client.nextJson();
      assertEquals([type, code], ["error", "invalid_message"]);
      assertEquals(await client.drain(), []);
    });
    await t.step("nothing was written, nobody was told", async () => {
      assertEquals(await witness.told(), []);
      const bits = await plc.request(fromHex("01 0000 0008"));
      assertEquals(toHex(bits), "01 01 00");
      const words = await plc.request(fromHex("03 0000 0001"));
      assertEquals(toHex(words), "03 02 00 00");
    });
    await t.step("the connection still works", async () => {
      await client.drain();
      assertEquals(
        await client.ask({ ...coils, id: 1 }),
        { type: "ok", id: 1 },
      );
      const bits = await plc.request(fromHex("01 0000 0008"));
      assertEquals(toHex(bits), "01 01 01");
    });
  },
});

Deno.test({
  name: "program: which pages may connect",
  ignore,
  async fn(t) {
    const named = ["--allow-origin=https://hmi.example:8443"];
    const rows: [args: string[], origin: string | undefined, status: number][] =
      [
        [[], undefined, 101],
        [[], "http://SELF", 101],
        [[], "http://localhost:5173", 101],
        [[], "https://127.0.0.1", 101],
        [[], "http://[::1]:3000", 101],
        [[], "https://evil.example", 403],
        [[], "http://localhost.evil.example", 403],
        [[], "http://127.0.0.1.evil.example", 403],
        [[], "http://192.0.2.1", 403],
        [[], "null", 403],
        [[], "not an origin", 403],
        [named, "https://hmi.example:8443", 101],
        [named, "https://hmi.example", 403],
        [named, "http://hmi.example:8443", 403],
        [
          [...named, "--allow-origin=http://b.example"],
          "http://b.example",
          101,
        ],
        [["--allow-origin=*"], "https://evil.example", 101],
        [["--allow-origin=null"], "null", 101],
      ];
    for (const args of new Set(rows.map(([args]) => args.join(" ")))) {
      await using program = await Program.serving(
        args.split(" ").filter(Boolean),
      );
      const host = new URL(program.wsUrl).host;
      for (
        const [, pattern, status] of rows.filter(([a]) => a.join(" ") === args)
      ) {
        const origin = pattern?.replace("SELF", host);
        await t.step(`${args} ${origin}: ${status}`, async () => {
          const headers = origin === undefined ? {} : { Origin: origin };
          using client = await RawWebSocket.open(program.wsUrl, headers);
          assertEquals(client.status, status);
          if (status === 101) {
            const accept = client.headers.get("sec-websocket-accept");
            assertEquals(accept, ACCEPT);
            await client.send('{"type":"ping"}');
            assertEquals(await client.next(), '{"type":"pong"}');
            return;
          }
          const type = client.headers.get("content-type");
          assertEquals(type, "application/problem+json");
          const problem = JSON.parse(await client.body());
          assertEquals(problem.type, "/problems/origin-not-allowed");
          assert(problem.detail.includes(origin));
          const line = await program.stderr.until(/--allow-origin/);
          assertMatch(line, /^\S+Z WARN {2}Refused a page of /);
        });
      }
    }
  },
});

Deno.test({
  name: "program: the log names the flag and the origin of a refused page",
  ignore,
  async fn() {
    await using program = await Program.serving();
    const Origin = "https://evil.example";
    using client = await RawWebSocket.open(program.wsUrl, { Origin });
    assertEquals(client.status, 403);
    const line = await program.stderr.until(/Refused/);
    assert(line.includes(`--allow-origin ${Origin}`), line);
  },
});

Deno.test({
  name: "program: handshakes that are none",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    const rows: [title: string, headers: ExtraHeaders][] = [
      ["no key", { "Sec-WebSocket-Key": undefined }],
      ["no Connection", { "Connection": undefined }],
      ["another Connection", { "Connection": "close" }],
    ];
    for (const [title, headers] of rows) {
      await t.step(title, async () => {
        using client = await RawWebSocket.open(program.wsUrl, headers);
        assert(client.status >= 400 && client.status < 500, `${client.status}`);
        const { type } = JSON.parse(await client.body());
        assertEquals(type, "/problems/bad-handshake");
      });
    }
  },
});

Deno.test({
  name: "program: HTTP beside the WebSocket",
  ignore,
  async fn(t) {
    await using program = await Program.serving();
    const url = program.wsUrl.replace("ws:", "http:");
    using plc = await ModbusClient.connect(program.modbusAddr);
    await plc.request(fromHex("06 0001 0001"));
    await plc.request(fromHex("2a"));

    await t.step("/health", async () => {
      await using _client = await WsClient.open(program.wsUrl);
      const response = await fetch(`${url}health`);
      assertEquals(response.status, 200);
      assertEquals(response.headers.get("content-type"), "application/json");
      const { status, version, modbus, websocket } = await response.json();
      assertEquals([status, version], ["ok", denoJson.version]);
      assertEquals(modbus.connectionsOpen, 1);
      assertEquals([modbus.requests, modbus.illegalFunction], [2, 1]);
      assertEquals(websocket.clients, 1);
    });

    await t.step("/ is the page", async () => {
      const response = await fetch(url);
      assertEquals(response.status, 200);
      const type = response.headers.get("content-type");
      assertEquals(type, "text/html; charset=utf-8");
      assertMatch(await response.text(), /^<!doctype html>/i);
    });

    await t.step("404 as problem details", async () => {
      const response = await fetch(`${url}nowhere`);
      assertEquals(response.status, 404);
      const contentType = response.headers.get("content-type");
      assertEquals(contentType, "application/problem+json");
      const { type, detail } = await response.json();
      assertEquals(type, "/problems/not-found");
      assert(detail.includes("/nowhere"));
    });

    await t.step("405 as problem details", async () => {
      const response = await fetch(url, { method: "POST", body: "x" });
      assertEquals(response.status, 405);
      const { type } = await response.json();
      assertEquals(type, "/problems/method-not-allowed");
    });

    for (const path of ["", "ws", "socket.io/?EIO=4", "health", "a/b/c%20d"]) {
      await t.step(`a WebSocket at /${path}`, async () => {
        await using client = await WsClient.open(program.wsUrl + path);
        assertEquals(await client.ask({ type: "ping" }), { type: "pong" });
      });
    }
  },
});
