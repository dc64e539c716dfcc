// Retentive memory as users meet it: the program in a process of its own.
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { ModbusClient } from "../testing/modbus_client.ts";
import { functionsOf, ModbusException } from "../testing/modbus_functions.ts";
import { granted } from "../testing/permissions.ts";
import { Program, ROOT, RUN } from "../testing/program.ts";
import { WsClient } from "../testing/ws_client.ts";
import { DataFolder } from "../store/data_folder.ts";

const ignore = !granted("read", "write", "run", "net");

function test(name: string, fn: (folder: DataFolder) => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    async fn() {
      using folder = new DataFolder();
      await fn(folder);
    },
  });
}

/** Runs a command of the program with a text on its stdin. */
async function command(args: string[], input = "") {
  const process = new Deno.Command(Deno.execPath(), {
    args: [...RUN, ...args],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await new Response(input).body!.pipeTo(process.stdin).catch(() => {});
  const { code, stdout, stderr } = await process.output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

const subscribe = (resume: unknown) => ({
  type: "subscribe",
  meta: true,
  resume,
});

test("--data: cells and numbers are there after a restart, and a browser goes on", async (folder) => {
  const flags = [`--data=${folder.file}`];
  let last: { epoch: string; seq: number };
  {
    await using program = await Program.serving(flags);
    using client = await ModbusClient.connect(program.modbusAddr);
    await functionsOf(client).writeMultipleRegisters(500, [1, 2, 3]);
    await using browser = await WsClient.open(program.wsUrl);
    const coils = { type: "setCoils", address: 9, value: [true], id: 1 };
    assertEquals(await browser.ask(coils), { type: "ok", id: 1 });
    const { epoch, seq } = await browser.ask(subscribe(undefined));
    last = { epoch, seq };
    assertEquals(seq, 2);
  }
  await using program = await Program.serving(flags);
  using client = await ModbusClient.connect(program.modbusAddr);
  const { readHoldingRegisters, writeSingleCoil } = functionsOf(client);
  assertEquals(await readHoldingRegisters(500, 3), [1, 2, 3]);
  await using browser = await WsClient.open(program.wsUrl);
  const answer = await browser.ask(subscribe(last));
  assertEquals([answer.seq, answer.resumed], [2, true]);
  assert(answer.epoch !== last.epoch);
  await writeSingleCoil(3, true);
  const change = await browser.nextJson();
  assertEquals([change.type, change.seq], ["setCoils", 3]);
  // One that has missed something is told all anew.
  await using other = await WsClient.open(program.wsUrl);
  const missed = await other.ask(subscribe({ ...last, seq: 1 }));
  assertEquals(missed.resumed, false);
});

test("--data: only one program can use a file, and says so", async (folder) => {
  const flags = [`--data=${folder.file}`];
  await using _ = await Program.serving(flags);
  const second = await Program.run([
    ...["--modbus-port=0", "--ws-port=0", ...flags],
  ]).ended;
  assertEquals([second.code, second.stdout], [1, []]);
  assertEquals(second.stderr, [
    `modbus-ws-adapter: Cannot use the data file ${folder.file}: another program uses it, probably another adapter: stop that, or choose another file`,
  ]);
  const exported = await command(["export", folder.file]);
  assertEquals([exported.code, exported.stdout], [1, ""]);
  assertStringIncludes(exported.stderr, "another program uses it");
});

test("--data: the lock goes with the program that is killed", async (folder) => {
  const flags = [`--data=${folder.file}`];
  const killed = await Program.serving(flags);
  killed.kill("SIGKILL");
  await killed.ended;
  await using program = await Program.serving(flags);
  assertMatch(program.wsUrl, /^ws:/);
});

test("--data: a file that can't be used is one line, exit code 1, and left as it is", async (folder) => {
  Deno.writeTextFileSync(folder.file, "my notes\n".repeat(99));
  const before = folder.content();
  for (const durability of ["relaxed", "strict"]) {
    const flags = [`--data=${folder.file}`, `--durability=${durability}`];
    const { code, stdout, stderr } = await Program.run(flags).ended;
    assertEquals([code, stdout, stderr.length], [1, [], 1]);
    assertStringIncludes(stderr[0]!, "it is not a data file of this program");
  }
  assertEquals(folder.content(), before);
});

test("export and import: what comes out goes in again", async (folder) => {
  const { file } = folder;
  {
    await using program = await Program.serving([`--data=${file}`]);
    using client = await ModbusClient.connect(program.modbusAddr);
    const { writeMultipleRegisters, writeMultipleCoils } = functionsOf(client);
    await writeMultipleRegisters(65_530, [1, 2, 3]);
    await writeMultipleCoils(100, [true, false, true]);
  }
  const exported = await command(["export", file]);
  assertEquals([exported.code, exported.stderr], [0, ""]);
  const { coils, holdingRegisters } = JSON.parse(exported.stdout);
  assertEquals(coils.length, 1);
  assertEquals(holdingRegisters[0].value.slice(10), [1, 2, 3, 0, 0, 0]);
  const copy = `${folder.path}/copy.db`;
  const imported = await command(["import", copy], exported.stdout);
  assertEquals(imported, { code: 0, stdout: "", stderr: "" });
  assertEquals((await command(["export", copy])).stdout, exported.stdout);
  const wrong = await command(["import", copy], "{}");
  assertEquals(wrong.code, 1);
  assertStringIncludes(wrong.stderr, 'stdin has: "format" must be');
  assertEquals((await command(["export", copy])).stdout, exported.stdout);
  await using program = await Program.serving([`--data=${copy}`]);
  const url = program.wsUrl.replace("ws:", "http:") + "api/v1/bank";
  assertEquals(await (await fetch(url)).text(), exported.stdout);
});

/** A folder on a disk of its own, which is full after 2 MB. */
class SmallDisk implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "store-disk-" });

  constructor() {
    try {
      run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", this.path);
    } catch (error) {
      Deno.removeSync(this.path);
      throw error;
    }
  }

  [Symbol.dispose](): void {
    run("umount", this.path);
    Deno.removeSync(this.path);
  }
}

function run(name: string, ...args: string[]): void {
  const { success } = new Deno.Command(name, { args, stderr: "null" })
    .outputSync();
  if (!success) throw new Error(`${name} has failed`);
}

/** Whether this system and user can make a disk. */
function canMount(): boolean {
  try {
    using _ = new SmallDisk();
    return true;
  } catch {
    return false;
  }
}

Deno.test({
  name: "--data: a full disk is told, and is over when the disk has room again",
  ignore: ignore || !canMount(),
  async fn() {
    using disk = new SmallDisk();
    const file = `${disk.path}/bank.db`;
    const flags = [`--data=${file}`, "--durability=strict"];
    await using program = await Program.serving(flags);
    using client = await ModbusClient.connect(program.modbusAddr);
    const { writeMultipleRegisters, readHoldingRegisters } = functionsOf(
      client,
    );
    await using browser = await WsClient.open(program.wsUrl);
    const health = async () =>
      (await (await fetch(program.wsUrl.replace("ws:", "http:") + "health"))
        .json()).store;
    await writeMultipleRegisters(0, [1]);
    assertEquals((await health()).status, "ok");
    const filler = `${disk.path}/filler`;
    fill(filler);
    // The log has some room in blocks that it has already.
    let exception: unknown;
    for (let i = 0; i < 100 && exception === undefined; i++) {
      const write = writeMultipleRegisters(i * 600, new Array(100).fill(i));
      exception = await write.then(() => undefined, (error) => error);
    }
    assert(exception instanceof ModbusException, `${exception}`);
    assertEquals(exception.exceptionCode, 4);
    assertEquals((await readHoldingRegisters(0, 1)).length, 1);
    const write = { type: "setCoils", address: 0, value: [1] };
    const answer = await browser.ask({ ...write, id: 1 });
    const { code } = answer.type === "error" ? answer : await lastOf(browser);
    assertEquals(code, "not_stored");
    const failing = await health();
    assertEquals(failing.status, "failing");
    assertStringIncludes(failing.lastError, file);
    assert(failing.durableSeq < failing.seq);
    Deno.removeSync(filler);
    await program.stderr.until(/All is stored in .* again$/);
    await writeMultipleRegisters(7, [77]);
    assertEquals((await health()).status, "ok");
    const told = program.stderr.all.filter((line) => line.includes(file));
    assertEquals(told.length, 2);
    await program.stop();
    await using next = await Program.serving(flags);
    using other = await ModbusClient.connect(next.modbusAddr);
    const { readCoils, ...registers } = functionsOf(other);
    assertEquals(await registers.readHoldingRegisters(7, 1), [77]);
    assertEquals(await readCoils(0, 1), [true]);
  },
});

/** The answer behind the notifications. */
// deno-lint-ignore no-explicit-any
async function lastOf(client: WsClient): Promise<any> {
  for (;;) {
    const message = await client.nextJson();
    if (message.type === "error" || message.type === "ok") return message;
  }
}

/** Makes a file that takes all that a disk has. */
function fill(path: string): void {
  using file = Deno.openSync(path, { write: true, create: true });
  const block = new Uint8Array(4096);
  try {
    for (;;) file.writeSync(block);
  } catch {
    // It is full.
  }
}
