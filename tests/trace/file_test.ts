import { assert, assertEquals, assertRejects } from "@std/assert";
import { earlierPath, TraceFile } from "../../src/trace/file.ts";
import { pcapngHeader } from "../../src/trace/pcapng.ts";
import { Progress } from "../../src/trace/recorder.ts";
import { TestLog } from "../testing/log.ts";
import { granted } from "../testing/permissions.ts";

const NAMES: readonly [path: string, earlier: string][] = [
  ["trace.pcapng", "trace.1.pcapng"],
  ["/var/log/modbus.1/trace.pcapng", "/var/log/modbus.1/trace.1.pcapng"],
  ["/var/log.d/trace", "/var/log.d/trace.1"],
  ["C:\\a.b\\trace", "C:\\a.b\\trace.1"],
  ["C:\\a\\x.y.pcapng", "C:\\a\\x.y.1.pcapng"],
  [".trace", ".trace.1"],
];

for (const [path, earlier] of NAMES) {
  Deno.test({
    name: `earlierPath() of ${path}`,
    permissions: "none",
    fn: () => assertEquals(earlierPath(path), earlier),
  });
}

/** A test with a folder of its own. */
function fileTest(
  name: string,
  fn: (path: string, lines: TestLog) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: !granted("read", "write"),
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        await fn(`${folder}/trace.pcapng`, new TestLog());
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

const HEADER = pcapngHeader();

/** A hundred bytes. */
const block = (value: number) => new Uint8Array(100).fill(value);

/** What is in a file behind the header of the format. */
async function blocksIn(path: string): Promise<number[]> {
  const bytes = await Deno.readFile(path);
  assertEquals(bytes.slice(0, HEADER.length), HEADER);
  const rest = bytes.slice(HEADER.length);
  assertEquals(rest.length % 100, 0);
  return Array.from({ length: rest.length / 100 }, (_, i) => rest[i * 100]!);
}

fileTest(
  "TraceFile writes in order, for the user alone",
  async (path, lines) => {
    const file = await TraceFile.open(path, 1 << 20, lines.log);
    const writes = [1, 2, 3].map((value) => file.write(block(value)));
    await writes[0];
    await file.close();
    assertEquals(await blocksIn(path), [1, 2, 3]);
    if (Deno.build.os !== "windows") {
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    }
    assertEquals(lines.all, []);
  },
);

fileTest(
  "TraceFile keeps the file before and goes on in a new one, within its limit",
  async (path, lines) => {
    const limit = 2 * (HEADER.length + 250);
    const file = await TraceFile.open(path, limit, lines.log);
    for (let value = 1; value <= 7; value++) {
      await file.write(block(value));
      const earlier = await Deno.stat(earlierPath(path)).catch(() => undefined);
      const { size } = await Deno.stat(path);
      assert(size + (earlier?.size ?? 0) <= limit);
    }
    await file.close();
    assertEquals(await blocksIn(path), [7]);
    assertEquals(await blocksIn(earlierPath(path)), [5, 6]);
  },
);

fileTest("TraceFile.open() keeps a file that is there", async (path, lines) => {
  await (await TraceFile.open(path, 1 << 20, lines.log)).close();
  const first = await TraceFile.open(path, 1 << 20, lines.log);
  await first.write(block(1));
  await first.close();
  await (await TraceFile.open(path, 1 << 20, lines.log)).close();
  assertEquals(await blocksIn(path), []);
  assertEquals(await blocksIn(earlierPath(path)), [1]);
});

fileTest(
  "TraceFile.open() keeps what is worth it over starts that come to nothing",
  async (path, lines) => {
    const first = await TraceFile.open(path, 1 << 20, lines.log);
    await first.write(block(1));
    await first.close();
    for (let start = 0; start < 3; start++) {
      await (await TraceFile.open(path, 1 << 20, lines.log)).close();
    }
    assertEquals(await blocksIn(earlierPath(path)), [1]);
  },
);

fileTest(
  "TraceFile.open() rejects where it can't write",
  async (path, lines) => {
    await assertRejects(
      () => TraceFile.open(`${path}/not/there`, 1 << 20, lines.log),
      Error,
    );
  },
);

Deno.test({
  name:
    "TraceFile.write() on a full disk ends the trace with one line, and does no harm",
  // A device that is always full.
  ignore: !granted("read", "write") || Deno.build.os !== "linux",
  async fn() {
    const lines = new TestLog();
    // Its header does not fit either.
    await assertRejects(
      () => TraceFile.open("/dev/full", 1000, lines.log),
      Error,
    );
    const folder = await Deno.makeTempDir();
    const path = `${folder}/trace.pcapng`;
    const file = await TraceFile.open(
      path,
      2 * (HEADER.length + 150),
      lines.log,
    );
    const { take, progress } = file.sink();
    assertEquals(await file.write(block(1)), true);
    // There is nothing left where the next file would be.
    await Deno.remove(folder, { recursive: true });
    assertEquals(await file.write(block(2)), false);
    progress[Progress.underWay] = 1;
    take(block(3));
    assertEquals(await file.write(block(4)), false);
    assertEquals([...progress], [0, 1]);
    await file.close();
    assertEquals(lines.all.length, 1);
    assert(lines.all[0]!.startsWith(`error The trace ends here: ${path}: `));
  },
});
