/**
 * What a soak must leave behind. Pure.
 * @module
 */
import type { Soaked } from "./soak.ts";

/** KiB that the heap may have grown by: compiled code, pools of buffers. */
const HEAP_MARGIN = 8 * 1024;

/** KiB of memory in RAM on top: what the allocator keeps is not given back at once. */
const MEMORY_MARGIN = 64 * 1024;

/** The promises that were broken, in words; none is as it should be. */
export function brokenPromises(
  { figures, differences, errors }: Omit<Soaked, "visits">,
): string[] {
  const before = figures.find(({ when }) => when === "before")!;
  const after = figures.find(({ when }) => when === "after")!;
  const broken = [
    ...figures.flatMap(({ wrong }) => wrong.map((each) => `wrong: ${each}`)),
    ...differences,
    ...errors.map((line) => `error in the log: ${line}`),
  ];
  const late = figures.reduce((sum, { late }) => sum + late, 0);
  if (late > 0) broken.push(`${late} answers took more than a second`);
  if (after.descriptors > before.descriptors) {
    broken.push(`descriptors: ${before.descriptors} to ${after.descriptors}`);
  }
  if (after.heap! > before.heap! + HEAP_MARGIN) {
    broken.push(`heap: ${before.heap} to ${after.heap} KiB`);
  }
  if (after.memory > before.memory + MEMORY_MARGIN) {
    broken.push(`memory: ${before.memory} to ${after.memory} KiB`);
  }
  return broken;
}
