/**
 * The program: arguments, start, signals, exit code.
 * @module
 */
import { formatAddress } from "./address.ts";
import { type App, start } from "./app.ts";
import { type Command, parseCommand } from "./command_line.ts";
import { COMMANDS } from "./commands.ts";
import { type Config, ConfigError } from "./config.ts";
import { configSchema } from "./config/schema.ts";
import { configText } from "./config/text.ts";
import { helpText, subcommandHelpText } from "./help.ts";
import { openLog } from "./log.ts";
import { limitLog } from "./log_limit.ts";
import { StartError } from "./start_error.ts";
import { VERSION } from "./version.ts";

const PROGRAM = "modbus-ws-adapter";

/** Exit codes. */
const Exit = { ok: 0, failed: 1, usage: 2 } as const;

// deno-lint-ignore no-console
const print = console.log;
// deno-lint-ignore no-console
const printError = console.error;

async function main(): Promise<void> {
  // The runtime would let this variable silently replace --host and --ws-port.
  Deno.env.delete("DENO_SERVE_ADDRESS");
  const command = parseCommand(Deno.args, {
    env: (name) => Deno.env.get(name),
    readFile: Deno.readFileSync,
    subcommands: COMMANDS,
  });
  switch (command.action) {
    case "help":
      return print(help(command));
    case "version":
      return print(`${PROGRAM} ${VERSION}`);
    case "print-config":
      return print(configText(command.settings).trimEnd());
    case "print-config-schema":
      return print(JSON.stringify(configSchema(), undefined, 2));
    case "run":
      return await run(command.config);
    case "subcommand": {
      const { subcommand, operands, config } = command;
      Deno.exit(await subcommand.run({ operands, config, print, printError }));
    }
  }
}

function help({ subcommand }: Extract<Command, { action: "help" }>): string {
  const text = subcommand === undefined
    ? helpText(VERSION, COMMANDS)
    : subcommandHelpText(subcommand);
  return text.trimEnd();
}

async function run(config: Config): Promise<void> {
  giveBackPermissions(config);
  const log = limitLog(
    openLog(config.logLevel, config.logFormat, printError),
    () => performance.now(),
  );
  const app = await start(config, log);
  stopOnSignal(app);
  reloadOnSignal(app, config);
  const tls = config.tlsCert !== undefined;
  if (config.logFormat === "json") {
    print(JSON.stringify({ listening: "modbus", ...app.modbusAddr }));
    print(JSON.stringify({ listening: "websocket", ...app.wsAddr, tls }));
    print(JSON.stringify({ ready: true, version: VERSION }));
  } else {
    const ws = formatAddress(app.wsAddr);
    print(`Modbus TCP  ${formatAddress(app.modbusAddr)}`);
    const s = tls ? "s" : "";
    print(`WebSocket   ws${s}://${ws}/  (page: http${s}://${ws}/)`);
    print("ready");
  }
}

/** Gives up for good what this run has no use for. */
function giveBackPermissions({ data, trace }: Config): void {
  Deno.permissions.revokeSync({ name: "env" });
  if (data !== undefined || trace !== undefined) return;
  Deno.permissions.revokeSync({ name: "write" });
}

function stopOnSignal(app: App): void {
  let stopping = false;
  const stop = async () => {
    // A second signal means: now.
    if (stopping) Deno.exit(Exit.failed);
    stopping = true;
    await app.stop();
    Deno.exit(Exit.ok);
  };
  const other = Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM";
  Deno.addSignalListener("SIGINT", stop);
  Deno.addSignalListener(other, stop);
}

/** Without files to read again, SIGHUP means what it always does: the end. */
function reloadOnSignal(app: App, { tokenFile, tlsCert }: Config): void {
  const hasFiles = tokenFile !== undefined || tlsCert !== undefined;
  if (!hasFiles || Deno.build.os === "windows") return;
  Deno.addSignalListener("SIGHUP", () => app.reload());
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (error instanceof ConfigError) {
      printError(`${PROGRAM}: ${error.message} (see --help)`);
      Deno.exit(Exit.usage);
    }
    if (error instanceof StartError) {
      printError(`${PROGRAM}: ${error.message}`);
      Deno.exit(Exit.failed);
    }
    if (error instanceof Deno.errors.NotCapable) {
      // Run from source without the permissions of `deno task start`.
      printError(`${PROGRAM}: ${error.message}`);
      Deno.exit(Exit.failed);
    }
    throw error;
  }
}
