/**
 * Load benchmark: our program and its peers from npm, in turns, on loopback.
 *
 *     deno task bench:load --help
 *
 * What counts is the ratio of two servers in the same round: figures of
 * different days or machines can't be compared.
 * @module
 */
import { bench } from "./rounds.ts";
import { HELP, parseOptions } from "./options.ts";

// deno-lint-ignore no-console
const print = console.log;
// deno-lint-ignore no-console
const printError = console.error;

if (import.meta.main) {
  try {
    const options = parseOptions(Deno.args);
    if (options === "help") {
      print(HELP.trimEnd());
      Deno.exit(0);
    }
    const { report, faults } = await bench(options, printError);
    print(`\n${report.trimEnd()}`);
    if (options.markdown !== undefined) {
      await Deno.writeTextFile(options.markdown, report);
    }
    // Threads and sockets that are still being closed need not be waited for.
    Deno.exit(faults.length > 0 ? 1 : 0);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    printError(error.message);
    Deno.exit(2);
  }
}
