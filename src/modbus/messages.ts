/**
 * What the main thread and the Modbus thread say to each other. The data of
 * the clients never goes this way: it is in the bank's shared memory.
 * @module
 */
import type { LogLevel } from "../log.ts";
import type { ModbusClientInfo } from "./client_info.ts";
import type { ModbusOptions } from "./options.ts";
import type { ModbusServer } from "./server.ts";

/** From the main thread. */
export type ToWorker =
  | {
    /** Serve Modbus on the bank. The first message, once. */
    readonly type: "serve";
    /** Memory of the bank. */
    readonly bank: SharedArrayBuffer;
    /** The number to open the bank with. */
    readonly thread: number;
    /** Memory of the counters. */
    readonly counters: SharedArrayBuffer;
    /** How to serve. */
    readonly options: ModbusOptions;
    /** Shared memory for the progress of the trace (`RecorderSink.progress`); without it there is no trace. */
    readonly trace?: SharedArrayBuffer;
  }
  | {
    /** Tell who is connected. */
    readonly type: "clients";
    /** Comes back with the answer. */
    readonly question: number;
  }
  | {
    /** Stop serving; see {@linkcode ModbusServer.stop}. */
    readonly type: "stop";
    /** Milliseconds. */
    readonly grace: number | undefined;
  };

/** From the Modbus thread. */
export type FromWorker =
  | {
    /** It listens. */
    readonly type: "listening";
    /** Where. */
    readonly addr: ModbusServer["addr"];
  }
  | {
    /** It can't listen. */
    readonly type: "failed";
    /** Name of the error, such as `AddrInUse`: a posted error would lose it. */
    readonly name: string;
    /** Its message. */
    readonly message: string;
  }
  | {
    /** A line for the log. */
    readonly type: "log";
    /** How serious. */
    readonly level: LogLevel;
    /** The line. */
    readonly text: string;
  }
  | {
    /** Who is connected. */
    readonly type: "clients";
    /** As it was asked. */
    readonly question: number;
    /** The clients. */
    readonly clients: readonly ModbusClientInfo[];
  }
  | {
    /** A part of the trace. */
    readonly type: "trace";
    /** Packet blocks; their memory comes along. */
    readonly blocks: Uint8Array<ArrayBuffer>;
  }
  | {
    /** It has stopped serving. */
    readonly type: "stopped";
  };
