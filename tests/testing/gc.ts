/**
 * The garbage collector, for tests of what is kept and what is let go.
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let gc: (() => void) | undefined;

/** Collects all garbage. What was made or looked at in this turn of the event loop is spared by weak references. */
export async function collectGarbage(): Promise<void> {
  if (gc === undefined) {
    setFlagsFromString("--expose-gc");
    gc = runInNewContext("gc") as () => void;
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  gc();
}
