/**
 * The HTTP interface as a page uses it that comes from another server: with the
 * browser's own EventSource, and a preflight before it writes.
 * @module
 */
import { assertEquals } from "@std/assert";
import { startApp } from "../testing/app.ts";
import { Chromium, findChromium } from "../testing/chromium.ts";
import { fromHex } from "../testing/hex.ts";
import { TcpProxy } from "../testing/tcp_proxy.ts";

const chromium = findChromium();

/** What the page does: it notes what comes, and offers to write. */
const SCRIPT = `
  window.got = [];
  window.write = async (path, value) => {
    const response = await fetch(api + path, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ value }),
    });
    return [response.status, await response.json()];
  };
  const source = new EventSource(api + "/changes?ranges=coils,holdingRegisters");
  source.addEventListener("subscribed", ({ data }) => {
    window.got.push(JSON.parse(data).resumed ?? "subscribed");
  });
  source.onmessage = ({ data }) => {
    const { address, value, source } = JSON.parse(data);
    window.got.push([address, value, source]);
  };
`;

Deno.test({
  name: "a page of another server reads changes and writes by HTTP",
  ignore: chromium === undefined,
  async fn() {
    await using app = await startApp();
    await using proxy = new TcpProxy(app.wsAddr);
    using plc = await app.modbus();
    const api = `${proxy.url.replace("ws:", "http:")}api/v1`;
    const html = `<!DOCTYPE html><link rel="icon" href="data:,">
      <script>const api = "${api}"; ${SCRIPT}</script>`;
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response(html, { headers: { "content-type": "text/html" } }),
    );
    await using browser = await Chromium.start(chromium!);
    const { page } = await browser
      .open(`http://localhost:${server.addr.port}/`);
    const got = async (count: number) => {
      await page.waitForFunction(`got.length >= ${count}`);
      return await page.evaluate("got.splice(0)");
    };
    assertEquals(await got(1), ["subscribed"]);
    assertEquals(await page.evaluate("write('/coils/3', [true, 0])"), [
      ...[200, { address: 3, count: 2, seq: 1 }],
    ]);
    await plc.request(fromHex("06 0007 fffe"));
    assertEquals(await got(2), [
      [3, [true, false], "rest"],
      [7, [65534], "modbus"],
    ]);
    proxy.cut();
    await plc.request(fromHex("06 0007 0001"));
    // It was told, or it has the value from what it has missed.
    assertEquals(await got(2), [true, [7, [1], "modbus"]]);
    const [status, problem] = await page.evaluate(
      "write('/coils/0', [2])",
    ) as [number, { type: string }];
    assertEquals([status, problem.type], [400, "/problems/invalid-value"]);
  },
});
