/**
 * What servers under test say of themselves: the texts of the example in the
 * Application Protocol V1.1b3, 6.21, and some for the regular objects.
 * @module
 */
import type { DeviceIdentity } from "../../src/modbus/identity.ts";

/** An identity. */
export const TEST_IDENTITY: DeviceIdentity = {
  vendorName: "Company identification",
  productCode: "Product code XX",
  majorMinorRevision: "V2.11",
  vendorUrl: "http://example.com",
  productName: "",
  modelName: "M-1",
  userApplicationName: "Boiler",
};
