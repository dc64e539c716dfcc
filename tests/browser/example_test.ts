/**
 * The example of the README in a real browser, as a page of somebody's own:
 * it comes from another server on the same machine.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { startApp } from "../testing/app.ts";
import { Chromium, findChromium } from "../testing/chromium.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { TcpProxy } from "../testing/tcp_proxy.ts";

const chromium = findChromium();

/** Where the README says that the adapter is. */
const ADDRESS = "127.0.0.1:8765";

/** The page in the README, for an adapter at `host`. */
async function example(host: string): Promise<string> {
  const url = new URL("../../README.md", import.meta.url);
  const readme = await Deno.readTextFile(url);
  const marker = "<!-- example: page -->";
  const [, html] = new RegExp(`${marker}\\s+\`\`\`html\n(.*?)\`\`\``, "s")
    .exec(readme) ?? [];
  assert(
    html !== undefined,
    `README.md has no \`\`\`html block behind ${marker}`,
  );
  assert(html.includes(ADDRESS), `The example does not connect to ${ADDRESS}`);
  return html.replaceAll(ADDRESS, host);
}

Deno.test({
  name: "the README's page shows a register and changes it",
  ignore: chromium === undefined,
  async fn(t) {
    await using app = await startApp();
    await using proxy = new TcpProxy(app.wsAddr);
    using plc = await app.modbus();
    await plc.request(fromHex("06 0000 fffe"));
    const html = await example(new URL(proxy.url).host);
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      ({ url }) =>
        new URL(url).pathname === "/"
          ? new Response(html, { headers: { "content-type": "text/html" } })
          : new Response(null, { status: 204 }),
    );
    await using browser = await Chromium.start(chromium!);
    const { page, troubles } = await browser
      .open(`http://localhost:${server.addr.port}/`);
    const output = page.getByRole("status");
    const button = page.getByRole("button");
    const shows = (text: string) => {
      return output.filter({ hasText: new RegExp(`^${text}$`) }).waitFor();
    };
    const canBeUsed = (expected: boolean) => {
      const it = "document.querySelector('button')";
      return page.waitForFunction(
        `(${it}.checkVisibility() && ${it}.matches(':enabled')) === ${expected}`,
      );
    };

    const isThere = await t.step("it shows the register", async () => {
      await page.waitForFunction(
        "document.querySelector('output').value !== ''",
      ).catch(() => {});
      assertEquals(troubles, []);
      await shows("65534");
    });
    if (!isThere) return;

    await t.step("a Modbus write appears", async () => {
      await plc.request(fromHex("06 0000 fffe"));
      await plc.request(fromHex("06 0000 ffff"));
      await shows("65535");
    });

    await t.step(
      "the button counts up, and from the largest to 0",
      async () => {
        await button.click();
        await shows("0");
        await button.click();
        await shows("1");
        const read = await plc.request(fromHex("03 0000 0001"));
        assertEquals(toHex(read), "03 02 00 01");
        assertEquals(troubles, []);
      },
    );

    await t.step("without a connection the button can't be used", async () => {
      proxy.freeze();
      proxy.cut();
      await canBeUsed(false);
      proxy.thaw();
      await canBeUsed(true);
      // Nothing was missed, so nothing is told: the value must still be there.
      await shows("1");
      await button.click();
      await shows("2");
    });
  },
});
