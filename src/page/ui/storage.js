/**
 * What the browser remembers of the user's choices. Without storage, as in
 * some private windows, nothing is remembered and all works.
 * @module
 */

const PREFIX = "modbus-ws-adapter.";

/**
 * @param {string} key
 * @returns {string | undefined}
 */
export function recall(key) {
  try {
    return localStorage.getItem(PREFIX + key) ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function remember(key, value) {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // Full or forbidden.
  }
}

/** The token, until the window is closed. */
export const session = {
  /** @returns {string | undefined} */
  get token() {
    try {
      return sessionStorage.getItem(PREFIX + "token") ?? undefined;
    } catch {
      return undefined;
    }
  },
  set token(value) {
    try {
      if (value === undefined) sessionStorage.removeItem(PREFIX + "token");
      else sessionStorage.setItem(PREFIX + "token", value);
    } catch {
      // It is asked for again.
    }
  },
};
