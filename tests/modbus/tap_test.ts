import { assertEquals } from "@std/assert";
import { openAll, type OpenTap } from "../../src/modbus/tap.ts";

const PEER = { hostname: "127.0.0.1", port: 1 };

Deno.test({
  name: "openAll() of none is none, of one is that one",
  permissions: "none",
  fn() {
    const open: OpenTap = () => ({ received() {}, answered() {}, closed() {} });
    assertEquals(openAll([]), undefined);
    assertEquals(openAll([open]), open);
  },
});

Deno.test({
  name: "openAll() of several shows all of them everything",
  permissions: "none",
  fn() {
    const seen: unknown[] = [];
    const opener = (name: string): OpenTap => (client, server) => {
      seen.push([name, client, server]);
      return {
        received: (bytes) => seen.push([name, bytes]),
        answered: (...all) => seen.push([name, ...all]),
        closed: () => seen.push([name, "closed"]),
      };
    };
    const other = { ...PEER, port: 2 };
    const tap = openAll([opener("a"), opener("b")])!(PEER, other);
    const [x, y] = [Uint8Array.of(1), Uint8Array.of(2)];
    tap.received(x);
    tap.answered(x, y, 3);
    tap.closed();
    assertEquals(seen, [
      ...[["a", PEER, other], ["b", PEER, other]],
      ...[["a", x], ["b", x]],
      ...[["a", x, y, 3], ["b", x, y, 3]],
      ...[["a", "closed"], ["b", "closed"]],
    ]);
  },
});
