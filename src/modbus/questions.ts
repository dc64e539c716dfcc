/**
 * Questions to another thread, which may be slow to answer, or gone.
 * @module
 */

/** How long a thread may take to answer, in milliseconds. */
const PATIENCE = 1000;

/** The thread did not answer in time. */
export class NoAnswerError extends Error {
  /** An error without details: there are none. */
  constructor() {
    super("The Modbus thread does not answer");
    this.name = "NoAnswerError";
  }
}

/** Questions that wait for their answers. */
export class Questions<Answer> {
  readonly #patience: number;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #next = 1;

  /** No questions yet; each waits `patience` milliseconds at most. */
  constructor(patience: number = PATIENCE) {
    this.#patience = patience;
  }

  /**
   * Asks.
   *
   * @param post Sends the question with that number.
   * @throws {NoAnswerError} If there is no answer in time.
   */
  async ask(post: (question: number) => void): Promise<Answer> {
    const question = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.set(question, resolve);
    const timer = setTimeout(
      () => reject(new NoAnswerError()),
      this.#patience,
    );
    try {
      post(question);
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(question);
    }
  }

  /** Hands the answer to whoever asked, if they still wait. */
  answer(question: number, answer: Answer): void {
    this.#waiting.get(question)?.(answer);
  }

  /** Answers all that wait. */
  answerAll(answer: Answer): void {
    for (const resolve of this.#waiting.values()) resolve(answer);
  }
}
