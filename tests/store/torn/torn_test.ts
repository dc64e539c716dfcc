// Copies of the data file made under load are torn, some times: main.ts does it
// as often as one likes.
import { assert, assertEquals } from "@std/assert";
import { granted } from "../../testing/permissions.ts";
import { Random } from "../../testing/random.ts";
import { copyUnderLoad, type Outcome, tear } from "./torn.ts";

Deno.test({
  name:
    "a data file that was copied under load and torn holds one moment, or is refused",
  ignore: !granted("read", "write", "run", "net"),
  async fn() {
    const random = new Random(7);
    const all = await copyUnderLoad(6, random);
    const outcome: Outcome = { opened: 0, refused: 0 };
    for (const copy of all.copies) {
      for (let i = 0; i < 5; i++) tear(copy, all, random, outcome);
    }
    assertEquals(outcome.opened + outcome.refused, 30);
    assert(outcome.opened > 0);
  },
});
