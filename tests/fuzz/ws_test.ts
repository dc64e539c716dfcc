import { assert, assertEquals } from "@std/assert";
import { Random } from "../testing/random.ts";
import { fuzz, Outcomes } from "./fuzz.ts";
import { checkParsed, WS_OUTCOMES, wsSession } from "./ws_session.ts";
import { broken, randomMessage } from "./ws_texts.ts";

/** What comes of texts that only `parseMessage` looks at. */
function parseAll(texts: number, make: (random: Random) => string): Outcomes {
  const outcomes = new Outcomes(WS_OUTCOMES);
  for (let seed = 1; seed <= texts; seed++) {
    const text = make(new Random(seed));
    try {
      outcomes.add(checkParsed(text));
    } catch (cause) {
      throw new Error(`Seed ${seed}: ${JSON.stringify(text)}`, { cause });
    }
  }
  return outcomes;
}

Deno.test({
  name:
    "parseMessage() takes random messages when they are right, refuses them otherwise",
  permissions: "none",
  fn() {
    const { missing, counts } = parseAll(10_000, randomMessage);
    // The generator is worth something: it meets all that JSON can lead to.
    assertEquals(missing, ["invalid_json", "close: too large"]);
    assert(counts.get("write")! > 1000, `Only ${counts.get("write")} writes`);
  },
});

Deno.test({
  name: "parseMessage() takes broken texts for messages only when they are",
  permissions: "none",
  fn() {
    const { missing } = parseAll(
      10_000,
      (random) => broken(random, randomMessage(random)),
    );
    assertEquals(missing, ["close: too large"]);
  },
});

Deno.test({
  name: "Session answers whatever comes as the model of the protocol",
  permissions: "none",
  async fn() {
    const { outcomes } = await fuzz(wsSession, 1, ({ rounds, outcomes }) => {
      // Rare outcomes take some rounds; ten times that many would be a fault.
      return rounds < 3 || (outcomes.missing.length > 0 && rounds < 30);
    });
    assertEquals(outcomes.missing, []);
  },
});
