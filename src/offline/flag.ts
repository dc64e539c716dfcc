/**
 * Prints the flag that lets `deno` run where JSR can't be reached: nothing when
 * `@std` can be loaded, else the import map that puts stand-ins in its place.
 * The tasks of `deno.json` put it into their command lines.
 * @module
 */
import map from "./import_map.json" with { type: "json" };

/** How long JSR may take to answer, in milliseconds: a firewall may drop packets silently. */
const PATIENCE = 15_000;

const names = Object.keys(map.imports).filter((name) =>
  name.startsWith("@std/")
);

/** Loads a module whose name is not known before it runs, so that a failure can be caught. */
const load = (name: string): Promise<unknown> => import(name);

const late = Promise.withResolvers<never>();
const timer = setTimeout(
  () => late.reject(new Error(`no answer within ${PATIENCE / 1000} s`)),
  PATIENCE,
);

try {
  await Promise.race([Promise.all(names.map(load)), late.promise]);
  clearTimeout(timer);
} catch (error) {
  const { message } = error as Error;
  // deno-lint-ignore no-console
  console.error(
    `JSR can't be reached (${
      message.split("\n", 1)[0]
    }): using the stand-ins for @std in src/offline`,
  );
  // deno-lint-ignore no-console
  console.log("--import-map=src/offline/import_map.json");
  Deno.exit(0);
}
