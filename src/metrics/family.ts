/**
 * Metrics as values: what is exposed, apart from how it is written.
 * @module
 */
import type { HistogramValues } from "../histogram.ts";

/** Names and values of the labels of a sample. */
export type Labels = Readonly<Record<string, string>>;

/** A number with its labels. */
export interface Sample {
  /** The labels; none unless given. */
  readonly labels?: Labels;
  /** The number. */
  readonly value: number;
}

/** What all metric families have. */
export interface Described {
  /** Name without `_total`, `_bucket` or `_info`; with a unit it ends with that. */
  readonly name: string;
  /** What it tells, one sentence without a full stop. */
  readonly help: string;
  /** Base unit, such as `seconds` or `bytes`. */
  readonly unit?: string;
}

/** A number that only grows, or one that goes up and down, or facts in labels (with the value 1). */
export interface NumberFamily extends Described {
  /** Which of the three. */
  readonly type: "counter" | "gauge" | "info";
  /** The numbers; each has other labels. */
  readonly samples: readonly Sample[];
}

/** How often something was how large. */
export interface HistogramFamily extends Described {
  /** Discriminator. */
  readonly type: "histogram";
  /** The buckets. */
  readonly histogram: HistogramValues;
}

/** Metrics of one name. */
export type Family = NumberFamily | HistogramFamily;

/** A counter with one number. */
export function counter(name: string, help: string, value: number): Family {
  return { type: "counter", name, help, samples: [{ value }] };
}

/** A gauge with one number. */
export function gauge(name: string, help: string, value: number): Family {
  return { type: "gauge", name, help, samples: [{ value }] };
}

/** A counter with one number for each value of a label. */
export function counterBy(
  name: string,
  help: string,
  label: string,
  values: Iterable<readonly [labelValue: string, value: number]>,
): Family {
  const samples = [...values].map(([text, value]) => ({
    labels: { [label]: text },
    value,
  }));
  return { type: "counter", name, help, samples };
}

/** The same family, in a unit. */
export function inUnit(unit: string, family: Family): Family {
  return { ...family, unit };
}
