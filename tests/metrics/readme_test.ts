// The README's table of metrics, and the metrics that there are.
import { assert, assertEquals } from "@std/assert";
import { startApp } from "../testing/app.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import { granted } from "../testing/permissions.ts";
import { ROOT } from "../testing/program.ts";

/** The names in the first column, without labels; what begins with `…` is the end of a name. */
async function documented(): Promise<string[]> {
  const readme = await Deno.readTextFile(`${ROOT}README.md`);
  const [, table] = /\n\| metric .*\n\|[ -|]+\n((?:\|.*\n)+)/.exec(readme)!;
  return table!.trim().split("\n").flatMap((row) => {
    const [, cell] = row.split("|");
    return [...cell!.matchAll(/`([^`{]+)[^`]*`/g)].map(([, name]) => name!);
  });
}

/** The names of all metrics, with `_total` and `_info` where samples have it. */
async function exposed(): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    await using app = await startApp({ data: `${folder}/bank.db` });
    const url = new URL("metrics", app.url.replace("ws:", "http:"));
    const text = await (await fetch(url)).text();
    return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) =>
      name + (type === "counter" ? "_total" : type === "info" ? "_info" : "")
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "README.md has all metrics, and none that there is not",
  ignore: !granted("read", "write", "net"),
  async fn() {
    using _ = keepAlive();
    const [names, all] = [await documented(), await exposed()];
    assert(names.length > 20 && all.length > 20);
    const isMeant = (name: string, metric: string) =>
      name.startsWith("…")
        ? metric.endsWith(name.slice(1))
        : name.endsWith("…")
        ? metric.startsWith(name.slice(0, -1))
        : metric === name;
    const missing = all.filter((metric) =>
      !names.some((name) => isMeant(name, metric))
    );
    const gone = names.filter((name) =>
      !all.some((metric) => isMeant(name, metric))
    );
    assertEquals([missing, gone], [[], []]);
  },
});

/** The names of an object's fields and of those of its fields. */
function fields(value: Record<string, unknown>): string[] {
  return Object.entries(value).flatMap(([name, inner]) => [
    name,
    ...typeof inner === "object" && inner !== null
      ? Object.keys(inner).map((key) => `${name}.${key}`)
      : [],
  ]);
}

Deno.test({
  name: "README.md shows what /health answers",
  ignore: !granted("read", "net"),
  async fn() {
    const readme = await Deno.readTextFile(`${ROOT}README.md`);
    const [, text] = /\*\*Health\.\*\*[^`]+`GET[^]+?```json\n([^]+?)```/.exec(
      readme,
    )!;
    await using app = await startApp();
    const url = new URL("health", app.url.replace("ws:", "http:"));
    const health = fields(await (await fetch(url)).json());
    const shown = fields(JSON.parse(text!));
    assertEquals(shown.filter((name) => !health.includes(name)), []);
    // Of the counters it shows some.
    assertEquals(
      health.filter((name) =>
        !shown.includes(name) && !name.startsWith("modbus.")
      ),
      [],
    );
  },
});
