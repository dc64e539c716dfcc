import { assertEquals } from "@std/assert";
import {
  ExceptionCode,
  FunctionCode,
  READ_DEVICE_IDENTIFICATION,
  RETURN_QUERY_DATA,
} from "../../src/modbus/codes.ts";

Deno.test({
  name: "FunctionCode has the numbers of the Application Protocol, 5.1",
  permissions: "none",
  fn() {
    assertEquals({ ...FunctionCode }, {
      ...{ readCoils: 1, readDiscreteInputs: 2 },
      ...{ readHoldingRegisters: 3, readInputRegisters: 4 },
      ...{ writeSingleCoil: 5, writeSingleRegister: 6 },
      ...{ diagnostics: 8, reportServerId: 17 },
      ...{ writeMultipleCoils: 15, writeMultipleRegisters: 16 },
      ...{ maskWriteRegister: 22, readWriteMultipleRegisters: 23 },
      ...{ encapsulatedInterface: 43 },
    });
    assertEquals(RETURN_QUERY_DATA, 0);
    assertEquals(READ_DEVICE_IDENTIFICATION, 14);
  },
});

Deno.test({
  name: "ExceptionCode has the numbers of the Application Protocol, 7",
  permissions: "none",
  fn() {
    assertEquals({ ...ExceptionCode }, {
      illegalFunction: 1,
      illegalDataAddress: 2,
      illegalDataValue: 3,
      serverDeviceFailure: 4,
      gatewayTargetFailed: 11,
    });
  },
});
