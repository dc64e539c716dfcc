/**
 * Copies of the data file that were made while the program wrote it, with
 * their logs cut off or damaged, are opened.
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { pageOf } from "../../../src/bank/pages.ts";
import { Table } from "../../../src/bank/tables.ts";
import { StoreError } from "../../../src/store/errors.ts";
import { type Content, DataFile } from "../../../src/store/file.ts";
import { Program } from "../../testing/program.ts";
import type { Random } from "../../testing/random.ts";
import { WsClient } from "../../testing/ws_client.ts";
import { assertPrefix, lastWrites, type Told, toldIn } from "../kill/traces.ts";
import { BLOCK, BLOCKS, byModbus, Writer } from "../kill/writer.ts";
import { DataFolder } from "../data_folder.ts";

const WRITERS = 4;

/** The data file and its log, copied one after the other. */
interface Copy {
  readonly file: Uint8Array;
  readonly log: Uint8Array;
}

/** Copies, and what was written in the meantime. */
export interface Copies {
  readonly copies: readonly Copy[];
  readonly told: Told;
}

/** What became of the copies. */
export interface Outcome {
  /** Opened, with what was there at some moment. */
  opened: number;
  /** Refused as damaged. */
  refused: number;
}

/** Copies the files of a program under load `count` times. */
export async function copyUnderLoad(
  count: number,
  random: Random,
): Promise<Copies> {
  using folder = new DataFolder();
  const program = await Program.serving([
    `--data=${folder.file}`,
    "--durability=strict",
  ]);
  const observer = await WsClient.open(program.wsUrl);
  await observer.ask({ type: "subscribe", id: 0, meta: true });
  const writers = Array.from({ length: WRITERS }, (_, i) => new Writer(i, 0));
  const ways = await Promise.all(
    writers.map(() => byModbus(program.modbusAddr)),
  );
  const all = writers.map((writer, i) => writer.run(ways[i]!.send));
  const copies: Copy[] = [];
  for (let i = 0; i < count; i++) {
    await new Promise((resolve) => setTimeout(resolve, random.between(5, 150)));
    const read = (end: string) => Deno.readFile(folder.file + end);
    if (random.oneIn(2)) {
      const file = await read("");
      copies.push({ file, log: await read("-wal") });
    } else {
      const log = await read("-wal");
      copies.push({ file: await read(""), log });
    }
  }
  program.kill("SIGKILL");
  await Promise.all([program.ended, observer.closed, ...all]);
  for (const { end } of ways) end();
  return { copies, told: toldIn(observer.inbox) };
}

/**
 * Tears the log of a copy at a random place, or takes one of another copy,
 * opens what is left, and looks at it.
 */
export function tear(
  { file, log: own }: Copy,
  { copies, told }: Copies,
  random: Random,
  outcome: Outcome,
): void {
  const log = random.oneIn(4) ? random.pick(copies).log : own;
  using folder = new DataFolder();
  Deno.writeFileSync(folder.file, file);
  const at = random.between(0, log.length);
  const torn = !random.oneIn(3)
    ? log.slice(0, at)
    // A file system may have made the file longer before its content was there.
    : log.slice().fill(0, at);
  Deno.writeFileSync(`${folder.file}-wal`, torn);
  try {
    const { file, content } = DataFile.open(folder.file, false);
    file.close();
    assertMoment(content, told);
    outcome.opened++;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    assertStringIncludes(error.message, "it is damaged");
    assertEquals(Deno.readFileSync(folder.file), file);
    assertEquals(Deno.readFileSync(`${folder.file}-wal`), torn);
    outcome.refused++;
  }
}

/** Asserts that the content is what the bank held after one of the writes. */
function assertMoment({ moment, pages }: Content, told: Told): void {
  // The first commit was in the part of the log that is gone.
  if (moment === undefined) return assertEquals(pages.size, 0);
  const value = Array.from({ length: WRITERS * BLOCKS * BLOCK }, (_, i) => {
    const page = pages.get(pageOf(Table.holdingRegisters, i));
    const at = i % 512 * 2;
    return page === undefined ? 0 : (page[at]! << 8) | page[at + 1]!;
  });
  const there = lastWrites(value, WRITERS);
  assertEquals(there.reduce((sum, n) => sum + n), moment.seq);
  assertPrefix(told, moment.seq, there);
}
