/**
 * What a flag is.
 * @module
 */

/** A flag that takes a value. */
export interface Flag {
  /** Name without the dashes. */
  readonly name: string;
  /** What its value is called in the help. */
  readonly value: string;
  /** Value when it is not given; not used for a repeatable flag, whose default is none. */
  readonly default: string;
  /** Whether it may be given several times. */
  readonly repeatable?: true;
  /** What it does. */
  readonly help: string;
  /** Turns its text into its value, or throws a `FlagError`. */
  readonly parse: (text: string) => unknown;
}

/** A flag without a value. */
export interface Switch {
  /** Name without the dashes. */
  readonly name: string;
  /** Its one-letter form, without the dash. */
  readonly short: string;
  /** What it does. */
  readonly help: string;
}

/** Flags that belong together: a part of the help. */
export interface Topic {
  /** What they are about. */
  readonly title: string;
  /** The flags, in the order of the help. */
  readonly flags: readonly Flag[];
}
