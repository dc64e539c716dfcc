import { assert, assertEquals } from "@std/assert";
import { startApp } from "./testing/app.ts";
import { TempFolder } from "./testing/files.ts";
import { fromHex, toHex } from "./testing/hex.ts";
import { granted } from "./testing/permissions.ts";
import { RawWebSocket } from "./testing/raw_web_socket.ts";
import { OTHER_KEY, TEST_CERT, TEST_KEY } from "./testing/tls.ts";
import { WsClient } from "./testing/ws_client.ts";

const ignore = !granted("read", "write");

const OLD = "old-0123456789abcdef";
const NEW = "new-0123456789abcdef";

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** Asks for everything with what is needed to go on after a reconnect. */
const SUBSCRIBE = { type: "subscribe", meta: true, id: 1 };

Deno.test({
  name:
    "reload() lets in by the new tokens, on the same port; the values stay, and Modbus clients",
  ignore,
  async fn() {
    await using folder = new TempFolder();
    const tokenFile = folder.write("tokens", `operator ${OLD}`);
    await using app = await startApp({ tokenFile });
    using plc = await app.modbus();
    await plc.request(fromHex("06 0007 1234"));
    const before = await WsClient.open(app.url, bearer(OLD));
    const { epoch, seq } = await before.ask(SUBSCRIBE);
    using stranger = await RawWebSocket.open(app.url);

    folder.write("tokens", `operator ${NEW}`);
    await app.reload();
    assertEquals((await before.closed).code, 1012);
    const { head } = await stranger.nextFrame();
    assertEquals(head, 0x88); // a close frame
    await app.lines.until(/^info Tokens and certificate were read again/);

    // The PLC writes on the connection that it had.
    const written = await plc.request(fromHex("06 0007 5678"));
    assertEquals(toHex(written), "06 00 07 56 78");
    using refused = await RawWebSocket.open(app.url, bearer(OLD));
    assertEquals(refused.status, 401);
    // The one who was sent away goes on where it was.
    await using after = await WsClient.open(app.url, bearer(NEW));
    const resume = { epoch, seq };
    const answer = await after.ask({ ...SUBSCRIBE, resume });
    assertEquals([answer.resumed, answer.epoch], [true, epoch]);
    const { address, value } = await after.nextJson();
    assertEquals([address, value], [7, [0x5678]]);
  },
});

Deno.test({
  name: "reload() has no request take the number of one before",
  ignore,
  async fn() {
    await using app = await startApp();
    const url = `${app.url.replace("ws:", "http:")}api/v1/coils/7`;
    const numbers: number[] = [];
    for (let round = 0; round < 2; round++) {
      await using client = await WsClient.open(app.url);
      await client.ask(SUBSCRIBE);
      const response = await fetch(url, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: '{"value":[true]}',
      });
      await response.body?.cancel();
      numbers.push((await client.nextJson()).connection);
      await app.reload();
    }
    assertEquals(numbers, [1, 2]);
  },
});

Deno.test({
  name: "reload() of files with a mistake changes nothing, and says why",
  ignore,
  async fn(t) {
    await using folder = new TempFolder();
    const tokenFile = folder.write("tokens", `operator ${OLD}`);
    const tlsCert = folder.write("cert", TEST_CERT);
    const tlsKey = folder.write("key", TEST_KEY);
    await using app = await startApp({ tokenFile, tlsCert, tlsKey });
    const url = app.url.replace("ws:", "wss:");
    using client = await RawWebSocket.open(url, bearer(OLD));
    for (
      const [name, text, good, line] of [
        [
          "tokens",
          `operator ${NEW} x`,
          `operator ${OLD}`,
          /^error Nothing was read again: --token-file \S+ line 1 has 3 words/,
        ],
        [
          "key",
          OTHER_KEY,
          TEST_KEY,
          /^error Nothing was read again: --tls-key \S+ does not belong to/,
        ],
        [
          "cert",
          "nothing",
          TEST_CERT,
          /^error Nothing was read again: --tls-cert \S+ has no certificate/,
        ],
      ] as const
    ) {
      await t.step(name, async () => {
        folder.write(name, text);
        await app.reload();
        await app.lines.until(line);
        await client.send('{"type":"ping"}');
        assertEquals(await client.next(), '{"type":"pong"}');
        using other = await RawWebSocket.open(url, bearer(OLD));
        assertEquals(other.status, 101);
        folder.write(name, good);
      });
    }
    assert(!app.lines.all.some((line) => line.includes(NEW)));
  },
});

Deno.test({
  name: "reload() does not wait for clients that do not go",
  ignore,
  async fn() {
    await using folder = new TempFolder();
    const tokenFile = folder.write("tokens", `operator ${OLD}`);
    await using app = await startApp({ tokenFile });
    // It never answers a close.
    using _stuck = await RawWebSocket.open(app.url, bearer(OLD));
    await Promise.all([app.reload(), app.reload()]);
    await using client = await WsClient.open(app.url, bearer(OLD));
    assertEquals(await client.ask({ type: "ping" }), { type: "pong" });
  },
});

Deno.test({
  name: "stop() during reload() ends both",
  ignore,
  async fn() {
    await using folder = new TempFolder();
    const tokenFile = folder.write("tokens", `operator ${OLD}`);
    const app = await startApp({ tokenFile });
    await Promise.all([app.reload(), app.stop(), app.reload()]);
  },
});
