/**
 * The flags: one table, from which arguments, environment and files are checked
 * and help is printed.
 * @module
 */
import { ACCESS } from "./flags/access.ts";
import type { Flag, Switch, Topic } from "./flags/flag.ts";
import { LOG } from "./flags/log.ts";
import { MODBUS } from "./flags/modbus.ts";
import { NETWORK } from "./flags/network.ts";
import { STORE } from "./flags/store.ts";
import { TRACE } from "./flags/trace.ts";
import { UNITS } from "./flags/units.ts";
import { WEBSOCKET } from "./flags/websocket.ts";

/** Flags with values, as the help groups them. */
export const TOPICS: readonly Topic[] = [
  NETWORK,
  WEBSOCKET,
  MODBUS,
  UNITS,
  ACCESS,
  STORE,
  TRACE,
  LOG,
];

/** Flags with values: names and order are those of the configuration. */
export const CONFIG_FLAGS: readonly Flag[] = TOPICS.flatMap(({ flags }) =>
  flags
);

/** The flag that names a configuration file; no part of the configuration. */
export const FILE_FLAG: Flag = {
  name: "config",
  value: "FILE",
  default: "",
  help: "take settings from this file, JSON with the names of the flags",
  parse: (text) => text,
};

/** Flags without values, of the program and of each of its commands. */
export const SWITCHES: readonly Switch[] = [
  { name: "help", short: "h", help: "show this help and exit" },
  { name: "version", short: "V", help: "show the version and exit" },
];

/** Flags without values, of the program alone. */
export const CONFIG_SWITCHES: readonly Switch[] = [
  {
    name: "print-config",
    help:
      "check the configuration, show it as a file with where each value came from, and exit",
  },
  {
    name: "print-config-schema",
    help: "show the JSON Schema of configuration files, for editors, and exit",
  },
];
