/**
 * Kills the program under load many times and says what was left each time:
 * `deno task test:kill --times 200 --durability strict`.
 * @module
 */
import { parseArgs } from "node:util";
import { answerHelp } from "../../testing/flags.ts";
import { DataFolder } from "../data_folder.ts";
import { type Found, isInWindow, Killing } from "./round.ts";

/** The longest that the clients write, in milliseconds. */
const LONGEST = 700;

// deno-lint-ignore no-console
const print = console.log;

answerHelp(
  Deno.args,
  `deno task test:kill [flags]
  --times N            how often the program is killed (200)
  --durability MODE    strict or relaxed (strict)
`,
);

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "200" },
    durability: { type: "string", default: "strict" },
  },
});
const times = Number(values.times);
const durability = values.durability as "relaxed" | "strict";

using folder = new DataFolder();
const killing = new Killing(folder.file, durability);
const all: Found[] = [];
for (let i = 0; i <= times; i++) {
  const found = await killing.round(20 + Math.random() * LONGEST);
  if (found === undefined) continue;
  all.push(found);
  if (i % 20 === 0) print(`${i} times`);
}

const sum = (of: (found: Found) => number) =>
  all.reduce((total, found) => total + of(found), 0);
const late = all.filter((found) => !isInWindow(found));
print(
  `${durability}: killed ${all.length} times; ${
    sum(({ answered }) => answered)
  } writes answered, ${sum(({ lost }) => lost)} of them lost in ${
    sum(({ lost }) => lost > 0 ? 1 : 0)
  } kills, the oldest ${
    Math.max(...all.map(({ lostFor }) => lostFor)).toFixed(1)
  } ms before the kill; no write in part, each time a prefix in the bank's order (compared to its last write with what an observer was told in ${
    sum(({ compared }) => compared ? 1 : 0)
  })`,
);
if (late.length > 0) {
  print(`${late.length} times more than the promised window was lost`);
  Deno.exit(1);
}
