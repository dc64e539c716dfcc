/**
 * The thread of {@linkcode Load}.
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { type LoadJob, loadWrites, requestOf, Slot } from "./load.ts";

/** Bytes of an answer to function 0F or 10. */
const ANSWER = 12;

let job: LoadJob | undefined;
let socket: Deno.TcpConn | undefined;

self.onmessage = async ({ data }: MessageEvent<LoadJob | "go">) => {
  if (data === "go") return await run(job!, socket!);
  job = data;
  const { hostname, port } = data;
  socket = await Deno.connect({ hostname, port });
  socket.setNoDelay();
  self.postMessage("connected");
};

async function run(
  job: LoadJob,
  socket: Deno.TcpConn,
): Promise<void> {
  const { writes, window, pause } = job;
  const words = new Int32Array(job.control);
  const source = loadWrites(job);
  for (let done = 0; done < writes && Atomics.load(words, Slot.stop) === 0;) {
    const count = Math.min(window, writes - done);
    const requests: Uint8Array[] = [];
    for (let i = 0; i < count; i++) {
      requests.push(requestOf(source.next().value!, (done + i) & 0xffff));
    }
    const began = performance.now();
    await send(socket, requests);
    const answers = await receive(socket, count * ANSWER);
    const took = performance.now() - began;
    if (took > words[Slot.slowest]!) words[Slot.slowest] = Math.ceil(took);
    for (const [i, request] of requests.entries()) {
      const answer = answers.subarray(i * ANSWER, (i + 1) * ANSWER);
      if (!isAnswerTo(request, answer)) Atomics.add(words, Slot.wrong, 1);
    }
    done += count;
    Atomics.store(words, Slot.answered, done);
    const wait = pause - (performance.now() - began);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
  socket.close();
  Atomics.store(words, Slot.done, 1);
  Atomics.notify(words, Slot.done);
}

/** Same ids, a length of its own, and function, address and quantity again. */
function isAnswerTo(request: Uint8Array, answer: Uint8Array): boolean {
  return [0, 1, 2, 3, 6, 7, 8, 9, 10, 11].every((i) =>
    answer[i] === request[i]
  ) && answer[4] === 0 && answer[5] === 6;
}

async function send(
  socket: Deno.TcpConn,
  requests: readonly Uint8Array[],
): Promise<void> {
  const bytes = new Uint8Array(
    requests.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const request of requests) {
    bytes.set(request, at);
    at += request.length;
  }
  for (let sent = 0; sent < bytes.length;) {
    sent += await socket.write(bytes.subarray(sent));
  }
}

async function receive(
  socket: Deno.TcpConn,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let have = 0; have < length;) {
    const count = await socket.read(bytes.subarray(have));
    if (count === null) throw new Error("The server closed the connection");
    have += count;
  }
  return bytes;
}
