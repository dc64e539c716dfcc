import { assertEquals } from "@std/assert";
import { startApp } from "../testing/app.ts";
import { fromHex } from "../testing/hex.ts";
import { findNode } from "../testing/node.ts";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";
import { TcpProxy } from "../testing/tcp_proxy.ts";
import { within } from "../testing/within.ts";

const node = await findNode();
const PROGRAM = new URL("node_client.mjs", import.meta.url);

/** A module at a URL, for as long as it is needed. */
interface Module extends AsyncDisposable {
  readonly href: string;
}

/** Where a program may find the module. */
const SOURCES: Record<string, (origin: string) => Promise<Module>> = {
  "the file": (_) => {
    const href = import.meta.resolve("../../src/client/client.js");
    return Promise.resolve({ href, async [Symbol.asyncDispose]() {} });
  },
  "what is served": async (origin) => {
    const response = await fetch(new URL("/client.js", origin));
    const path = await Deno.makeTempFile({ suffix: ".mjs" });
    await Deno.writeTextFile(path, await response.text());
    return {
      href: new URL(path, "file:").href,
      [Symbol.asyncDispose]: () => Deno.remove(path),
    };
  },
};

for (const [title, locate] of Object.entries(SOURCES)) {
  Deno.test({
    name: `connect() from ${title} does in Node what it does here`,
    ignore: node === undefined || !granted("write"),
    async fn() {
      await using app = await startApp();
      await using proxy = new TcpProxy(app.wsAddr);
      using plc = await app.modbus();
      const { command, flags } = node!;
      await using module = await locate(app.url.replace("ws:", "http:"));
      const args = [...flags, PROGRAM.pathname, module.href, proxy.url];
      await using program = Program.spawn(command, args);
      const says = (what: unknown) => {
        const exact = JSON.stringify(what).replace(/[[\]]/g, "\\$&");
        const told = program.stdout.until(new RegExp(`^${exact}$`));
        return within(told, program.stderr.all.join("\n"));
      };
      await says(["bank", [0, 0]]);
      await says("live");
      await says(["websocket", [7]]);
      await says([0, 7]);
      await says(["AdapterError", "address_out_of_range"]);
      proxy.freeze();
      proxy.cut();
      await says("stale");
      await plc.request(fromHex("06 0000 0005"));
      await plc.request(fromHex("06 0000 0063"));
      proxy.thaw();
      // Missed, and told one by one; then it closes, and ends, as nothing is left.
      await says(["modbus", [5]]);
      await says(["modbus", [99]]);
      await says("closed");
      const { code, stderr } = await within(program.ended, "its end");
      assertEquals({ code, stderr: stderr.filter(isError) }, {
        code: 0,
        stderr: [],
      });
    },
  });
}

/** Whether a line is more than a warning of Node's. */
function isError(line: string): boolean {
  return !/Warning|--trace-warnings|^Reparsing|^To eliminate/.test(line);
}
