/**
 * Tears data files many times and says what became of them:
 * `deno task test:torn --times 500`.
 * @module
 */
import { parseArgs } from "node:util";
import { answerHelp } from "../../testing/flags.ts";
import { Random } from "../../testing/random.ts";
import { copyUnderLoad, type Outcome, tear } from "./torn.ts";

/** Tears of each copy. */
const TEARS = 10;

// deno-lint-ignore no-console
const print = console.log;

answerHelp(
  Deno.args,
  `deno task test:torn [flags]
  --times N            how many files are torn (500)
  --seed S             of where they are torn (1)
`,
);

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
  },
});
const random = new Random(Number(values.seed));
const count = Math.ceil(Number(values.times) / TEARS);
const all = await copyUnderLoad(count, random);
const outcome: Outcome = { opened: 0, refused: 0 };
for (const copy of all.copies) {
  for (let i = 0; i < TEARS; i++) tear(copy, all, random, outcome);
}
print(
  `${all.copies.length} copies under load of ${all.told.size} writes, each torn or paired with another log ${TEARS} times: ${outcome.opened} opened with what was there at one moment, ${outcome.refused} refused as damaged and left as they were, none with wrong values`,
);
