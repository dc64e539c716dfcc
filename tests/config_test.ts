import { assertEquals, assertThrows } from "@std/assert";
import { parseCommand } from "../src/command_line.ts";
import { type Config, ConfigError, envName } from "../src/config.ts";
import { CONFIG_FLAGS } from "../src/flags.ts";
import { ACCESS_DEFAULTS, ACCESS_ROWS } from "./flags/access_rows.ts";
import { STORE_DEFAULTS, STORE_ROWS } from "./flags/store_rows.ts";
import { TRACE_DEFAULTS, TRACE_ROWS } from "./flags/trace_rows.ts";
import { UNITS_DEFAULTS, UNITS_ROWS } from "./flags/units_rows.ts";
import { inFile } from "./testing/config_values.ts";
import { surroundings } from "./testing/surroundings.ts";

/** What the README and the help promise. */
const DEFAULTS: Config = {
  host: "127.0.0.1",
  modbusPort: 8502,
  wsPort: 8765,
  allowOrigin: [],
  maxClients: 1000,
  maxClientsPerAddress: 1000,
  maxMessage: 524_288,
  clientQueue: 1_048_576,
  clientStallTimeout: 30_000,
  history: 4_194_304,
  modbusMaxConnections: 256,
  modbusFrameTimeout: 10_000,
  modbusIdleTimeout: 0,
  ...ACCESS_DEFAULTS,
  ...STORE_DEFAULTS,
  ...UNITS_DEFAULTS,
  ...TRACE_DEFAULTS,
  logLevel: "info",
  logFormat: "text",
};

/** One row for each flag: two values as text, what the first comes out as, and its variable. */
interface Row {
  readonly flag: string;
  readonly variable: string;
  readonly text: string;
  readonly other: string;
  readonly config: Partial<Config>;
  readonly bad: string;
  readonly complaint: string;
}

const count =
  '"x" is not a number of connections: it takes an integer from 1 to 1000000';
const port = '"x" is not a port: it takes an integer from 0 to 65535';
const size = (min: number) =>
  `"x" is not a size: it takes bytes from ${min} to 1073741824, such as 65536, 64K or 1M`;
const time = (min: number) =>
  `"x" is not a time: it takes seconds from ${min} to 2147483`;

const ROWS: readonly Row[] = [
  {
    flag: "host",
    variable: "MODBUS_WS_HOST",
    text: "0.0.0.0",
    other: "::1",
    config: { host: "0.0.0.0" },
    bad: "a b",
    complaint: '"a b" is not an address: it takes an IP address or a name',
  },
  {
    flag: "modbus-port",
    variable: "MODBUS_WS_MODBUS_PORT",
    text: "502",
    other: "1502",
    config: { modbusPort: 502 },
    bad: "x",
    complaint: port,
  },
  {
    flag: "ws-port",
    variable: "MODBUS_WS_WS_PORT",
    text: "0",
    other: "8080",
    config: { wsPort: 0 },
    bad: "x",
    complaint: port,
  },
  {
    flag: "allow-origin",
    variable: "MODBUS_WS_ALLOW_ORIGIN",
    text: "https://HMI.example/",
    other: "https://b.example",
    config: { allowOrigin: ["https://hmi.example"] },
    bad: "x",
    complaint:
      '"x" is not an origin: it takes scheme and host, such as https://hmi.example, or *',
  },
  {
    flag: "max-clients",
    variable: "MODBUS_WS_MAX_CLIENTS",
    text: "5",
    other: "6",
    config: { maxClients: 5 },
    bad: "x",
    complaint: count,
  },
  {
    flag: "max-clients-per-address",
    variable: "MODBUS_WS_MAX_CLIENTS_PER_ADDRESS",
    text: "5",
    other: "6",
    config: { maxClientsPerAddress: 5 },
    bad: "x",
    complaint: count,
  },
  {
    flag: "max-message",
    variable: "MODBUS_WS_MAX_MESSAGE",
    text: "64K",
    other: "1M",
    config: { maxMessage: 65_536 },
    bad: "x",
    complaint: size(128),
  },
  {
    flag: "client-queue",
    variable: "MODBUS_WS_CLIENT_QUEUE",
    text: "2M",
    other: "64K",
    config: { clientQueue: 2_097_152 },
    bad: "x",
    complaint: size(1024),
  },
  {
    flag: "client-stall-timeout",
    variable: "MODBUS_WS_CLIENT_STALL_TIMEOUT",
    text: "2.5",
    other: "3",
    config: { clientStallTimeout: 2500 },
    bad: "x",
    complaint: time(0.1),
  },
  {
    flag: "history",
    variable: "MODBUS_WS_HISTORY",
    text: "0",
    other: "1M",
    config: { history: 0 },
    bad: "x",
    complaint: size(0),
  },
  {
    flag: "modbus-max-connections",
    variable: "MODBUS_WS_MODBUS_MAX_CONNECTIONS",
    text: "8",
    other: "9",
    config: { modbusMaxConnections: 8 },
    bad: "x",
    complaint: count,
  },
  {
    flag: "modbus-frame-timeout",
    variable: "MODBUS_WS_MODBUS_FRAME_TIMEOUT",
    text: "0.5",
    other: "3",
    config: { modbusFrameTimeout: 500 },
    bad: "x",
    complaint: time(0.1),
  },
  {
    flag: "modbus-idle-timeout",
    variable: "MODBUS_WS_MODBUS_IDLE_TIMEOUT",
    text: "60",
    other: "3",
    config: { modbusIdleTimeout: 60_000 },
    bad: "x",
    complaint: time(0),
  },
  ...UNITS_ROWS,
  ...ACCESS_ROWS,
  ...STORE_ROWS,
  ...TRACE_ROWS,
  {
    flag: "log-level",
    variable: "MODBUS_WS_LOG_LEVEL",
    text: "debug",
    other: "error",
    config: { logLevel: "debug" },
    bad: "x",
    complaint: '"x" is not known: it takes debug, info, warn, error',
  },
  {
    flag: "log-format",
    variable: "MODBUS_WS_LOG_FORMAT",
    text: "json",
    other: "text",
    config: { logFormat: "json" },
    bad: "x",
    complaint: '"x" is not known: it takes text, json',
  },
];

function parse(args: readonly string[], env: Record<string, string> = {}) {
  return parseCommand(args, surroundings(env));
}

function config(args: readonly string[], env: Record<string, string> = {}) {
  const command = parse(args, env);
  return command.action === "run" ? command.config : command.action;
}

function complaint(args: readonly string[], env: Record<string, string> = {}) {
  return assertThrows(() => parse(args, env), ConfigError).message;
}

Deno.test({
  name: "parseCommand() of nothing is the defaults",
  permissions: "none",
  fn() {
    assertEquals(parse([]), { action: "run", config: DEFAULTS });
  },
});

Deno.test({
  name: "parseCommand() has each flag in the table of this test",
  permissions: "none",
  fn() {
    const flags = CONFIG_FLAGS.map(({ name }) => name);
    assertEquals(ROWS.map(({ flag }) => flag), flags);
    assertEquals(
      ROWS.map(({ flag }) => envName(flag)),
      ROWS.map(({ variable }) => variable),
    );
  },
});

for (const { flag, variable, text, other, bad, ...row } of ROWS) {
  const expected = { ...DEFAULTS, ...row.config };
  const repeatable = Array.isArray(Object.values(row.config)[0]);
  const name = `parseCommand() of --${flag}`;
  Deno.test(name, { permissions: "none" }, async (t) => {
    await t.step("and a value", () => {
      assertEquals(config([`--${flag}`, text]), expected);
    });
    await t.step("and a value behind =", () => {
      assertEquals(config([`--${flag}=${text}`]), expected);
    });
    await t.step("as a variable", () => {
      assertEquals(config([], { [variable]: text }), expected);
    });
    await t.step("that beats the variable", () => {
      const env = { [variable]: other };
      assertEquals(config([`--${flag}`, text], env), expected);
    });
    await t.step("that beats even a bad variable", () => {
      const env = { [variable]: bad };
      assertEquals(config([`--${flag}`, text], env), expected);
    });
    const file = JSON.stringify({ [flag]: inFile(flag, text) });
    const run = { action: "run", config: expected } as const;
    await t.step("in a file", () => {
      const world = surroundings({}, { f: file });
      assertEquals(parseCommand(["--config=f"], world), run);
    });
    await t.step("as a variable that beats the file", () => {
      const files = { f: JSON.stringify({ [flag]: inFile(flag, other) }) };
      const env = { [variable]: text, MODBUS_WS_CONFIG: "f" };
      assertEquals(parseCommand([], surroundings(env, files)), run);
    });
    await t.step("in a file, with an empty variable", () => {
      const env = { [variable]: "", MODBUS_WS_CONFIG: "f" };
      assertEquals(parseCommand([], surroundings(env, { f: file })), run);
    });
    await t.step("as an empty variable", () => {
      assertEquals(config([], { [variable]: "" }), DEFAULTS);
    });
    await t.step("with a bad value", () => {
      const expected = `--${flag} ${row.complaint}`;
      assertEquals(complaint([`--${flag}`, bad]), expected);
      assertEquals(complaint([`--${flag}=${bad}`]), expected);
    });
    await t.step("as a variable with a bad value", () => {
      const expected = `${variable} ${row.complaint}`;
      assertEquals(complaint([], { [variable]: bad }), expected);
    });
    await t.step("without a value", () => {
      const expected = `--${flag} needs a value`;
      assertEquals(complaint([`--${flag}`]), expected);
      assertEquals(complaint([`--${flag}=`]), expected);
      assertEquals(complaint([`--${flag}`], { [variable]: text }), expected);
    });
    await t.step({
      name: "given twice",
      ignore: repeatable,
      fn() {
        const expected = `--${flag} is given 2 times: give it once`;
        assertEquals(
          complaint([`--${flag}=${text}`, `--${flag}=${other}`]),
          expected,
        );
        assertEquals(
          complaint([`--${flag}`, text, `--${flag}`, text]),
          expected,
        );
      },
    });
    await t.step("negated", () => {
      for (
        const args of [[`--no-${flag}`], [`--no-${flag}=${text}`], [
          `--no-${flag}`,
          text,
        ]]
      ) {
        assertEquals(
          complaint(args),
          `--no-${flag} is not a flag of this program`,
        );
      }
    });
  });
}

Deno.test({
  name: "parseCommand() of each flag beats the variable, which beats the file",
  permissions: "none",
  fn() {
    const files = { f: '{"host": "::2", "ws-port": 2, "modbus-port": 2}' };
    const env = { MODBUS_WS_HOST: "::1", MODBUS_WS_WS_PORT: "1" };
    const args = ["--config", "f", "--host", "::"];
    assertEquals(parseCommand(args, surroundings(env, files)), {
      action: "run",
      config: { ...DEFAULTS, host: "::", wsPort: 1, modbusPort: 2 },
    });
  },
});

Deno.test({
  name: "parseCommand() takes all flags together",
  permissions: "none",
  fn() {
    const expected = Object.assign({}, ...ROWS.map((row) => row.config));
    const args = ROWS.flatMap(({ flag, text }) => [`--${flag}`, text]);
    assertEquals(config(args), expected);
    const env = ROWS.map(({ variable, text }) => [variable, text] as const);
    assertEquals(config([], Object.fromEntries(env)), expected);
  },
});

Deno.test(
  "parseCommand() of --allow-origin",
  { permissions: "none" },
  async (t) => {
    const variable = "MODBUS_WS_ALLOW_ORIGIN";
    const [a, b, c] = [
      "https://a.example",
      "https://b.example",
      "https://c.example",
    ];
    const origins = (args: string[], env = {}) => {
      const found = config(args, env);
      return typeof found === "string" ? found : found.allowOrigin;
    };
    await t.step("several times", () => {
      assertEquals(origins([`--allow-origin=${a}`, "--allow-origin", b]), [
        a,
        b,
      ]);
    });
    await t.step("as a list in the variable", () => {
      assertEquals(origins([], { [variable]: `${a},${b}` }), [a, b]);
    });
    await t.step("as a list with spaces and empty places", () => {
      assertEquals(origins([], { [variable]: ` ${a} ,, ${b},` }), [a, b]);
    });
    await t.step("that replaces what the variable has", () => {
      assertEquals(
        origins(["--allow-origin", c], { [variable]: `${a},${b}` }),
        [c],
      );
    });
    await t.step("that is no list", () => {
      assertEquals(
        complaint(["--allow-origin", `${a},${b}`]),
        `--allow-origin "${a},${b}" is not an origin: it takes scheme and host, such as https://hmi.example, or *`,
      );
    });
    await t.step("with one bad place in the list", () => {
      assertEquals(
        complaint([], { [variable]: `${a},b` }),
        'MODBUS_WS_ALLOW_ORIGIN "b" is not an origin: it takes scheme and host, such as https://hmi.example, or *',
      );
    });
  },
);

Deno.test("parseCommand() is asked for", { permissions: "none" }, async (t) => {
  for (
    const [args, action] of [
      [["--help"], "help"],
      [["-h"], "help"],
      [["--version"], "version"],
      [["-V"], "version"],
      [["-hV"], "help"],
      [["-Vh"], "help"],
      [["--version", "--help"], "help"],
      [["--help", "--help"], "help"],
      [["--help=true"], "help"],
      [["--ws-port", "1", "--help"], "help"],
      // Whoever asks for help is not told off for a value.
      [["--help", "--ws-port=x"], "help"],
      [["--ws-port", "--help"], "help"],
      [["--ws-port=1", "--ws-port=2", "-V"], "version"],
      [["--help=false", "--version"], "version"],
    ] as const
  ) {
    await t.step(`${action} by ${args.join(" ")}`, () => {
      assertEquals(parse(args), { action });
    });
  }
});

Deno.test("parseCommand() runs on", { permissions: "none" }, async (t) => {
  for (
    const args of [["--help=false"], ["--help", "false"], ["-h", "false"], [
      "--version=false",
    ], ["--"]]
  ) {
    await t.step(args.join(" "), () => {
      assertEquals(parse(args), { action: "run", config: DEFAULTS });
    });
  }
});

Deno.test("parseCommand() takes no list of blanks for none", {
  permissions: "none",
}, () => {
  for (const text of [" ", ",", " , ,", "\t"]) {
    const { message } = assertThrows(
      () => parse([], { MODBUS_WS_MODBUS_ALLOW: text }),
      ConfigError,
    );
    assertEquals(message, "MODBUS_WS_MODBUS_ALLOW needs a value");
  }
});

const noFlag = (name: string, meant?: string) =>
  `${name} is not a flag of this program` +
  (meant === undefined ? "" : `: did you mean ${meant}?`);
const onlyFlags = (text: string) =>
  `"${text}" is not understood: there are only flags`;

/** Arguments, and the whole line that is said about them. */
const WRONG: readonly (readonly [string[], string])[] = [
  [["--modbus-prot", "1"], noFlag("--modbus-prot", "--modbus-port")],
  [["--modbus-prot=1"], noFlag("--modbus-prot", "--modbus-port")],
  [["--modbus-prot"], noFlag("--modbus-prot", "--modbus-port")],
  [["--modbusPort=1"], noFlag("--modbusPort", "--modbus-port")],
  [["--WS-PORT=1"], noFlag("--WS-PORT", "--ws-port")],
  [["--hos", "a"], noFlag("--hos", "--host")],
  [["--no-host"], noFlag("--no-host")],
  [["--no-help"], noFlag("--no-help")],
  [["--no-"], noFlag("--no-")],
  [["--host.name=a"], noFlag("--host.name")],
  [["--__proto__=a"], noFlag("--__proto__")],
  [["--constructor", "a"], noFlag("--constructor")],
  [["--host 0.0.0.0"], noFlag("--host 0.0.0.0")],
  [["---host"], noFlag("---host")],
  [["--="], noFlag("--")],
  [["-x"], noFlag("-x")],
  [["-p", "8080"], noFlag("-p")],
  [["-p8080"], noFlag("-p8080")],
  [["-host", "a"], noFlag("-host")],
  [["-hx"], noFlag("-hx")],
  [["-h=false"], noFlag("-h")],
  [["-h1"], noFlag("-h1")],
  [["-h-"], noFlag("-h-")],
  [["-1"], noFlag("-1")],
  [["-"], noFlag("-")],
  [["--ws-port", "-1"], noFlag("-1")],
  [["--ws-port", "-"], noFlag("-")],
  [
    ["--ws-port=-1"],
    '--ws-port "-1" is not a port: it takes an integer from 0 to 65535',
  ],
  [["--ws-port", "--host", "x"], "--ws-port needs a value"],
  [["--host", "--ws-port", "1"], "--host needs a value"],
  [["--host=", "--host=x"], "--host is given 2 times: give it once"],
  [
    ["--ws-port=1", "--ws-port=2", "--ws-port=3"],
    "--ws-port is given 3 times: give it once",
  ],
  [["8080"], onlyFlags("8080")],
  [["serve"], onlyFlags("serve")],
  [["serve", "--bad"], onlyFlags("serve")],
  [["--host", "a", "b"], onlyFlags("b")],
  [["--help", "me"], onlyFlags("me")],
  [["-h", "me"], onlyFlags("me")],
  [[""], onlyFlags("")],
  [["--host", ""], onlyFlags("")],
  [["--", "x"], 'Nothing may follow "--": there are only flags'],
  [
    ["--", "--host", "0.0.0.0"],
    'Nothing may follow "--": there are only flags',
  ],
  [["--help", "--", "x"], 'Nothing may follow "--": there are only flags'],
  // A mistake is told of even when help is wanted: it may be help for that.
  [["--help", "--bad"], noFlag("--bad")],
  [["--bad", "--help"], noFlag("--bad")],
];

Deno.test("parseCommand() refuses", { permissions: "none" }, async (t) => {
  for (const [args, expected] of WRONG) {
    await t.step(JSON.stringify(args), () => {
      assertEquals(complaint(args), expected);
    });
  }
});

Deno.test({
  name: "parseCommand() complains in one line, whatever the argument",
  permissions: "none",
  fn() {
    const hostile = "a\nb\r\x1b[31m\u2028\u202e";
    const shown = "a\\nb\\r\\u001b[31m\\u2028\\u202e";
    const host = "is not an address: it takes an IP address or a name";
    assertEquals(complaint([hostile]), onlyFlags(shown));
    assertEquals(complaint([`--${hostile}`]), noFlag(`--${shown}`));
    assertEquals(complaint([`-${hostile}`]), noFlag(`-${shown}`));
    assertEquals(complaint([`--host=${hostile}`]), `--host "${shown}" ${host}`);
    assertEquals(
      complaint([], { MODBUS_WS_HOST: hostile }),
      `MODBUS_WS_HOST "${shown}" ${host}`,
    );
  },
});

Deno.test({
  name: "parseCommand() looks up no variable but its own",
  permissions: "none",
  fn() {
    const asked: string[] = [];
    const env = (name: string) => {
      asked.push(name);
      return undefined;
    };
    parseCommand([], { ...surroundings(), env });
    const own = ["MODBUS_WS_CONFIG", ...ROWS.map(({ variable }) => variable)];
    assertEquals(asked, own);
  },
});
