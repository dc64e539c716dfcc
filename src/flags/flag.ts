/**
 * What a flag is.
 * @module
 */

/** Keywords of JSON Schema that say what a value is in a configuration file. */
export interface ValueSchema {
  /** What it may be; as text it is what the flag takes on the command line. */
  readonly type:
    | "string"
    | "integer"
    | "number"
    | readonly ["integer", "string"];
  /** The least number. */
  readonly minimum?: number;
  /** The largest number. */
  readonly maximum?: number;
  /** What a text matches. */
  readonly pattern?: string;
  /** All texts there are. */
  readonly enum?: readonly string[];
}

/** A kind of values. */
export interface ValueKind {
  /** What such a value is called in the help. */
  readonly value: string;
  /** Turns its text into its value, or throws a `FlagError`. */
  readonly parse: (text: string) => unknown;
  /** Its form in a configuration file; a text, unless this says otherwise. */
  readonly schema?: ValueSchema;
}

/** A flag that takes a value. */
export interface Flag extends ValueKind {
  /** Name without the dashes. */
  readonly name: string;
  /** Value when it is not given; not used for a repeatable flag, whose default is none. */
  readonly default: string;
  /** Whether it may be given several times. */
  readonly repeatable?: true;
  /** What it does. */
  readonly help: string;
}

/** A flag without a value. */
export interface Switch {
  /** Name without the dashes. */
  readonly name: string;
  /** Its one-letter form, without the dash. */
  readonly short?: string;
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
