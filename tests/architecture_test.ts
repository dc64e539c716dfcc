// The rules of design and style that a reader of one file can't see: what may
// import what, where the runtime is touched, how large files grow.
import { assert, assertEquals } from "@std/assert";
import { granted } from "./testing/permissions.ts";
import { type Source, sources, withoutComments } from "./testing/sources.ts";

const ignore = !granted("read");
const permissions = { read: true };

/** What the files of a folder may import, besides each other. Nothing below imports anything above it. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "src/access/": ["src/bank/"],
  "src/bank/": [],
  "src/modbus/": [
    "src/access/",
    "src/bank/",
    "src/accept.ts",
    "src/address.ts",
    "src/backoff.ts",
    "src/trace/",
    "src/histogram.ts",
    "src/log.ts",
    "src/pause.ts",
  ],
  "src/trace/": [
    "src/access/",
    "src/flags/",
    "src/address.ts",
    "src/log.ts",
    "src/start_error.ts",
  ],
  "src/ws/": ["src/access/", "src/bank/", "src/histogram.ts", "src/pause.ts"],
  "src/http/": [
    "src/access/",
    "src/ws/",
    "src/page/",
    "src/client/",
    "src/accept.ts",
    "src/address.ts",
    "src/log.ts",
    "src/pause.ts",
  ],
  "src/metrics/": [
    "src/bank/",
    "src/modbus/",
    "src/ws/",
    "src/http/",
    "src/store/",
    "src/address.ts",
    "src/command.ts",
    "src/histogram.ts",
    "src/log.ts",
    "src/version.ts",
  ],
  "src/rest/": [
    "src/access/",
    "src/bank/",
    "src/ws/",
    "src/http/",
    "src/bytes.ts",
    "src/log.ts",
    "src/pause.ts",
    "src/store/document.ts",
  ],
  "src/config/": [
    "src/flags/",
    "src/config.ts",
    "src/flag_values.ts",
    "src/flags.ts",
    "src/log.ts",
  ],
  "src/flags/": [
    "src/access/",
    "src/bank/",
    "src/flag_values.ts",
    "src/http/host.ts",
    "src/log.ts",
    "src/store/retain.ts",
    "src/store/retention.ts",
  ],
  "src/store/": [
    "src/backoff.ts",
    "src/bank/",
    "src/command.ts",
    "src/log.ts",
    "src/pause.ts",
    "src/start_error.ts",
  ],
  "src/page/model/": [],
  "src/page/ui/": ["src/page/model/"],
  "src/page/": [],
  "src/client/": [],
  "src/offline/": [],
  "src/build/": ["src/version.ts", "deno.json", "deno.lock"],
};

/** Files that may import packages, by how the names of those begin. */
const MAY_USE: readonly (readonly [path: string, packages: string])[] = [
  ["src/command_line.ts", "@std/cli/"],
  ["src/config/file.ts", "jsonc-parser"],
  ["src/log.ts", "@std/log/"],
  ["src/offline/", "node:"],
  ["src/page/files.ts", "uplot/"],
  ["src/store/digest.ts", "node:crypto"],
  ["src/store/file.ts", "node:"],
  ["src/build/", "node:"],
];

/** Bytes or text in, values out: these see no socket, no clock, no log, no bank. */
const WIRE: readonly string[] = [
  "src/access/cidr.ts",
  "src/access/constant_time.ts",
  "src/access/role.ts",
  "src/access/tokens.ts",
  "src/bank/bits.ts",
  "src/bank/cell_range.ts",
  "src/bank/difference.ts",
  "src/bank/protection.ts",
  "src/bank/tables.ts",
  "src/bank/unit_ids.ts",
  "src/bank/units.ts",
  "src/http/host.ts",
  "src/http/origin.ts",
  "src/metrics/accept.ts",
  "src/trace/conversation.ts",
  "src/trace/pcapng.ts",
  "src/trace/tcp_packet.ts",
  "src/modbus/codes.ts",
  "src/modbus/describe.ts",
  "src/modbus/device_identification.ts",
  "src/modbus/identity.ts",
  "src/modbus/limits.ts",
  "src/modbus/mbap.ts",
  "src/modbus/request.ts",
  "src/modbus/settle.ts",
  "src/rest/query.ts",
  "src/rest/request_error.ts",
  "src/store/schema.ts",
  "src/ws/encode.ts",
  "src/ws/fields.ts",
  "src/ws/messages.ts",
  "src/ws/parse.ts",
  "src/ws/parse_subscribe.ts",
  "src/ws/ranges.ts",
];

/** How one gets at the world without importing anything. */
const WORLD =
  /\b(Deno|Date|performance|setTimeout|setInterval|fetch|WebSocket|Worker|console|process|globalThis|Atomics|SharedArrayBuffer|Math\.random|crypto)\b/;

/** How scripts of a page get at the document, the browser and the clock. */
const BROWSER =
  /\b(document|window|location|history|localStorage|sessionStorage|requestAnimationFrame|setTimeout|setInterval|fetch|Date\.now|performance|console|crypto)\b/;

/** The rim: only here the runtime is mentioned. */
const RIM =
  /^src\/(main|app|accept|secrets|web|modbus\/(server|connection|worker|supervisor)|http\/(?!origin)\w+|config\/read|metrics\/(process|health_command)|store\/(commands|file)|trace\/file|offline\/flag|build\/\w+)\.ts$/;

/** Most lines of a file. */
const MOST_LINES = 300;

/** Files that are longer, and why. */
const LONG: Readonly<Record<string, string>> = {
  "src/client/client.js": "one file, so that a page loads it with one line",
};

/** Numbers of the standard, which have names in src/modbus/limits.ts. */
const LIMITS = /(?<![\w.])(125|123|1968|2000|121|253|254|260)(?![\w.])/;

/** Numbers that look like one of those, by file and name. */
const NO_LIMITS: readonly (readonly [path: string, line: RegExp])[] = [
  // Milliseconds.
  ["src/modbus/server.ts", /GRACE = 2000;$/],
  ["src/modbus/supervisor.ts", /grace = 2000\b/],
];

/**
 * Files without a test of their own: the test that runs them instead, or why
 * there is nothing to run.
 */
const UNTESTED: Readonly<Record<string, string>> = {
  "src/bank/change.ts": "types, and names for two numbers",
  "src/bank/view.ts": "an interface",
  "src/build/command.ts": "tests/build/compile_test.ts",
  "src/build/trial.ts": "tests/build/compile_test.ts",
  "src/command.ts": "types",
  "src/commands.ts": "tests/help_test.ts",
  "src/http/visitor.ts": "an interface",
  "src/start_error.ts": "an error: tests/e2e/access_test.ts",
  "src/flag_values.ts": "tests/flags_test.ts",
  "src/flags/flag.ts": "types",
  "src/flags/log.ts": "tests/flags_test.ts",
  "src/flags/modbus.ts": "tests/flags_test.ts",
  "src/flags/network.ts": "tests/flags_test.ts",
  "src/flags/websocket.ts": "tests/flags_test.ts",
  "src/flags/access.ts": "tests/flags_test.ts",
  "src/flags/trace.ts": "tests/flags_test.ts",
  "src/main.ts": "tests/e2e/websocket_test.ts",
  "src/modbus/client_info.ts": "types",
  "src/modbus/messages.ts": "types",
  "src/modbus/options.ts": "types",
  "src/modbus/service.ts": "an interface",
  "src/page/early.js": "runs in browsers alone: tests/browser",
  "src/page/files.ts": "tests/http/files_test.ts",
  "src/page/model/result.js": "two functions that make an object each",
  "src/page/model/tables.js": "names",
  "src/page/page.js": "runs in browsers alone: tests/browser",
  "src/ws/session_host.ts": "types",
  "src/flags/store.ts": "tests/flags_test.ts",
  "src/store/commands.ts": "tests/e2e/store_test.ts",
  "src/store/messages.ts": "types",
  "src/store/retain.ts": "tests/flags_test.ts",
  "src/ws/hub_options.ts": "an interface",
  "src/rest/request_error.ts": "tests/rest/cells_test.ts",
  "src/rest/routes.ts": "tests/rest/documents_test.ts",
  "src/flags/units.ts": "tests/flags_test.ts",
  "src/ws/audience.ts": "tests/ws/hub_test.ts",
  "src/http/relay.ts": "tests/http/door_test.ts",
  "src/ws/socket.ts": "an interface, and names for numbers of RFC 6455",
};

/** Folders without a test for each file, and why. */
const UNTESTED_FOLDERS: Readonly<Record<string, string>> = {
  "src/page/ui/": "runs in browsers alone: tests/browser",
};

const SCRIPTS = () => [...sources("src"), ...sources("src", ".js")];

const inFolder = (path: string) => (folder: string) => path.startsWith(folder);

Deno.test({
  name: "src: nothing imports what is above it",
  permissions,
  ignore,
  fn() {
    const wrong: string[] = [];
    for (const { path, imports } of SCRIPTS()) {
      const folder = Object.keys(MAY_IMPORT).find(inFolder(path));
      if (folder === undefined) continue;
      const allowed = [folder, ...MAY_IMPORT[folder]!];
      for (const { path: to } of imports) {
        if (to !== undefined && !allowed.some(inFolder(to))) {
          wrong.push(`${path} imports ${to}`);
        }
      }
    }
    assertEquals(wrong, []);
  },
});

Deno.test({
  name: "src: each folder has its rule",
  permissions,
  ignore,
  fn() {
    const folders = sources("src").map(({ path }) => path)
      .flatMap((path) => /^src\/\w+\//.exec(path) ?? []);
    const known = Object.keys(MAY_IMPORT);
    assertEquals([...new Set(folders)].filter((f) => !known.includes(f)), []);
  },
});

Deno.test({
  name: "src: app.ts alone knows all parts, and main.ts alone knows app.ts",
  permissions,
  ignore,
  fn() {
    const importers = (to: string) =>
      sources("src").filter(({ imports }) =>
        imports.some(({ path }) => path === to)
      ).map(({ path }) => path);
    assertEquals(importers("src/app.ts"), ["src/main.ts"]);
    assertEquals(importers("src/main.ts"), []);
    assertEquals(importers("src/web.ts"), ["src/app.ts"]);
    assertEquals(importers("src/http/server.ts"), ["src/web.ts"]);
    assertEquals(importers("src/modbus/supervisor.ts"), ["src/app.ts"]);
  },
});

Deno.test({
  name: "src: packages are imported where they are wrapped, and nowhere else",
  permissions,
  ignore,
  fn() {
    const wrong: string[] = [];
    for (const { path, imports } of sources("src")) {
      for (const { path: to, specifier } of imports) {
        const known = MAY_USE.some(([from, packages]) =>
          path.startsWith(from) && specifier.startsWith(packages)
        );
        if (to === undefined && !known) {
          wrong.push(`${path} imports ${specifier}`);
        }
      }
    }
    assertEquals(wrong, []);
  },
});

Deno.test({
  name: "src: wire files import wire files alone, directly and by others",
  permissions,
  ignore,
  fn() {
    const all = new Map(sources("src").map((source) => [source.path, source]));
    for (const start of WIRE) {
      const reached = new Set([start]);
      for (const path of reached) {
        const source = all.get(path);
        assert(source !== undefined, `${path} is gone`);
        for (const { path: to, specifier } of source.imports) {
          assert(to !== undefined, `${path} imports ${specifier}`);
          assert(WIRE.includes(to), `${start} reaches ${to} by ${path}`);
          reached.add(to);
        }
      }
    }
  },
});

Deno.test({
  name: "src: wire files touch nothing of the world",
  permissions,
  ignore,
  fn() {
    const wrong = sources("src").filter(({ path }) => WIRE.includes(path))
      .flatMap((source) => linesWith(source, WORLD));
    assertEquals(wrong, []);
  },
});

Deno.test({
  name: "src/page/model: neither document nor browser nor clock",
  permissions,
  ignore,
  fn() {
    const wrong = sources("src/page/model", ".js")
      .flatMap((source) => linesWith(source, BROWSER));
    assertEquals(wrong, []);
  },
});

Deno.test({
  name: "src: the runtime is mentioned at the rim alone",
  permissions,
  ignore,
  fn() {
    const wrong = sources("src").filter(({ path }) => !RIM.test(path))
      .filter(({ text }) => /\bDeno\b/.test(withoutComments(text)))
      .map(({ path }) => path);
    assertEquals(wrong, []);
  },
});

Deno.test({
  name: "src/modbus: the standard's numbers stand in limits.ts alone",
  permissions,
  ignore,
  fn() {
    const wrong = sources("src/modbus")
      .filter(({ path }) => path !== "src/modbus/limits.ts")
      .flatMap((source) => linesWith(source, LIMITS))
      .filter((line) =>
        !NO_LIMITS.some(([path, name]) =>
          line.startsWith(path) && name.test(line)
        )
      );
    assertEquals(wrong, []);
  },
});

Deno.test({
  name: `src: no file has more than ${MOST_LINES} lines`,
  permissions,
  ignore,
  fn() {
    const long = SCRIPTS()
      .filter(({ path }) => LONG[path] === undefined)
      .map(({ path, text }) => [path, text.split("\n").length - 1] as const)
      .filter(([, lines]) => lines > MOST_LINES);
    assertEquals(long, []);
  },
});

Deno.test({
  name: "src: each file has its test, or a reason",
  permissions,
  ignore,
  fn() {
    const tests = sources("tests", "_test.ts").map(({ path }) => path);
    const files = SCRIPTS()
      .map(({ path }) => path);
    const untested = files.filter((path) =>
      !tests.includes(testOf(path)) && UNTESTED[path] === undefined &&
      !Object.keys(UNTESTED_FOLDERS).some(inFolder(path))
    );
    assertEquals(untested, [], "Without a test");
    for (const [path, reason] of Object.entries(UNTESTED)) {
      assert(files.includes(path), `${path} is gone: so can its reason`);
      assert(!tests.includes(testOf(path)), `${path} has its test by now`);
      if (!/^tests\/\S+$/.test(reason)) continue;
      assert(
        tests.includes(reason),
        `${path} relies on ${reason}, which is gone`,
      );
    }
  },
});

Deno.test({
  name: "src: the words that the standard has left behind do not occur",
  permissions,
  ignore,
  fn() {
    // Spelt so that this file passes its own test.
    const words = new RegExp(["sla" + "ve", "mas" + "ter"].join("|"), "i");
    const wrong = sources("src", "").filter(({ text }) => words.test(text))
      .map(({ path }) => path);
    assertEquals(wrong, []);
  },
});

/** `src/bank/bits.ts` is tested by `tests/bank/bits_test.ts`. */
function testOf(path: string): string {
  return path.replace(/^src\//, "tests/").replace(
    /(\.d)?\.(ts|js)$/,
    "_test.ts",
  );
}

/** Lines of code that match, comments left out, with the path before them. */
function linesWith({ path, text }: Source, pattern: RegExp): string[] {
  return withoutComments(text).split("\n").filter((line) => pattern.test(line))
    .map((line) => `${path}: ${line.trim()}`);
}
