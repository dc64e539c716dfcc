/**
 * Why the program can't start.
 * @module
 */

/** The program can't start; the message is one line for the user. */
export class StartError extends Error {
  /** The message says what did not work, why, and what to do. */
  constructor(message: string) {
    super(message);
    this.name = "StartError";
  }
}
