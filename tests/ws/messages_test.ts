import { assert, assertEquals } from "@std/assert";
import { ProtocolError, TYPE_SUFFIXES } from "../../src/ws/messages.ts";

Deno.test({
  name: "TYPE_SUFFIXES are the tables' names as message types have them",
  permissions: "none",
  fn() {
    assertEquals(TYPE_SUFFIXES, [
      "Coils",
      "DiscreteInputs",
      "InputRegisters",
      "HoldingRegisters",
    ]);
  },
});

Deno.test({
  name:
    "ProtocolError is an error with a code, and has no id before it is given one",
  permissions: "none",
  fn() {
    const error = new ProtocolError("invalid_json", "What is wrong");
    assert(error instanceof Error);
    const { name, code, message, id } = error;
    assertEquals([name, code, message], [
      "ProtocolError",
      "invalid_json",
      "What is wrong",
    ]);
    assertEquals(id, undefined);
  },
});
