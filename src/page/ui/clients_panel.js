/**
 * Who is connected.
 * @module
 */
import { find, make } from "./dom.js";

/** @import { Live } from "./live.js" */

/** Milliseconds between two looks. */
const PERIOD = 2000;

/** Knows the connections by their numbers. */
export class Clients {
  #live;
  #panel = find("#clients", HTMLElement);
  #body = find("#clients tbody", HTMLElement);
  #count = find("#clients-count", HTMLElement);
  /** @type {Map<string, string>} */
  #peers = new Map();
  /** Whether the adapter tells. */
  #isTold = true;

  /** @param {Live} live */
  constructor(live) {
    this.#live = live;
    live.addEventListener("state", () => {
      this.#isTold = true;
      this.#look();
    });
    setInterval(() => this.#look(), PERIOD);
    const toggle = find("#clients-toggle", HTMLButtonElement);
    toggle.addEventListener("click", () => {
      const isOpen = this.#panel.classList.toggle("open");
      toggle.setAttribute("aria-expanded", String(isOpen));
      toggle.textContent = isOpen ? "Hide" : "Show";
    });
  }

  /**
   * @param {"modbus" | "websocket" | string} source
   * @param {number | undefined} connection
   * @returns {string} Its address, as far as known.
   */
  nameOf(source, connection) {
    const kind = source === "modbus"
      ? "Modbus"
      : source === "websocket"
      ? "Browser"
      : source;
    if (connection === undefined) return kind;
    const peer = this.#peers.get(`${source} ${connection}`);
    return `${kind} ${peer ?? `#${connection}`}`;
  }

  async #look() {
    if (!this.#live.isLive || !this.#isTold || document.hidden) return;
    try {
      const clients = await this.#live.fetch("/api/v1/clients");
      this.#isTold = clients !== undefined;
      this.#panel.hidden = !this.#isTold;
      if (clients !== undefined) this.#show(clients);
    } catch {
      // The state of the link says that the adapter is gone.
    }
  }

  /** @param {any} clients */
  #show({ modbus, websocket }) {
    for (const { connection, peer } of modbus) {
      this.#peers.set(`modbus ${connection}`, peer);
    }
    for (const { connection, peer } of websocket) {
      this.#peers.set(`websocket ${connection}`, peer);
    }
    this.#count.textContent =
      `${modbus.length} Modbus · ${websocket.length} WebSocket`;
    const rows = [
      ...modbus.map((/** @type {any} */ client) =>
        row("Modbus", client, [
          client.requests,
          client.writes,
          client.exceptions,
        ])
      ),
      ...websocket.map((/** @type {any} */ client) =>
        row(client.role === "viewer" ? "Viewer" : "Browser", client, [
          "",
          "",
          client.behind ? "behind" : "",
        ])
      ),
    ];
    this.#body.replaceChildren(...rows);
  }
}

/**
 * @param {string} kind
 * @param {any} client
 * @param {readonly unknown[]} counts
 */
function row(kind, { peer, connectedAt }, counts) {
  const since = new Date(connectedAt);
  const cells = [kind, peer, ...counts, since.toTimeString().slice(0, 8)];
  return make(
    "tr",
    {},
    ...cells.map((text) => make("td", {}, String(text ?? ""))),
  );
}
