import { assertEquals, assertThrows } from "@std/assert";
import {
  type DeviceIdentity,
  encodeIdentity,
} from "../../src/modbus/identity.ts";
import { toHex } from "../testing/hex.ts";
import { TEST_IDENTITY } from "../testing/modbus_identity.ts";

const KEYS = Object.keys(TEST_IDENTITY) as (keyof DeviceIdentity)[];

Deno.test({
  name: "encodeIdentity() puts the objects in the order of their ids",
  permissions: "none",
  fn() {
    const identity: DeviceIdentity = {
      ...{ vendorName: "A", productCode: "B", majorMinorRevision: "C" },
      ...{ vendorUrl: "D", productName: "E", modelName: "" },
      userApplicationName: "G~",
    };
    assertEquals(
      encodeIdentity(identity).objects.map(toHex),
      ["41", "42", "43", "44", "45", "", "47 7e"],
    );
  },
});

Deno.test({
  name: "encodeIdentity() makes a server id: id, run indicator ON, product",
  permissions: "none",
  fn() {
    const identity = {
      ...TEST_IDENTITY,
      productCode: "PC",
      majorMinorRevision: "1.2",
    };
    assertEquals(
      toHex(encodeIdentity(identity).serverId),
      "01 ff 50 43 20 31 2e 32",
    );
  },
});

Deno.test({
  name: "encodeIdentity() takes what fits a PDU and is ASCII",
  permissions: "none",
  async fn(t) {
    // The server id holds the product code, a space and the revision.
    const taken = (key: keyof DeviceIdentity) =>
      key === "productCode" || key === "majorMinorRevision" ? 1 : 0;
    for (const key of KEYS) {
      const short = { productCode: "", majorMinorRevision: "" };
      const limit = 244 - taken(key);
      await t.step(`${key} of ${limit} characters`, () => {
        const text = "x".repeat(limit);
        const identity = { ...TEST_IDENTITY, ...short, [key]: text };
        const { objects, serverId } = encodeIdentity(identity);
        assertEquals(objects[KEYS.indexOf(key)]!.length, limit);
        // Function code, byte count, server id (AP 6.13).
        assertEquals(2 + serverId.length <= 253, true);
      });
      await t.step(`${key} of 245 characters`, () => {
        const identity = {
          ...TEST_IDENTITY,
          ...short,
          [key]: "x".repeat(245),
        };
        assertThrows(() => encodeIdentity(identity), RangeError, "244 ASCII");
      });
      for (const odd of ["Kälte", "\u0080", "5 €", "😀"]) {
        await t.step(`${key} "${odd}"`, () => {
          const identity = { ...TEST_IDENTITY, [key]: odd };
          assertThrows(() => encodeIdentity(identity), RangeError, odd);
        });
      }
    }
    await t.step("product code and revision together", () => {
      const identity = {
        ...TEST_IDENTITY,
        productCode: "x".repeat(122),
        majorMinorRevision: "y".repeat(122),
      };
      assertThrows(() => encodeIdentity(identity), RangeError, "244 ASCII");
    });
  },
});
