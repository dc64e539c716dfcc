import { assert, assertEquals } from "@std/assert";
import dashboard from "../../src/deploy/grafana-dashboard.json" with {
  type: "json",
};
import { granted } from "../testing/permissions.ts";
import { IMPORT_MAP_FLAGS, ROOT } from "../testing/program.ts";

/** JSON has the values of enumerations, not their names. */
const PLAIN = `
import type { Dashboard } from "@grafana/schema";
type Plain<T> = T extends string ? \`\${T}\`
  : T extends readonly (infer Item)[] ? Plain<Item>[]
  : T extends object ? { [Key in keyof T]: Plain<T[Key]> }
  : T;
`;

/** What the compiler finds wrong with a dashboard, by Grafana's own types. */
async function complaints(value: unknown): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  const text = JSON.stringify(value);
  await Deno.writeTextFile(
    path,
    `${PLAIN}export const value = ${text} satisfies Plain<Dashboard>;`,
  );
  const flags = IMPORT_MAP_FLAGS.length > 0
    ? IMPORT_MAP_FLAGS
    : ["--config=deno.json"];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "-q", "--no-lock", ...flags, path],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  await Deno.remove(path);
  return success ? "" : new TextDecoder().decode(stderr);
}

Deno.test({
  name: "grafana-dashboard.json is what Grafana's types ask for",
  ignore: !granted("read", "write", "run", "env"),
  async fn() {
    assertEquals(await complaints(dashboard), "");
    // The check would tell.
    const [row, ...panels] = dashboard.panels;
    for (
      const broken of [
        { ...dashboard, panels: [{ ...row, gridpos: {} }, ...panels] },
        { ...dashboard, schemaVersion: "39" },
      ]
    ) assert((await complaints(broken)).includes("TS"));
  },
});

Deno.test({
  name:
    "grafana-dashboard.json: panels lie side by side, each with its question",
  permissions: "none",
  fn() {
    const { panels } = dashboard;
    assertEquals(new Set(panels.map(({ id }) => id)).size, panels.length);
    const taken = new Set<string>();
    for (const { title, type, gridPos: { x, y, w, h }, targets } of panels) {
      assert(x + w <= 24, title);
      for (let i = x; i < x + w; i++) {
        for (let j = y; j < y + h; j++) {
          assert(!taken.has(`${i},${j}`), `${title} lies on another`);
          taken.add(`${i},${j}`);
        }
      }
      if (type === "row") continue;
      assert(targets!.length > 0, title);
      for (const { expr } of targets!) {
        assert(expr.includes('job=~"$job",instance=~"$instance"'), expr);
      }
    }
  },
});
