/**
 * The state of the link, so that nobody takes old values for new ones.
 * @module
 */
import { find, setText } from "./dom.js";
import { session } from "./storage.js";

/** @import { Live } from "./live.js" */

/** @type {Readonly<Record<string, string>>} */
const TEXTS = {
  connecting: "Connecting",
  live: "Live",
  stale: "Connection lost",
  closed: "Not connected",
};

const TITLE = document.title;

/** @param {Live} live */
export function setUpLink(live) {
  const state = find("#link-text", HTMLElement);
  const banner = find("#stale", HTMLElement);
  const since = find("#stale-since", HTMLElement);
  const dialog = find("#token", HTMLDialogElement);
  const show = () => {
    const { dataset } = document.documentElement;
    dataset.link = live.state;
    dataset.readOnly = String(live.isLive && live.isReadOnly);
    setText(state, String(TEXTS[live.state]));
    banner.hidden = live.state !== "stale";
    document.title = live.isLive ? TITLE : `⚠ ${TEXTS[live.state]} – ${TITLE}`;
    if (live.error !== undefined && !dialog.open) askForToken(dialog);
    tick();
  };
  const tick = () => {
    if (banner.hidden) return;
    const seconds = Math.round((Date.now() - live.heardAt) / 1000);
    const time = new Date(live.heardAt).toTimeString().slice(0, 8);
    setText(since, `Values of ${time}, ${seconds} s ago. Trying again …`);
  };
  live.addEventListener("state", show);
  setInterval(tick, 1000);
  find("#token form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const input = find("#token input", HTMLInputElement);
    // What a subprotocol may be called (RFC 6455, 4.1).
    const isToken = /^[!#$%&'*+\-.^`|~\w]+$/.test(input.value);
    input.setCustomValidity(
      isToken ? "" : "A token has no spaces and no letters beyond ASCII",
    );
    if (!input.reportValidity()) return;
    dialog.close();
    live.enter(input.value);
    input.value = "";
  });
  find("#token input", HTMLInputElement).addEventListener(
    "input",
    ({ target }) => {
      if (target instanceof HTMLInputElement) target.setCustomValidity("");
    },
  );
  show();
}

/** @param {HTMLDialogElement} dialog */
function askForToken(dialog) {
  const isWrong = session.token !== undefined;
  find("#token-error", HTMLElement, dialog).hidden = !isWrong;
  dialog.showModal();
}
