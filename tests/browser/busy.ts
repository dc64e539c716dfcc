/**
 * The page while a PLC changes 500 visible cells a second: how long the
 * browser's main thread is taken, by its own account.
 *
 *     deno run -A tests/browser/busy.ts [SECONDS]
 * @module
 */
import { findChromium } from "../testing/chromium.ts";
import { LivePage } from "./live_page.ts";

/** Changes a second, and Modbus writes a second that they come with. */
const CHANGES = 500;
const WRITES = 50;

/** Cells that are changed: all of them are visible. */
const CELLS = 100;

/** How it went. */
export interface Busy {
  /** Changes that were written. */
  readonly changes: number;
  /** Seconds that it took. */
  readonly seconds: number;
  /** Tasks that held the browser's main thread for more than 50 milliseconds, each in milliseconds. */
  readonly longTasks: readonly number[];
  /** Frames a second that the browser has shown. */
  readonly framesPerSecond: number;
  /** Longest time between two frames, in milliseconds. */
  readonly longestFrame: number;
  /** What the cells show in the end. */
  readonly shown: readonly string[];
  /** What they should show. */
  readonly expected: readonly string[];
}

/** Counts long tasks and frames from now on. */
const OBSERVE = `{
  const seen = window.seen = { tasks: [], frames: 0, longest: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.tasks.push(duration);
  }).observe({ type: "longtask" });
  let last = performance.now();
  const frame = () => {
    const now = performance.now();
    seen.frames++;
    seen.longest = Math.max(seen.longest, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}`;

/** Writes for so many seconds into cells that the page shows, watches and lists. */
export async function keepBusy(
  executable: string,
  seconds: number,
): Promise<Busy> {
  const watch = [0, 1, 2, 3].map((i) => `h${i}.uint16.ABCD.1.Value ${i}`);
  await using live = await LivePage.open(executable, {
    hash: `#table=holdingRegisters&address=0&watch=${watch.join("~")}`,
  });
  const { modbus, page } = live;
  await live.shows(CELLS - 1, "0");
  await page.evaluate(OBSERVE);
  const values = new Array<number>(CELLS).fill(0);
  const perWrite = CHANGES / WRITES;
  const begin = performance.now();
  let changes = 0;
  for (let i = 0; i < seconds * WRITES; i++) {
    const first = (i * perWrite) % CELLS;
    for (let j = first; j < first + perWrite; j++) values[j] = (i + j) & 0xffff;
    await modbus.writeMultipleRegisters(
      first,
      values.slice(first, first + perWrite),
    );
    changes += perWrite;
    const due = begin + (i + 1) * 1000 / WRITES;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  }
  const took = (performance.now() - begin) / 1000;
  const seen = await page.evaluate("window.seen") as {
    tasks: number[];
    frames: number;
    longest: number;
  };
  // The mark comes behind all that was written.
  await modbus.writeSingleRegister(CELLS, 4711);
  await live.shows(CELLS, "4711");
  const shown = await Promise.all(
    values.map((_, i) => live.cell(i).textContent()),
  );
  return {
    ...{ changes, seconds: took, longTasks: seen.tasks.map(Math.round) },
    framesPerSecond: Math.round(seen.frames / took),
    longestFrame: Math.round(seen.longest),
    shown: shown.map(String),
    expected: values.map(String),
  };
}

if (import.meta.main) {
  const { shown, expected, ...figures } = await keepBusy(
    findChromium() ?? "",
    Number(Deno.args[0] ?? 30),
  );
  const isRight = shown.join() === expected.join();
  // deno-lint-ignore no-console
  console.log({ ...figures, isRight });
}
