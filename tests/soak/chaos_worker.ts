/**
 * {@linkcode chaos} in a thread of its own, so that it takes no time from those
 * who measure.
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Random } from "../testing/random.ts";
import { chaos, type Place } from "./chaos.ts";

/** What to do, or to stop. */
export type ToChaos =
  | { readonly place: Place; readonly parallel: number; readonly seed: number }
  | "stop";

let going = false;

self.onmessage = async ({ data }: MessageEvent<ToChaos>) => {
  if (data === "stop") {
    going = false;
    return;
  }
  going = true;
  const { place, parallel, seed } = data;
  const random = new Random(seed);
  self.postMessage(await chaos(place, parallel, random, () => going));
};
