/**
 * What processes have used, from `/proc`: only on Linux, undefined elsewhere.
 * @module
 */

/** Clock ticks per second in `/proc/<pid>/stat`: 100 on every Linux that Deno runs on. */
const TICKS = 100;

/** Seconds of processor time, user and system, of all threads of a process. */
export function cpuSeconds(pid: number): number | undefined {
  const stat = read(`${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field, the name, is in parentheses and may have blanks; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Seconds of processor time that all programs and the system have used since it was started. */
export function machineSeconds(): number | undefined {
  const stat = read("stat");
  if (stat === undefined) return undefined;
  // cpu user nice system idle iowait irq softirq steal …
  const [user, nice, system, , , irq, softirq, steal] = stat.slice(5).trim()
    .split(" ", 8).map(Number);
  const ticks = user! + nice! + system! + irq! + softirq! + steal!;
  return ticks / TICKS;
}

/** KiB of memory that a process has resident. */
export function residentKib(pid: number): number | undefined {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(read(`${pid}/status`) ?? "") ??
    [];
  return kib === undefined ? undefined : Number(kib);
}

function read(file: string): string | undefined {
  if (Deno.build.os !== "linux") return undefined;
  try {
    return Deno.readTextFileSync(`/proc/${file}`);
  } catch {
    // The process has ended, or belongs to somebody else.
    return undefined;
  }
}
