import { assertEquals, assertThrows } from "@std/assert";
import { Flags } from "./flags.ts";

Deno.test({
  name: "Flags gives what was given, and refuses the rest",
  permissions: "none",
  fn() {
    const names = ["seconds", "target"];
    const flags = new Flags(["--seconds", "1.5", "--target=ws"], names);
    assertEquals(flags.number("seconds"), 1.5);
    assertEquals(flags.oneOf("target", ["ws", "cli"]), "ws");
    assertThrows(() => flags.oneOf("target", ["cli"]), TypeError, "one of cli");
    assertThrows(() => flags.number("target"), TypeError, 'not "ws"');
    assertThrows(
      () => new Flags(["--sedonds=1"], names),
      TypeError,
      "--target",
    );
    const none = new Flags([], names);
    assertEquals(none.number("seconds"), undefined);
    assertEquals(none.oneOf("target", []), undefined);
  },
});
