import { assertEquals } from "@std/assert";
import type { Case } from "./cases.ts";
import type { Outcome } from "./measure.ts";
import { faultsOf, report } from "./report.ts";
import { Results } from "./results.ts";

function caseOf(name: string, times?: string): Case {
  return {
    name,
    per: "request",
    rows: [{ title: name, unit: "/s", ...(times ? { times } : {}) }],
    fits: () => true,
    run: () => Promise.reject(new Error("Not to be run")),
  };
}

function outcome(figure: number, faults: string[] = []): Outcome {
  const cost = {
    ...{ operations: figure, elapsed: 2 },
    ...{ server: 1e-3, load: 1, others: 0.5 },
  };
  return { figures: [figure], faults, cost };
}

const [reads, writes] = [caseOf("reads"), caseOf("writes", "reads")];

Deno.test({
  name: "report() has medians, and medians of the ratios of each round",
  permissions: "none",
  fn() {
    const results = new Results();
    for (const [round, figure] of [100, 200, 900].entries()) {
      results.add(reads, "ours", round, outcome(figure));
      results.add(reads, "peer", round, outcome(figure / (round + 1)));
      results.add(writes, "ours", round, outcome(figure * 4));
    }
    assertEquals(results.othersCores, 0.25);
    const head = { lines: ["Measured."], contenders: ["ours", "peer"] };
    assertEquals(
      report(head, [reads, writes], results),
      [
        "Measured.\n",
        "Medians; in brackets, what ours is of it in the same round (median of the ratios).\n",
        "|        | unit |            ours |    peer |",
        "| ------ | ---: | --------------: | ------: |",
        "| reads  |   /s |             200 | 100 (2) |",
        "| writes |   /s | 800 (4 × reads) |         |\n",
        "Processor time of the server, user and system, in µs for each request or delivery; in brackets, the cores that the load program used.\n",
        "|                     |        ours |    peer |",
        "| ------------------- | ----------: | ------: |",
        "| reads, per request  |   2.5 (0.5) | 6 (0.5) |",
        "| writes, per request | 0.625 (0.5) |         |\n",
        "Every response and every delivery was there, right, and in order.\n",
      ].join("\n"),
    );
  },
});

Deno.test({
  name: "report() says what was wrong, where and when",
  permissions: "none",
  fn() {
    const results = new Results();
    results.add(reads, "peer", 0, outcome(1));
    results.add(reads, "peer", 1, outcome(1, ["1 of 9 responses missing"]));
    const fault = "peer, reads, round 2: 1 of 9 responses missing";
    const contenders = ["ours", "peer"];
    assertEquals(faultsOf([reads], contenders, results), [fault]);
    const text = report({ lines: [], contenders }, [reads], results);
    assertEquals(text.endsWith(`What was wrong:\n\n- ${fault}\n`), true);
  },
});

Deno.test({
  name: "Results leave out a cost that is not known",
  permissions: "none",
  fn() {
    const results = new Results();
    const cost = {
      ...{ operations: 5, elapsed: 2 },
      ...{ server: NaN, load: NaN, others: NaN },
    };
    results.add(reads, "ours", 0, { figures: [5], faults: [], cost });
    assertEquals(results.cpuMicroseconds("reads", "ours"), undefined);
    assertEquals(results.loadCores("reads", "ours"), undefined);
    assertEquals(results.othersCores, undefined);
    assertEquals(results.median("reads", 0, "ours"), 5);
    assertEquals(results.median("reads", 0, "peer"), undefined);
    assertEquals(results.ratio("reads", 0, "ours", "peer"), undefined);
  },
});
