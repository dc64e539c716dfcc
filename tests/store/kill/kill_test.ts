// The program is killed under load, some times: main.ts does it as often as one likes.
import { assert, assertEquals } from "@std/assert";
import { granted } from "../../testing/permissions.ts";
import { DataFolder } from "../data_folder.ts";
import { Killing } from "./round.ts";

const ignore = !granted("read", "write", "run", "net");

for (const durability of ["strict", "relaxed"] as const) {
  Deno.test({
    name:
      `--durability ${durability} leaves a prefix of the writes when the program is killed`,
    ignore,
    async fn() {
      using folder = new DataFolder();
      const killing = new Killing(folder.file, durability);
      let answered = 0;
      for (const milliseconds of [150, 400, 50, 10]) {
        const found = await killing.round(milliseconds);
        answered += found?.answered ?? 0;
      }
      assert(answered > 0);
      assertEquals(Object.keys(folder.content()).includes("bank.db"), true);
    },
  });
}
