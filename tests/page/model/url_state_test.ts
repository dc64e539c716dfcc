import { assertEquals } from "@std/assert";
import {
  fromHash,
  toHash,
  type UrlState,
} from "../../../src/page/model/url_state.js";
import { table } from "../cases.ts";

const PLAIN: UrlState = {
  unit: undefined,
  ...{ table: "coils", address: 7, notation: "zero", format: "unsigned" },
  ...{ isFiltered: false, watch: [] },
};

table<[Partial<UrlState>, string]>("toHash() of coil 7 with", [
  [{}, "#table=coils&address=7"],
  [{ notation: "prefixed" }, "#table=coils&address=7&notation=prefixed"],
  [{ format: "hex" }, "#table=coils&address=7&format=hex"],
  [{ unit: 5 }, "#table=coils&address=7&unit=5"],
  [{ isFiltered: true }, "#table=coils&address=7&nonzero=1"],
  [{
    watch: [{
      ...{ name: "A & B", table: "coils", address: 3, type: "bit" },
      ...{ order: "ABCD", count: 1 },
    }],
  }, "#table=coils&address=7&watch=c3.bit.ABCD.1.A%20%26%20B"],
], (state, hash) => {
  assertEquals(toHash({ ...PLAIN, ...state }), hash);
  const { watch = [], ...back } = fromHash(hash);
  assertEquals({ watch, ...back }, { ...PLAIN, ...state });
});

table<[string, Partial<UrlState>]>("fromHash() makes of", [
  ["", {}],
  ["#", {}],
  ["#nonsense", {}],
  ["#address=5", {}],
  ["#table=x&address=5", {}],
  ["#notation=one", { notation: "one" }],
  ["#notation=two&format=octal", {}],
  ["#watch=nonsense", {}],
  ["#watch=", { watch: [] }],
], (hash, state) => assertEquals(fromHash(hash), state));

table<[string, number | undefined]>("fromHash() with the address", [
  ["5", 5],
  ["0x10", 16],
  ["65535", 65_535],
  ["65536", undefined],
  ["-1", undefined],
  ["x", undefined],
], (text, address) => {
  assertEquals(fromHash(`#table=coils&address=${text}`).address, address);
});
