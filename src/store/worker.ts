/**
 * The store's thread: a {@linkcode Keeper} behind messages.
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Bank } from "../bank/bank.ts";
import { Keeper } from "./keeper.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

let keeper: Keeper | undefined;

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "keep":
      return keep(data);
    case "stop":
      await keeper?.stop();
      return post({ type: "stopped" });
  }
};

function keep(message: ToWorker & { type: "keep" }): void {
  const bank = Bank.open(message.bank, message.thread);
  const reports = {
    failing: (reason: string) => post({ type: "failing", reason }),
    recovered: () => post({ type: "recovered" }),
  };
  try {
    const { options, goesOn } = message;
    keeper = new Keeper(bank.storeSide(), options, reports, goesOn);
    post({ type: "keeping", lastRun: keeper.lastRun });
  } catch (error) {
    const { name, message } = error as Error;
    post({ type: "refused", name, message });
  }
}

function post(message: FromWorker): void {
  self.postMessage(message);
}
