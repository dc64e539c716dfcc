import { assertEquals } from "@std/assert";
import { closest } from "../../src/config/closest.ts";

const NAMES = ["host", "ws-port", "modbus-port", "max-clients", "log-level"];

/** What is typed, and what was meant. */
const ROWS: readonly (readonly [string, string | undefined])[] = [
  ["ws-port", "ws-port"],
  ["ws-prot", "ws-port"],
  ["w-sport", "ws-port"],
  ["wsport", "ws-port"],
  ["ws-portt", "ws-port"],
  ["wsPort", "ws-port"],
  ["WsPort", "ws-port"],
  ["WS_PORT", "ws-port"],
  ["ws-orpt", "ws-port"],
  ["modbusPort", "modbus-port"],
  ["modbus-post", "modbus-port"],
  ["maxclient", "max-clients"],
  ["log_levle", "log-level"],
  ["hosts", "host"],
  ["hos", "host"],
  ["ho", undefined],
  ["h", undefined],
  ["", undefined],
  ["port", undefined],
  ["ws", undefined],
  ["verbose", undefined],
  ["__proto__", undefined],
  [`ws-port${" ".repeat(100_000)}`, undefined],
];

Deno.test("closest() of", { permissions: "none" }, async (t) => {
  for (const [text, expected] of ROWS) {
    await t.step(`"${text.slice(0, 20)}" is ${expected}`, () => {
      assertEquals(closest(text, NAMES), expected);
    });
  }
});

Deno.test({
  name: "closest() is the nearest, whatever the order",
  permissions: "none",
  fn() {
    const names = ["ws-ports", "ws-port"];
    assertEquals(closest("ws-prot", names), "ws-port");
    assertEquals(closest("ws-prot", names.toReversed()), "ws-port");
    assertEquals(closest("ws-port", []), undefined);
  },
});
