/**
 * What stands in metrics, apart from comments and zeros.
 * @module
 */
import { encodeOpenMetrics } from "../../src/metrics/encode.ts";
import type { Family } from "../../src/metrics/family.ts";

/** The lines of samples. */
export function samples(families: readonly Family[]): string[] {
  return encodeOpenMetrics(families).split("\n").filter((line) =>
    line !== "" && !line.startsWith("#")
  );
}

/** The lines of samples whose value is not 0. */
export function nonZero(families: readonly Family[]): string[] {
  return samples(families).filter((line) => !line.endsWith(" 0"));
}
