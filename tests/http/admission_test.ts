import { assert, assertEquals } from "@std/assert";
import { Admission } from "../../src/http/admission.ts";
import { Random } from "../testing/random.ts";

Deno.test({
  name: "Admission has room up to its limit, for all addresses together",
  permissions: "none",
  fn() {
    const admission = new Admission(2, 2);
    assertEquals(admission.fullFor("a"), undefined);
    const leave = admission.enter("a");
    assertEquals(admission.fullFor("b"), undefined);
    admission.enter("b");
    assertEquals(admission.count, 2);
    assertEquals(admission.fullFor("a"), "max-clients");
    assertEquals(admission.fullFor("c"), "max-clients");
    leave();
    assertEquals(admission.fullFor("c"), undefined);
  },
});

Deno.test({
  name: "Admission has room up to its limit for one address",
  permissions: "none",
  fn() {
    const admission = new Admission(10, 2);
    const leave = admission.enter("a");
    admission.enter("a");
    assertEquals(admission.fullFor("a"), "max-clients-per-address");
    assertEquals(admission.fullFor("b"), undefined);
    leave();
    assertEquals(admission.fullFor("a"), undefined);
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
    assertEquals(admission.fullFor("a"), "max-clients-per-address");
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
        ? "max-clients"
        : same.length === 3
        ? "max-clients-per-address"
        : undefined;
      assertEquals(admission.fullFor(address), expected);
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
