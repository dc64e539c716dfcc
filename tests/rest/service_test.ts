// What others of the program's parts answer, as the OpenAPI document says.
import { assertEquals } from "@std/assert";
import { startApp } from "../testing/app.ts";
import { fromHex } from "../testing/hex.ts";
import { call } from "./contract.ts";
import { EventStream } from "./event_stream.ts";

for (const path of ["/health", "/metrics", "/api/v1/clients"]) {
  Deno.test(`GET ${path} answers as the document says`, async () => {
    await using app = await startApp();
    const origin = app.url.replace("ws:", "http:").slice(0, -1);
    using plc = await app.modbus();
    await plc.request(fromHex("06 0000 0001"));
    await using browser = await app.browser();
    await browser.ask({ type: "ping" });
    await using stream = await EventStream.open(`${origin}/api/v1/changes`);
    assertEquals((await stream.next()).event, "subscribed");
    assertEquals((await call(origin + path)).status, 200);
    assertEquals((await call(origin + path, { method: "PUT" })).status, 405);
  });
}
