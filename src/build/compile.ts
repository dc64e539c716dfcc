/**
 * `deno task compile`: makes one file that runs without Deno. See
 * {@linkcode USAGE}.
 * @module
 */
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { VERSION } from "../version.ts";
import { CommandError, deno } from "./command.ts";
import { writeSelfExtracting } from "./self_extracting.ts";
import { TrialError, tryOut } from "./trial.ts";

const USAGE = `deno task compile [OPTIONS]

  --output FILE       where to write it; dist/modbus-ws-adapter by default
  --target TARGET     for another system, as in "deno compile --target"
  --form FORM         native: by "deno compile"; self-extracting: a shell script
                      with an archive of this Deno, for this system only (not
                      Windows); auto, the default: native, and where its base
                      can't be downloaded, self-extracting
  --import-map FILE   handed on to Deno`;

/** How the program is run: what its heap may take, and what it may do. */
const RUN_FLAGS = [
  // Half of what V8 lets new objects take before it looks which are garbage:
  // 5 KiB less for each of 5,000 idle clients, and not slower.
  "--v8-flags=--max-semi-space-size=8",
  "--no-prompt",
  "--allow-net",
  "--allow-env=MODBUS_WS_*,DENO_SERVE_ADDRESS",
  // Files that the user names, and the program's own.
  "--allow-read",
  "--allow-write",
];

const FORMS = ["auto", "native", "self-extracting"];

interface Options {
  readonly output: string;
  readonly target: string;
  readonly form: string;
  /** Flags that tell Deno where modules come from. */
  readonly resolution: readonly string[];
}

/** The message is all that the user needs to know. */
class CompileError extends Error {}

// deno-lint-ignore no-console
const print = console.error;

function parse(args: string[]): Options {
  const { output, target, form, "import-map": map } = parseFlags(args);
  if (!FORMS.includes(form)) throw usageError(`Unknown form: ${form}`);
  const suffix = target.includes("windows") ? ".exe" : "";
  const maps = map === undefined ? [] : [`--import-map=${map}`];
  return {
    output: output ?? `dist/modbus-ws-adapter${suffix}`,
    target,
    form,
    resolution: ["--frozen", ...maps],
  };
}

function parseFlags(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        "output": { type: "string" },
        "target": { type: "string", default: Deno.build.target },
        "form": { type: "string", default: "auto" },
        "import-map": { type: "string" },
      },
    }).values;
  } catch (error) {
    throw usageError((error as Error).message);
  }
}

function usageError(message: string): CompileError {
  return new CompileError(`${message}\n\n${USAGE}`);
}

/** Makes the file in a folder beside its place, tries it, and only then puts it there. */
async function compile(options: Options): Promise<string> {
  const { output, target } = options;
  await Deno.mkdir(dirname(output), { recursive: true });
  const folder = await Deno.makeTempDir({
    dir: dirname(output),
    prefix: ".compile-",
  });
  try {
    const file = join(folder, basename(output));
    const form = await make(file, folder, options);
    if (target === Deno.build.target) await tryOut(file, folder);
    const { size } = await Deno.stat(file);
    await Deno.rename(file, output);
    return `${output}: ${form}, ${(size / 1e6).toFixed(1)} MB, for ${target}`;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Returns the form in which the file was made. */
async function make(
  file: string,
  folder: string,
  options: Options,
): Promise<string> {
  const { target, form, resolution } = options;
  const noArchive = whyNotSelfExtracting(target);
  if (form !== "self-extracting") {
    const reason = await makeNative(file, options);
    if (reason === undefined) return "native";
    const problem = `"deno compile" can't load its base (${reason})`;
    if (form === "native") throw new CompileError(problem);
    if (noArchive !== undefined) {
      throw new CompileError(`${problem}, and ${noArchive}`);
    }
    print(`${problem}: making a self-extracting executable instead`);
  } else if (noArchive !== undefined) throw new CompileError(noArchive);
  await writeSelfExtracting(file, folder, RUN_FLAGS, resolution);
  return "self-extracting";
}

function whyNotSelfExtracting(target: string): string | undefined {
  if (Deno.build.os === "windows") {
    return "there is no self-extracting form for Windows";
  }
  if (target !== Deno.build.target) {
    return `the self-extracting form can be made only for the system it is made on: this is ${Deno.build.target}, not ${target}`;
  }
  return undefined;
}

/** Returns why the base that `deno compile` needs can't be had, if so. */
async function makeNative(
  file: string,
  { target, resolution }: Options,
): Promise<string | undefined> {
  try {
    const { stderr } = await deno(
      "compile",
      ...[...resolution, ...RUN_FLAGS, "--target", target],
      // Without it, all that tests need is in the program, too.
      "--exclude-unused-npm",
      ...["--include", "src/modbus/worker.ts"],
      ...["--include", "src/store/worker.ts", "--output", file],
      "src/main.ts",
    );
    print(stderr);
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const [, cause] = error.stderr.split("Setting up base binary.\n");
    if (cause === undefined) throw error;
    return cause.trim().split("\n", 1)[0]!.replace(/^\d+: /, "");
  }
}

function isExpected(error: unknown): error is Error {
  return error instanceof CompileError || error instanceof CommandError ||
    error instanceof TrialError;
}

if (import.meta.main) {
  try {
    const options = parse(Deno.args);
    print(`Compiling modbus-ws-adapter ${VERSION} for ${options.target}`);
    print(await compile(options));
  } catch (error) {
    if (!isExpected(error)) throw error;
    print(`compile: ${error.message}`);
    Deno.exit(1);
  }
}
