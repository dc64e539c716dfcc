import { assertEquals } from "@std/assert";
import {
  type Exposure,
  exposureWarnings,
  isLoopback,
} from "../../src/access/exposure.ts";

const OPEN: Exposure = {
  host: "0.0.0.0",
  modbusAllow: [],
  trustedProxy: [],
  tokenFile: undefined,
  tlsCert: undefined,
};

/** What the program is started with, and the flags that it names, a line each. */
const CASES: readonly [what: string, Partial<Exposure>, flags: string[]][] = [
  ["loopback", { host: "127.0.0.1" }, []],
  ["another address of loopback", { host: "127.8.9.10" }, []],
  ["loopback by IPv6", { host: "::1" }, []],
  ["loopback by name", { host: "localhost" }, []],
  ["all addresses", {}, ["modbus-allow", "token-file"]],
  ["all addresses by IPv6", { host: "::" }, ["modbus-allow", "token-file"]],
  ["one address", { host: "192.168.1.5" }, ["modbus-allow", "token-file"]],
  ["a name", { host: "gateway" }, ["modbus-allow", "token-file"]],
  ["addresses", { modbusAllow: ["10.0.0.0/8"] }, ["token-file"]],
  ["tokens", { tokenFile: "t" }, ["modbus-allow", "tls-cert"]],
  [
    "tokens and addresses",
    { tokenFile: "t", modbusAllow: ["10.0.0.0/8"] },
    ["tls-cert"],
  ],
  [
    "all of it",
    { tokenFile: "t", modbusAllow: ["10.0.0.0/8"], tlsCert: "c" },
    [],
  ],
  [
    "all of it behind a proxy",
    { tokenFile: "t", modbusAllow: ["::1"], trustedProxy: ["::1"] },
    [],
  ],
];

for (const [what, given, flags] of CASES) {
  Deno.test({
    name: `exposureWarnings() of ${what} name ${flags.join(", ") || "nothing"}`,
    permissions: "none",
    fn() {
      const warnings = exposureWarnings({ ...OPEN, ...given });
      assertEquals(
        warnings.map((line) => /--([a-z-]+)/.exec(line)?.[1]),
        flags,
      );
    },
  });
}

Deno.test({
  name: "isLoopback() does not take another name for it",
  permissions: "none",
  fn() {
    const others = ["", "localhost.example", "128.0.0.1", "::", "::2", "*"];
    assertEquals(others.filter(isLoopback), []);
    assertEquals(isLoopback("::ffff:127.0.0.1"), true);
    assertEquals(isLoopback("LOCALHOST"), true);
  },
});
