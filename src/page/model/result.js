/**
 * What comes of a text that a person has typed: a value, or what is wrong.
 * @module
 */

/**
 * @template T
 * @typedef {{ readonly value: T, readonly error?: undefined }
 *   | { readonly value?: undefined, readonly error: string }} Result
 */

/**
 * @template T
 * @param {T} value
 * @returns {Result<T>}
 */
export function ok(value) {
  return { value };
}

/**
 * @param {string} error One sentence that says what is allowed.
 * @returns {{ readonly value?: undefined, readonly error: string }}
 */
export function wrong(error) {
  return { error };
}
