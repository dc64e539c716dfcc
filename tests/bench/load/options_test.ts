import { assertEquals, assertThrows } from "@std/assert";
import { parseOptions } from "./options.ts";

Deno.test({
  name: "parseOptions() has defaults",
  permissions: "none",
  fn() {
    assertEquals(parseOptions([]), {
      rounds: 5,
      seconds: 0.4,
      only: [],
      peers: true,
      running: [],
      markdown: undefined,
    });
    assertEquals(parseOptions(["--help"]), "help");
  },
});

Deno.test({
  name: "parseOptions() takes every flag",
  permissions: "none",
  fn() {
    const args = "--rounds 3 --seconds=0.1 --only fc03 --only idle --ours " +
      "--peer mbecho=7270:7271:42 --peer a=1:0:2 --markdown out.md";
    assertEquals(parseOptions(args.split(" ")), {
      rounds: 3,
      seconds: 0.1,
      only: ["fc03", "idle"],
      peers: false,
      running: [
        { name: "mbecho", modbusPort: 7270, wsPort: 7271, pid: 42 },
        { name: "a", modbusPort: 1, wsPort: 0, pid: 2 },
      ],
      markdown: "out.md",
    });
  },
});

const REFUSED = [
  ["--rounds=0", '--rounds takes a number above 0 and up to 100, not "0"'],
  ["--seconds=x", '--seconds takes a number above 0 and up to 60, not "x"'],
  ["--peer=a=1:2", '--peer takes NAME=MODBUSPORT:WSPORT:PID, not "a=1:2"'],
  ["--fast", "Unknown argument: --fast"],
  ["fast", "Unknown argument: fast"],
] as const;

for (const [argument, message] of REFUSED) {
  Deno.test({
    name: `parseOptions() refuses ${argument}`,
    permissions: "none",
    fn() {
      assertThrows(() => parseOptions([argument]), TypeError, message);
    },
  });
}
