import { assert, assertEquals, assertRejects } from "@std/assert";
import { StartError } from "../../src/start_error.ts";
import { startTrace } from "../../src/trace/start.ts";
import { granted } from "../testing/permissions.ts";

const traceLimit = 1 << 20;

Deno.test({
  name: "startTrace() of no file starts none",
  permissions: "none",
  async fn() {
    const config = { trace: undefined, traceLimit };
    assertEquals(await startTrace(config, () => {}), undefined);
  },
});

Deno.test({
  name: "startTrace() begins a file at once",
  ignore: !granted("read", "write"),
  async fn() {
    const trace = await Deno.makeTempFile();
    const file = await startTrace({ trace, traceLimit }, () => {});
    await file!.close();
    assert((await Deno.stat(trace)).size > 0);
    await Deno.remove(trace);
  },
});

Deno.test({
  name: "startTrace() says which file it can't write",
  ignore: !granted("read", "write"),
  async fn() {
    const config = { trace: "/not/there/trace.pcapng", traceLimit };
    await assertRejects(
      () => startTrace(config, () => {}),
      StartError,
      "Cannot write the trace to /not/there/trace.pcapng: ",
    );
  },
});
