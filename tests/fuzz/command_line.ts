/**
 * Fuzzes the command line: flags and variables as the README tells them, said
 * again here, and noise.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type Command, parseCommand } from "../../src/command_line.ts";
import { ConfigError, envName } from "../../src/config.ts";
import type { Random } from "../testing/random.ts";
import { surroundings } from "../testing/surroundings.ts";
import type { Outcomes, Target } from "./fuzz.ts";
import { TABLES } from "./ws_model.ts";

/** Command lines of one round. */
const LINES = 1000;

/** A text for a flag, and the value it stands for; undefined: it is refused. */
type Sample = readonly [text: string, value: unknown];

/** A flag. */
interface Rule {
  /** The key of its value in the configuration. */
  readonly key: string;
  /** Whether it may be given several times. */
  readonly repeatable?: true;
  /** Texts for it, right and wrong. */
  readonly sample: (random: Random) => Sample;
}

/** What is no value of any flag but for texts. */
const JUNK = [
  ...["", " ", "x", "-1", "+1", "1e3", "0x10", "1_000", "NaN", "Infinity"],
  ...["1 ", " 1", "1.5.2", "１", "٣", "9".repeat(400), "\0", "1\n", "null"],
  ...["true", "__proto__", "K", "1KB", "1GiB", ".5", "5.", "1,5", "--", "-"],
];

/** Whole numbers from `min` to `max`, of up to `digits` digits. */
function integers(min: number, max: number, digits: number) {
  return (random: Random): Sample => {
    if (random.oneIn(3)) return junk(random);
    const value = random.pick([
      ...[min - 1, min, max, max + 1, random.between(min, max)],
    ]);
    const text = (random.oneIn(9) ? "0".repeat(random.int(4)) : "") + value;
    const right = value >= min && value <= max && /^\d+$/.test(text) &&
      text.length <= digits;
    return [text, right ? value : undefined];
  };
}

function junk(random: Random): Sample {
  return [random.pick(JUNK), undefined];
}

/** Bytes with or without a unit. */
function sizes(min: number) {
  return (random: Random): Sample => {
    if (random.oneIn(3)) return junk(random);
    const count = random.pick([0, 1, 127, 128, 1023, 1024, 1 << 20, 1 << 30]);
    const unit = random.pick(["", "K", "k", "M", "m"]);
    const factor = { "": 1, k: 1024, m: 1_048_576 }[unit.toLowerCase()]!;
    const value = count * factor;
    const right = value >= min && value <= 1_073_741_824;
    return [`${count}${unit}`, right ? value : undefined];
  };
}

/** Seconds, of which milliseconds are made. */
function times(min: number) {
  return (random: Random): Sample => {
    if (random.oneIn(3)) return junk(random);
    const whole = random.pick([0, 1, 30, 2_147_482, 2_147_483, 2_147_484]);
    const thousandths = random.pick([0, 1, 99, 100, 999]);
    const text = `${whole}.${`${thousandths}`.padStart(3, "0")}`;
    const value = whole * 1000 + thousandths;
    const right = value >= min && value <= 2_147_483_000;
    return [text, right ? value : undefined];
  };
}

function words(...allowed: string[]) {
  return (random: Random): Sample => {
    const text = random.pick([...allowed, allowed[0]!.toUpperCase(), "x", ""]);
    return [text, allowed.includes(text) ? text : undefined];
  };
}

/** Addresses and ranges, of IPv4 in all lengths. */
function cidr(random: Random): Sample {
  if (random.oneIn(4)) return junk(random);
  if (random.oneIn(4)) {
    const right = random.pick(["::1", "fd00::/8", "::ffff:10.0.0.7", "::/0"]);
    const wrong = random.pick(["::g", "fd00::/129", ":::", "1::2::3", "[::1]"]);
    return random.oneIn(2) ? [right, right] : [wrong, undefined];
  }
  const prefix = random.int(34);
  const bits = Array.from({ length: 32 }, (_, i) => {
    // One in some hundred has a bit too many.
    return i < prefix ? random.int(2) : Number(random.oneIn(400));
  });
  const bytes = [0, 8, 16, 24].map((at) =>
    parseInt(bits.slice(at, at + 8).join(""), 2)
  );
  if (random.oneIn(20)) bytes[random.int(4)] = 256;
  const text = `${bytes.join(".")}/${prefix}`;
  const right = prefix <= 32 && !bytes.includes(256) &&
    !bits.slice(prefix).includes(1);
  return [text, right ? text : undefined];
}

/** Cells to be protected. */
function cells(random: Random): Sample {
  if (random.oneIn(4)) return junk(random);
  const table = random.pick([...TABLES, "Coils", "coil"]);
  const side = random.pick(["modbus", "ws", "all", "both"]);
  const [from, to] = [0, 1].map(() =>
    random.pick([0, 1, 999, 65_535, 65_536, random.int(65_536)])
  );
  const text = `${table}:${from}-${to}:${side}`;
  const right = TABLES.includes(table) && side !== "both" && from! <= to! &&
    to! <= 65_535;
  const address = from!;
  const count = to! - address + 1;
  const range = { table: TABLES.indexOf(table), address, count, side };
  return [text, right ? range : undefined];
}

const NO_UNITS = JUNK.filter((text) => !/^[\s\d,]+$/.test(text));

/** Lists of unit ids, each once. */
function units(random: Random): Sample {
  // There may be spaces in a list.
  if (random.oneIn(3)) return [random.pick(NO_UNITS), undefined];
  const ids = [0, 1, 2, 7, 254, 255].filter(() => random.oneIn(2));
  if (ids.length === 0) return ["3-1", undefined];
  const [more, wrong] = random.pick([
    ...[["", false], [",100-102", false], [",256", true]] as const,
    ...[[",", true], [",x", true], [",300-301", true]] as const,
  ]);
  const all = more === ",100-102" ? [...ids, 100, 101, 102] : ids;
  const value = all.toSorted((a, b) => a - b);
  return [ids.join() + more, wrong ? undefined : value];
}

const samples = (all: readonly Sample[]) => (random: Random) =>
  random.pick(all);

const connections = integers(1, 1_000_000, 9);

/** What is known of the flags. Others there may be: they are not judged by their values. */
const RULES: Readonly<Record<string, Rule>> = {
  "host": {
    key: "host",
    sample: samples([
      ...[["127.0.0.1", "127.0.0.1"], ["::", "::"], ["[::1]", "::1"]] as const,
      ...[["a b", undefined], ["", undefined], ["a\n", undefined]] as const,
    ]),
  },
  "modbus-port": { key: "modbusPort", sample: integers(0, 65_535, 9) },
  "ws-port": { key: "wsPort", sample: integers(0, 65_535, 9) },
  "allow-origin": {
    key: "allowOrigin",
    repeatable: true,
    sample: samples([
      ["*", "*"],
      ["https://hmi.example", "https://hmi.example"],
      ["https://hmi.example/", "https://hmi.example"],
      ["HTTP://HMI.example:80", "http://hmi.example"],
      ["hmi.example", undefined],
      ["https://hmi.example/page", undefined],
      ["https://*.example", undefined],
      ["wss://hmi.example", undefined],
      ["", undefined],
    ]),
  },
  "max-clients": { key: "maxClients", sample: connections },
  "max-clients-per-address": {
    key: "maxClientsPerAddress",
    sample: connections,
  },
  "max-message": { key: "maxMessage", sample: sizes(128) },
  "client-queue": { key: "clientQueue", sample: sizes(1024) },
  "client-stall-timeout": { key: "clientStallTimeout", sample: times(100) },
  "history": { key: "history", sample: sizes(0) },
  "modbus-max-connections": {
    key: "modbusMaxConnections",
    sample: connections,
  },
  "modbus-frame-timeout": { key: "modbusFrameTimeout", sample: times(100) },
  "modbus-idle-timeout": { key: "modbusIdleTimeout", sample: times(0) },
  "modbus-allow": { key: "modbusAllow", repeatable: true, sample: cidr },
  "modbus-priority": { key: "modbusPriority", repeatable: true, sample: cidr },
  "ws-allow": { key: "wsAllow", repeatable: true, sample: cidr },
  "trusted-proxy": { key: "trustedProxy", repeatable: true, sample: cidr },
  "read-only": {
    key: "readOnly",
    sample: words("none", "modbus", "ws", "all"),
  },
  "protect": { key: "protect", repeatable: true, sample: cells },
  "units": { key: "units", sample: units },
  "unknown-unit": {
    key: "unknownUnit",
    sample: words("exception", "silence"),
  },
  "log-level": {
    key: "logLevel",
    sample: words("debug", "info", "warn", "error"),
  },
  "log-format": { key: "logFormat", sample: words("text", "json") },
};

const NAMES = Object.keys(RULES);

/** Pieces of arguments that mean nothing, or not what they look like. */
const NOISE = [
  ...["--", "-", "---", "=", "--=", "--=x", "-=", "x", "", " ", "\0", "\n"],
  ...["--help", "-h", "--version", "-V", "-hV", "-Vh", "-x", "-h=false"],
  ...["--help=false", "--no-help", "--no-host", "--host", "--ws-port", "true"],
  ...["--__proto__=1", "--constructor", "--toString=1", "--_=1", "--host.a=1"],
  ...["--HOST=x", "--ws_port=1", "--wsPort=1", "-ws-port", "–host", "\u202e"],
  ...["\ud800", "😀", "\x1b[31m", "a=b=c", "--ws-port=1=2", "--allow-origin"],
];

/** What is asked for. */
interface Line {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How a command line ends; `error`: with 2. */
type Outcome = Command["action"] | "error";

/** What a command line comes to. */
interface Result {
  readonly outcome: Outcome;
  readonly command: Command | undefined;
}

function run({ args, env }: Line): Result {
  try {
    const command = parseCommand(args, surroundings(env));
    return { outcome: command.action, command };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // One line, whatever the arguments hold.
    assert(/^\P{C}+$/u.test(error.message.toWellFormed()), error.message);
    return { outcome: "error", command: undefined };
  }
}

/** Some flags and variables. Compares what comes of them with what should. */
function tryFlags(random: Random): Outcome {
  const args: string[] = [];
  const env: Record<string, string> = {};
  const expected: Record<string, unknown> = {};
  let right = true;
  for (const name of pickSome(random)) {
    const { key, repeatable, sample } = RULES[name]!;
    const times = random.oneIn(12) ? 2 : 1;
    const given = Array.from({ length: times }, () => sample(random));
    const values = given.map(([, value]) => value);
    // A flag beats its variable, whatever that says.
    const [text, value] = sample(random);
    const inEnv = random.oneIn(6);
    const inArgs = !inEnv || random.oneIn(2);
    if (inEnv) env[envName(name)] = text;
    if (inArgs) {
      for (const [text] of given) args.push(...asArgs(random, name, text));
    }
    if (inArgs) {
      if (values.includes(undefined) || (times > 1 && !repeatable)) {
        right = false;
      }
      expected[key] = repeatable ? values : values[0];
    } else if (text !== "") {
      // An empty variable is not set; a list of nothing is a slip.
      if (value === undefined) right = false;
      expected[key] = repeatable ? [value] : value;
    }
  }
  const line = { args, env };
  const { outcome, command } = run(line);
  if (outcome !== (right ? "run" : "error")) {
    throw new Error(`It ends with ${outcome}: ${JSON.stringify(line)}`);
  }
  if (command?.action === "run") {
    for (const [key, value] of Object.entries(expected)) {
      const actual =
        (command.config as unknown as Record<string, unknown>)[key];
      assertEquals(actual, value, `${key}: ${JSON.stringify(line)}`);
    }
  }
  return outcome;
}

function pickSome(random: Random): string[] {
  const count = random.pick([0, 1, 1, 2, 3, 6]);
  return [
    ...new Set(Array.from({ length: count }, () => random.pick(NAMES))),
  ];
}

function asArgs(random: Random, name: string, text: string): string[] {
  // What begins with a dash is another flag, unless it stands behind "=".
  return text.startsWith("-") || text === "" || random.oneIn(2)
    ? [`--${name}=${text}`]
    : [`--${name}`, text];
}

/** Arguments that mean nothing. Only the outcome is looked at. */
function tryNoise(random: Random): Outcome {
  const piece = () => random.pick(random.oneIn(3) ? JUNK : NOISE);
  const args = Array.from({ length: random.between(1, 5) }, () => {
    switch (random.int(4)) {
      case 0:
        return `--${random.pick(NAMES)}=${piece()}`;
      case 1:
        return piece() + piece();
      default:
        return piece();
    }
  });
  return run({ args, env: {} }).outcome;
}

/** The command line from arguments to configuration. */
export const commandLine: Target = {
  name: "cli",
  unit: "command lines",
  outcomes: ["run", "help", "version", "error"] satisfies Outcome[],
  round(random: Random, outcomes: Outcomes) {
    for (let i = 0; i < LINES; i++) {
      outcomes.add(random.oneIn(4) ? tryNoise(random) : tryFlags(random));
    }
  },
};
