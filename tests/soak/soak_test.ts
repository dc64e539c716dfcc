import { assertEquals } from "@std/assert";
import { granted } from "../testing/permissions.ts";
import { brokenPromises } from "./promises.ts";
import { soak } from "./soak.ts";

// Signals, and a look at another process from outside.
const ignore = Deno.build.os !== "linux" ||
  !granted("read", "run", "env", "net");

Deno.test({
  name: "soak() for some seconds: no promise is broken, and threads have died",
  ignore,
  async fn() {
    const soaked = await soak({
      ...{ time: 4000, warmUp: 1000, killEvery: 1000, reportEvery: 1000 },
      ...{ seed: 1, parallel: 20, longest: 1500, report() {} },
    });
    // How long an answer takes depends on who else is at work here.
    const figures = soaked.figures.map((each) => ({ ...each, late: 0 }));
    assertEquals(brokenPromises({ ...soaked, figures }), []);
    assertEquals(figures.at(-1)!.kills > 0, true);
    // In a single second there may be none where others need the machine.
    assertEquals(figures.some(({ answers }) => answers > 0), true);
  },
});
