import { assert, assertEquals } from "@std/assert";
import {
  Progress,
  PROGRESS_LENGTH,
  Recorder,
  tellWritten,
} from "../../src/trace/recorder.ts";
import { within } from "../testing/within.ts";

const SERVER = { hostname: "::ffff:10.0.0.2", port: 502 };
const CLIENT = { hostname: "10.0.0.1", port: 40000 };

class Rig {
  readonly chunks: Uint8Array[] = [];
  readonly missing: [packets: number, over: boolean][] = [];
  readonly progress = new Int32Array(PROGRESS_LENGTH);
  taken = Promise.withResolvers<void>();
  now = 1_000_000;
  readonly recorder = new Recorder(
    {
      take: (blocks) => {
        this.chunks.push(blocks);
        this.taken.resolve();
      },
      progress: this.progress,
    },
    (packets, over) => this.missing.push([packets, over]),
    () => this.now++,
  );

  /** The packets in all chunks, with their times. */
  packets(): { time: number; data: Uint8Array }[] {
    return this.chunks.flatMap((chunk) => {
      const found = [];
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
      for (let at = 0; at < chunk.length;) {
        assertEquals(view.getUint32(at, true), 6);
        const length = view.getUint32(at + 20, true);
        found.push({
          time: view.getUint32(at + 16, true),
          data: chunk.slice(at + 28, at + 28 + length),
        });
        at += view.getUint32(at + 4, true);
      }
      return found;
    });
  }
}

Deno.test({
  name: "Recorder.flush() hands over what was recorded, once",
  permissions: "none",
  fn() {
    const rig = new Rig();
    rig.recorder.flush();
    assertEquals(rig.chunks, []);
    rig.recorder.open(CLIENT, SERVER).received(Uint8Array.of(1, 2, 3));
    rig.recorder.flush();
    rig.recorder.flush();
    assertEquals(rig.chunks.length, 1);
    assertEquals(rig.progress[Progress.underWay], 1);
    const packets = rig.packets();
    assertEquals(packets.map(({ time }) => time - 1_000_000), [0, 1, 2, 3]);
    // IPv4 both, and no IPv6 header for the mapped address.
    const { data } = packets[3]!;
    assertEquals(data.slice(12, 20), Uint8Array.of(10, 0, 0, 1, 10, 0, 0, 2));
    assertEquals(data.slice(40), Uint8Array.of(1, 2, 3));
    assertEquals(rig.missing, []);
  },
});

Deno.test({
  name: "Recorder hands over by itself, soon or when there is much",
  permissions: "none",
  async fn() {
    const rig = new Rig();
    const conversation = rig.recorder.open(
      { hostname: "fe80::1%eth0", port: 1 },
      { hostname: "fe80::2", port: 2 },
    );
    await within(rig.taken.promise, "the first chunk");
    assertEquals(rig.packets().map(({ data }) => data.length), [60, 60, 60]);
    const payload = new Uint8Array(8192).fill(7);
    for (let i = 0; i < 20; i++) conversation.sent(payload);
    rig.recorder.flush();
    const packets = rig.packets().slice(3);
    assertEquals(packets.length, 20);
    for (const { data } of packets) assertEquals(data.slice(60), payload);
    for (const { length } of rig.chunks) assert(length <= 1 << 16);
  },
});

Deno.test({
  name: "Recorder does not wait: it leaves out what nobody takes away",
  permissions: "none",
  fn() {
    const rig = new Rig();
    const conversation = rig.recorder.open(CLIENT, SERVER);
    const payload = new Uint8Array(8000);
    // Nobody says that a chunk is written.
    while (rig.missing.length === 0) conversation.sent(payload);
    const chunks = rig.chunks.length;
    assert(chunks >= 16 && chunks <= 256, `${chunks} chunks`);
    conversation.sent(payload);
    conversation.received(payload);
    assertEquals(rig.missing, [[1, false], [2, false], [3, false]]);
    assertEquals(rig.chunks.length, chunks);
    const before = rig.packets().length;
    tellWritten(rig.progress, true);
    conversation.sent(Uint8Array.of(9));
    assertEquals(rig.missing.slice(3), [[3, true]]);
    rig.recorder.flush();
    assertEquals(rig.packets().length, before + 1);
    assertEquals(rig.packets().at(-1)!.data.slice(40), Uint8Array.of(9));
  },
});

Deno.test({
  name: "Recorder does nothing any more once its capture is over",
  permissions: "none",
  fn() {
    const rig = new Rig();
    const conversation = rig.recorder.open(CLIENT, SERVER);
    rig.recorder.flush();
    conversation.sent(Uint8Array.of(1));
    const { now } = rig;
    tellWritten(rig.progress, false);
    assertEquals(rig.progress[Progress.underWay], 0);
    // No packet is given a time, and nothing is handed over or missed.
    for (let i = 0; i < 1000; i++) conversation.received(new Uint8Array(8000));
    rig.recorder.open(CLIENT, SERVER).closed();
    rig.recorder.flush();
    assertEquals([rig.now, rig.chunks.length, rig.missing], [now, 1, []]);
  },
});
