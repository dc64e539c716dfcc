import { assert, assertEquals } from "@std/assert";
import { Admission } from "../../src/http/admission.ts";
import { Random } from "../testing/random.ts";

Deno.test({
  name: "Admission has room up to its limit, for all addresses together",
  permissions: "none",
  fn() {
    const admission = new Admission(2, 2);
    assertEquals(admission.refusal("a")?.code, undefined);
    const leave = admission.enter("a");
    assertEquals(admission.refusal("b")?.code, undefined);
    admission.enter("b");
    assertEquals(admission.count, 2);
    assertEquals(admission.refusal("a")?.code, "max_clients");
    assertEquals(admission.refusal("c")?.code, "max_clients");
    leave();
    assertEquals(admission.refusal("c")?.code, undefined);
  },
});

Deno.test({
  name: "Admission has room up to its limit for one address",
  permissions: "none",
  fn() {
    const admission = new Admission(10, 2);
    const leave = admission.enter("a");
    admission.enter("a");
    assertEquals(admission.refusal("a")?.code, "max_clients_per_address");
    assertEquals(admission.refusal("b")?.code, undefined);
    leave();
    assertEquals(admission.refusal("a")?.code, undefined);
  },
});

Deno.test({
  name: "Admission counts a client out once, however often it is told",
  permissions: "none",
  fn() {
    const admission = new Admission(10, 1);
    const leave = admission.enter("a");
    leave();
    leave();
    assertEquals(admission.count, 0);
    admission.enter("a");
    leave();
    assertEquals(admission.count, 1);
    assertEquals(admission.refusal("a")?.code, "max_clients_per_address");
  },
});

Deno.test({
  name: "Admission.refusal() names the limit and its flag",
  permissions: "none",
  fn() {
    const admission = new Admission(3, 2);
    admission.enter("a");
    admission.enter("a");
    assertEquals(
      admission.refusal("a")?.message,
      "There are 2 clients of one address already (--max-clients-per-address)",
    );
    admission.enter("b");
    assertEquals(
      admission.refusal("a")?.message,
      "There are 3 clients already (--max-clients)",
    );
  },
});

Deno.test({
  name: "Admission.close() lets nobody in, and waits for those who are there",
  permissions: "none",
  async fn() {
    const admission = new Admission(3, 3);
    const leave = [admission.enter("a"), admission.enter("b")];
    let empty = false;
    const closed = admission.close().then(() => empty = true);
    assertEquals(admission.refusal("c")?.code, "stopping");
    leave[0]!();
    await Promise.resolve();
    assertEquals(empty, false);
    leave[1]!();
    await closed;
  },
});

Deno.test({
  name: "Admission agrees with a plain list of clients",
  permissions: "none",
  fn() {
    const random = new Random(1);
    const admission = new Admission(6, 3);
    let inside: { address: string; leave: () => void }[] = [];
    const limits = new Set<string | undefined>();
    for (let step = 0; step < 5000; step++) {
      const address = random.pick(["a", "b", "c", "::1"]);
      const same = inside.filter((client) => client.address === address);
      const expected = inside.length === 6
        ? "max_clients"
        : same.length === 3
        ? "max_clients_per_address"
        : undefined;
      assertEquals(admission.refusal(address)?.code, expected);
      limits.add(expected);
      if (expected === undefined && !random.oneIn(3)) {
        inside.push({ address, leave: admission.enter(address) });
      } else if (inside.length > 0) {
        const gone = random.pick(inside);
        gone.leave();
        inside = inside.filter((client) => client !== gone);
      }
      assertEquals(admission.count, inside.length);
    }
    assert(limits.size === 3, "The steps did not reach all limits");
  },
});
