/**
 * Writes as fast as it is answered, in a thread that does not wait for those
 * who watch.
 * @module
 */
import { Writer } from "./writer.ts";

/** What the thread is told. */
export type ToFloodWorker =
  | { type: "connect"; port: number }
  | { type: "write"; from: number; count: number; tag: number };

/** What the thread tells when it has done that. */
export type FromFloodWorker = { type: "connected" | "written" };

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToFloodWorker>) => void;
  postMessage(message: FromFloodWorker): void;
};

let writer: Writer;

scope.onmessage = async ({ data }) => {
  if (data.type === "connect") {
    writer = await Writer.open(data.port);
    return scope.postMessage({ type: "connected" });
  }
  const { from, count, tag } = data;
  for (let i = 0; i < count; i++) await writer.write(from + i, tag);
  writer.close();
  scope.postMessage({ type: "written" });
};
