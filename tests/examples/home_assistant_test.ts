import { assert, assertEquals } from "@std/assert";
import { parse } from "yaml";
import text from "../../src/examples/home-assistant.yaml" with { type: "text" };
import { CONFIG_FLAGS } from "../../src/flags.ts";
import { granted } from "../testing/permissions.ts";

/** What each kind of entity may have: https://www.home-assistant.io/integrations/modbus/. */
const COMMON = ["name", "device_address", "address", "scan_interval"];
const KINDS: Readonly<Record<string, readonly string[]>> = {
  sensors: [
    ...[...COMMON, "input_type", "data_type", "scale", "precision"],
    "unit_of_measurement",
  ],
  binary_sensors: [...COMMON, "input_type"],
  switches: [...COMMON, "write_type", "verify"],
};

/** Words of Home Assistant for the tables. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  sensors: ["holding", "input"],
  binary_sensors: ["coil", "discrete_input"],
  switches: ["coil", "holding"],
};

Deno.test({
  name: "home-assistant.yaml is a Modbus hub with entities of each kind",
  // The parser looks for a variable of the environment.
  ignore: !granted("env"),
  fn() {
    const { modbus: [hub], ...rest } = parse(text);
    assertEquals(rest, {});
    const { name, type, host, port, ...entities } = hub;
    const byDefault = CONFIG_FLAGS.find(({ name }) => name === "modbus-port")!;
    assertEquals([type, String(port)], ["tcp", byDefault.default]);
    assert(name !== "" && host !== "");
    assertEquals(Object.keys(entities).sort(), Object.keys(KINDS).sort());
    for (const [kind, list] of Object.entries(entities)) {
      for (const entity of list as Record<string, unknown>[]) {
        const { address, input_type, write_type } = entity;
        assert(Number.isInteger(address) && Number(address) <= 65_535);
        const unknown = Object.keys(entity).filter((key) =>
          !KINDS[kind]!.includes(key)
        );
        assertEquals(unknown, [], kind);
        assert(TABLES[kind]!.includes(String(input_type ?? write_type)));
      }
    }
  },
});
