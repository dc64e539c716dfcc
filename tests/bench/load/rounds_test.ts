import { assert, assertEquals, assertRejects } from "@std/assert";
import { granted } from "../../testing/permissions.ts";
import { bench } from "./rounds.ts";
import { parseOptions } from "./options.ts";

function options(...args: string[]) {
  const options = parseOptions(args);
  if (options === "help") throw new Error("Not a measurement");
  return options;
}

Deno.test({
  name: "bench() measures every figure of our program, and finds no fault",
  ignore: !granted("run", "read"),
  async fn() {
    const short = options("--ours", "--rounds=1", "--seconds=0.05");
    const { results, cases, faults, report } = await bench(short, () => {});
    assertEquals(faults, []);
    for (const { name, rows } of cases) {
      for (const [row, { title, unit }] of rows.entries()) {
        // Memory is known on Linux only.
        if (unit.endsWith("iB") && Deno.build.os !== "linux") continue;
        const figure = results.median(name, row, "ours");
        assert(figure !== undefined && figure > 0, `${title}: ${figure}`);
        assert(report.includes(title));
      }
    }
  },
});

Deno.test({
  name: "bench() refuses a case that it does not know",
  permissions: "none",
  async fn() {
    const unknown = options("--only=fc99");
    await assertRejects(
      () => bench(unknown, () => {}),
      TypeError,
      "There is no such case: there are fc03-16, ",
    );
  },
});
