// The contract of `parseArgs`, for whichever is in use: that of `@std/cli`, or
// the stand-in of src/offline. Each row holds for both.
import { assertEquals, assertThrows } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";

class Unknown extends Error {}

/** The options are of the kind that src/command_line.ts passes. */
function parse(args: readonly string[]): Record<string, unknown> {
  const { _, ...flags } = parseArgs(args, {
    boolean: ["help", "version"],
    string: ["host", "port", "origin"],
    collect: ["host", "port", "origin"],
    alias: { h: "help", V: "version" },
    unknown(argument): never {
      throw new Unknown(argument);
    },
  });
  return { ...flags, _: [..._] };
}

const NOTHING = {
  ...{ help: false, h: false, version: false, V: false },
  ...{ host: [], port: [], origin: [], _: [] },
};
const HELP = { help: true, h: true };
const VERSION = { version: true, V: true };

/** Arguments, and what differs from nothing given. */
const UNDERSTOOD: readonly (readonly [string[], Record<string, unknown>])[] = [
  [[], {}],
  [["--host", "a"], { host: ["a"] }],
  [["--host=a"], { host: ["a"] }],
  [["--host=a=b"], { host: ["a=b"] }],
  [["--host=-a"], { host: ["-a"] }],
  [["--host=--"], { host: ["--"] }],
  [["--host=a\nb"], { host: ["a\nb"] }],
  [["--host", "a b"], { host: ["a b"] }],
  [["--host", "a=b"], { host: ["a=b"] }],
  [["--host="], { host: [""] }],
  [["--host"], { host: [""] }],
  [["--host", "--port", "1"], { host: [""], port: ["1"] }],
  [["--port", "--host", "a"], { port: [""], host: ["a"] }],
  [["--port", "-h"], { port: [""], ...HELP }],
  [["--port", "--help"], { port: [""], ...HELP }],
  [["--host", "--"], { host: [""] }],

  // Nothing becomes a number or a boolean.
  [["--port", "080"], { port: ["080"] }],
  [["--port=1e3"], { port: ["1e3"] }],
  [["--port=0x10"], { port: ["0x10"] }],
  [["--port=-1"], { port: ["-1"] }],
  [["--host", "true"], { host: ["true"] }],
  [["--host=false"], { host: ["false"] }],

  [["--host", "a", "--host", "b"], { host: ["a", "b"] }],
  [["--host=a", "--port=1", "--host=b"], { host: ["a", "b"], port: ["1"] }],
  [["--origin=a", "--origin=a"], { origin: ["a", "a"] }],
  [["--host=", "--host=b"], { host: ["", "b"] }],
  [["--host", "--host"], { host: ["", ""] }],

  [["--help"], HELP],
  [["--version"], VERSION],
  [["-h"], HELP],
  [["-V"], VERSION],
  [["-hV"], { ...HELP, ...VERSION }],
  [["-Vh"], { ...HELP, ...VERSION }],
  [["-hh"], HELP],
  [["--h"], HELP],
  [["--help", "--help"], HELP],
  [["-h", "--version"], { ...HELP, ...VERSION }],
  [["-h", "--host", "a"], { ...HELP, host: ["a"] }],

  // A switch takes true and false as its value, and nothing else.
  [["--help=true"], HELP],
  [["--help=false"], {}],
  [["--help="], HELP],
  [["--help=x"], HELP],
  [["--help=0"], HELP],
  [["--help", "true"], HELP],
  [["--help", "false"], {}],
  [["-h", "false"], {}],
  [["-hV", "false"], HELP],
  [["-h", "--help=false"], {}],

  // What follows the first `--` is not looked at.
  [["--"], {}],
  [["--", "--"], { _: ["--"] }],
  [["--", "x"], { _: ["x"] }],
  [["--", "--host", "a", "-x"], { _: ["--host", "a", "-x"] }],
  [["--host", "a", "--", "--host", "b"], { host: ["a"], _: ["--host", "b"] }],
];

/** Arguments, and the one that `unknown` is told of first. */
const UNKNOWN: readonly (readonly [string[], string])[] = [
  [["--modbus-prot"], "--modbus-prot"],
  [["--modbus-prot", "1"], "--modbus-prot"],
  [["--modbus-prot=1"], "--modbus-prot=1"],
  [["--hos", "a"], "--hos"],
  [["--hosts", "a"], "--hosts"],
  [["--HOST", "a"], "--HOST"],
  [["--no-host"], "--no-host"],
  [["--no-help"], "--no-help"],
  [["--host.name=a"], "--host.name=a"],
  [["--__proto__=a"], "--__proto__=a"],
  [["--constructor"], "--constructor"],
  [["--toString", "a"], "--toString"],
  [["--_", "a"], "--_"],
  [["---"], "---"],
  [["--=a"], "--=a"],
  [["--host a"], "--host a"],
  [["-x"], "-x"],
  [["-x", "1"], "-x"],
  [["-hx"], "-hx"],
  [["-xh"], "-xh"],
  [["-host"], "-host"],
  [["-1"], "-1"],
  [["--port", "-1"], "-1"],
  [["--port", "-x"], "-x"],
  [["-"], "-"],
  [["--port", "-"], "-"],
  [["x"], "x"],
  [["8502"], "8502"],
  [[""], ""],
  [["--host", ""], ""],
  [["--help", "x"], "x"],
  [["--help", ""], ""],
  [["-h", "x"], "x"],
  [["--host", "a", "b"], "b"],
  [["x", "--bad"], "x"],
  [["--bad", "x"], "--bad"],
  [["--help", "--bad"], "--bad"],
];

Deno.test("parseArgs() understands", { permissions: "none" }, async (t) => {
  for (const [args, expected] of UNDERSTOOD) {
    await t.step(JSON.stringify(args), () => {
      assertEquals(parse(args), { ...NOTHING, ...expected });
    });
  }
});

Deno.test("parseArgs() tells of", { permissions: "none" }, async (t) => {
  for (const [args, expected] of UNKNOWN) {
    await t.step(
      `${JSON.stringify(expected)} in ${JSON.stringify(args)}`,
      () => {
        const { message } = assertThrows(() => parse(args), Unknown);
        assertEquals(message, expected);
      },
    );
  }
});

Deno.test({
  name: "parseArgs() leaves its arguments alone",
  permissions: "none",
  fn() {
    const args = ["--host", "a", "--", "b"];
    parse(args);
    assertEquals(args, ["--host", "a", "--", "b"]);
  },
});

Deno.test({
  name: "parseArgs() leaves out words that are answered with false",
  permissions: "none",
  fn() {
    const words: string[] = [];
    const args = ["a", "--host", "b", "c", "", "8502", "-h", "d", "--", "e"];
    const { _, host, help } = parseArgs(args, {
      boolean: ["help"],
      string: ["host"],
      collect: ["host"],
      alias: { h: "help" },
      unknown: (word) => {
        words.push(word);
        return false;
      },
    });
    assertEquals(words, ["a", "c", "", "8502", "d"]);
    assertEquals([[..._], host, help], [["e"], ["b"], true]);
  },
});
