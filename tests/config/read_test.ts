import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../src/config.ts";
import { readConfigFile } from "../../src/config/read.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test({
  name: "readConfigFile() is what the file gives, byte order mark or not",
  permissions: "none",
  fn() {
    for (const mark of ["", "\ufeff"]) {
      const paths: string[] = [];
      const settings = readConfigFile("a/b", "--config", (path) => {
        paths.push(path);
        return bytes(`${mark}{"host": "é"}`);
      });
      const host = { texts: ["é"], origin: "a/b:1" };
      assertEquals([...settings], [["host", host]]);
      assertEquals(paths, ["a/b"]);
    }
  },
});

/** What a file holds, or why it can't be read; and what is said. */
const WRONG: readonly (readonly [() => Uint8Array, string])[] = [
  [
    () => Uint8Array.of(0x22, 0xff),
    '--config "f" can\'t be used: it is not UTF-8',
  ],
  [() => bytes("\0"), "f:1:1: this is not JSON with comments: invalid symbol"],
  [() => {
    throw new Error("No such file");
  }, '--config "f" can\'t be used: No such file'],
  [() => {
    throw new Deno.errors.NotFound("os error 2: readfile 'f'");
  }, '--config "f" can\'t be used: there is no such file'],
];

Deno.test("readConfigFile() refuses", { permissions: "none" }, async (t) => {
  for (const [read, expected] of WRONG) {
    await t.step(expected, () => {
      const attempt = () => readConfigFile("f", "--config", read);
      assertEquals(assertThrows(attempt, ConfigError).message, expected);
    });
  }
});
