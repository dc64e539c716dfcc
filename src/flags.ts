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
import { WEBSOCKET } from "./flags/websocket.ts";

/** Flags with values, as the help groups them. */
export const TOPICS: readonly Topic[] = [
  NETWORK,
  WEBSOCKET,
  MODBUS,
  ACCESS,
  LOG,
];

/** Flags with values: names and order are those of the configuration. */
export const CONFIG_FLAGS: readonly Flag[] = TOPICS.flatMap(({ flags }) =>
  flags
);

/** Flags without values. */
export const SWITCHES: readonly Switch[] = [
  { name: "help", short: "h", help: "show this help and exit" },
  { name: "version", short: "V", help: "show the version and exit" },
];
