import { Version } from "@cyclonedx/cyclonedx-library/Spec";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
import { assert, assertEquals, assertThrows } from "@std/assert";
// The validator looks for these by itself.
import "ajv-formats";
import "ajv-formats-draft2019";
import { bill, type Lock } from "../../src/build/sbom.ts";
import { granted } from "../testing/permissions.ts";
import { IMPORT_MAP_FLAGS, ROOT } from "../testing/program.ts";

const ignore = !granted("read", "run", "env");

const SHA512 = `sha512-${btoa("0".repeat(64))}`;

const LOCK: Lock = {
  specifiers: {
    "jsr:@a/b@^1": "1.2.3",
    "jsr:@a/c@1": "1.0.0",
    "npm:d@4.0.0": "4.0.0",
  },
  jsr: {
    "@a/b@1.2.3": { integrity: "00", dependencies: ["jsr:@a/c"] },
    "@a/c@1.0.0": { integrity: "01", dependencies: ["npm:d@4.0.0"] },
  },
  npm: {
    "d@4.0.0": { integrity: SHA512, dependencies: ["@e/e"] },
    "@e/e@5.0.0": { integrity: SHA512 },
    "tests-only@1.0.0": { integrity: SHA512 },
  },
};

const PROGRAM = { name: "p", version: "0.0.1", license: "MIT" };

const JSR = "repository_url=https%3A%2F%2Fjsr.io";

Deno.test({
  name: "bill() has what is asked for and what that needs, and no more",
  permissions: "none",
  fn() {
    const asked = ["jsr:@a/b@^1", "npm:/d@4.0.0/"];
    const { components, dependencies } = bill(PROGRAM, asked, LOCK, "2.0.0");
    const refs = (components as { "bom-ref": string }[])
      .map((component) => component["bom-ref"]);
    const [b, c] = ["b@1.2.3", "c@1.0.0"].map((name) =>
      `pkg:generic/%40a/${name}?${JSR}`
    );
    const [d, e] = ["pkg:npm/d@4.0.0", "pkg:npm/%40e/e@5.0.0"];
    const deno = "pkg:github/denoland/deno@v2.0.0";
    assertEquals(refs, [deno, b, c, e, d]);
    assertEquals(dependencies, [
      { ref: "pkg:generic/p@0.0.1", dependsOn: [deno, b, d] },
      { ref: b, dependsOn: [c] },
      { ref: c, dependsOn: [d] },
      { ref: e, dependsOn: [] },
      { ref: d, dependsOn: [e] },
    ]);
  },
});

Deno.test({
  name: "bill() has the hashes of npm in hexadecimal digits",
  permissions: "none",
  fn() {
    const { components } = bill(PROGRAM, ["npm:d@4.0.0"], LOCK, "2.0.0");
    const found = (components as { name: string; hashes?: unknown }[])
      .find(({ name }) => name === "d");
    assertEquals(found?.hashes, [{ alg: "SHA-512", content: "30".repeat(64) }]);
  },
});

Deno.test({
  name: "bill() refuses what the lock file does not have",
  permissions: "none",
  fn() {
    const cases = [
      ["npm:d@5.0.0", "deno.lock has no npm:d@5.0.0"],
      ["jsr:@a/z", "deno.lock has no jsr:@a/z"],
      ["./d.ts", "Not a package: ./d.ts"],
    ] as const;
    for (const [asked, expected] of cases) {
      const attempt = () => bill(PROGRAM, [asked], LOCK, "2.0.0");
      assertEquals(assertThrows(attempt, Error).message, expected);
    }
  },
});

Deno.test({
  name: "sbom.ts writes what is valid, with the packages of the program",
  ignore,
  async fn() {
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", ...IMPORT_MAP_FLAGS, "-A", "src/build/sbom.ts"],
      cwd: ROOT,
    }).output();
    assert(success);
    const text = new TextDecoder().decode(stdout);
    const validator = new JsonStrictValidator(Version.v1dot6);
    assertEquals(await validator.validate(text), null);
    const names = JSON.parse(text).components
      .map(({ name }: { name: string }) => name);
    for (const name of ["deno", "@std/cli", "@std/log", "jsonc-parser"]) {
      assert(names.includes(name), name);
    }
    for (const name of ["@std/assert", "ajv", "playwright-core"]) {
      assertEquals(names.includes(name), false, name);
    }
  },
});
