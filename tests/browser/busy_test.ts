import { assert, assertEquals } from "@std/assert";
import { findChromium } from "../testing/chromium.ts";
import { keepBusy } from "./busy.ts";

const chromium = findChromium();

Deno.test({
  name: "the page keeps up with 500 changes a second",
  ignore: chromium === undefined,
  async fn() {
    const { shown, expected, changes, ...figures } = await keepBusy(
      chromium!,
      3,
    );
    assertEquals(changes, 1500);
    assertEquals(shown, expected);
    // How long it takes says the machine; that it went on is to be seen.
    assert(figures.framesPerSecond > 0, JSON.stringify(figures));
  },
});
