import { assert, assertEquals } from "@std/assert";
import text from "../../src/examples/node-red-flow.json" with { type: "text" };
import { isClientMessage, isServerMessage } from "../testing/schema.ts";

/** A node, with what those of this flow may have. */
interface FlowNode {
  readonly id: string;
  readonly type: string;
  /** The tab that it is on; none: a tab, or settings for others. */
  readonly z?: string;
  readonly wires?: readonly (readonly string[])[];
  readonly client?: string;
  readonly path?: string;
  readonly payload?: string;
  readonly property?: string;
  readonly rules?: readonly { readonly t: string; readonly v: string }[];
}

const NODES: readonly FlowNode[] = JSON.parse(text);

/** What Node-RED has without a package of others. */
const CORE = [
  ...["debug", "inject", "json", "switch", "tab", "websocket in"],
  ...["websocket out", "websocket-client"],
];

Deno.test({
  name: "node-red-flow.json: every wire and every setting leads to a node",
  permissions: "none",
  fn() {
    const types = new Map(NODES.map(({ id, type }) => [id, type]));
    assertEquals(types.size, NODES.length);
    for (const { id, type, z, wires = [], client } of NODES) {
      assert(CORE.includes(type), `${id} is of type ${type}`);
      if (z !== undefined) assertEquals(types.get(z), "tab", id);
      for (const to of wires.flat()) assert(types.has(to), `${id} to ${to}`);
      if (type.startsWith("websocket ")) {
        assertEquals(types.get(client ?? ""), "websocket-client", id);
      }
    }
  },
});

Deno.test({
  name:
    "node-red-flow.json: it speaks as the adapter does, by its default port",
  permissions: "none",
  fn() {
    const sent = NODES.filter(({ type }) => type === "inject")
      .map(({ payload }) => JSON.parse(payload!));
    assertEquals(sent.length, 2);
    for (const message of sent) {
      assert(isClientMessage(message), JSON.stringify(message));
    }
    const chosen = NODES.flatMap(({ rules = [] }) => rules.map(({ v }) => v));
    for (const type of chosen) {
      assert(isServerMessage({ type, address: 0, value: [true] }), type);
    }
    const paths = NODES.flatMap(({ path }) => path ?? []);
    assertEquals(paths, ["ws://127.0.0.1:8765/"]);
  },
});
