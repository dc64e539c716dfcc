/**
 * The page: makes its parts, and keeps what the user has chosen in the URL and
 * in the browser.
 * @module
 */
import { SCOPES } from "./model/interest.js";
import { fromHash, toHash } from "./model/url_state.js";
import { fromJson, toJson } from "./model/watch.js";
import { ActivityPanel } from "./ui/activity_panel.js";
import { setUpBankPanel } from "./ui/bank_panel.js";
import { Clients } from "./ui/clients_panel.js";
import { find } from "./ui/dom.js";
import { Editor } from "./ui/editor.js";
import { setUpFollowing } from "./ui/follow.js";
import { Grid } from "./ui/grid.js";
import { setUpGridInput } from "./ui/grid_input.js";
import { Inspector } from "./ui/inspector.js";
import { setUpLink } from "./ui/link.js";
import { Live } from "./ui/live.js";
import { Overview } from "./ui/overview.js";
import { atMostEvery } from "./ui/pace.js";
import { recall, remember } from "./ui/storage.js";
import { setUpTheme } from "./ui/theme.js";
import { View } from "./ui/view.js";
import { WatchPanel } from "./ui/watch_panel.js";

const view = new View();
const live = new Live();
restore();
// First of all: the others look at the values of that unit.
view.watch(() => live.unit = view.now.unit);
addEventListener("hashchange", () => apply(location.hash));

const grid = new Grid(view, live);
const editor = new Editor(view, live, grid);
setUpGridInput(view, live, grid, editor);
setUpBankPanel(view, live, grid);
const overview = new Overview(view, live, grid);
const watchPanel = new WatchPanel(view, live);
new Inspector(view, live, editor, (item) => watchPanel.add(item));
new ActivityPanel(view, live, grid, new Clients(live));
setUpFollowing(view, live, grid);
setUpLink(live);
setUpTheme(() => {
  overview.draw();
  watchPanel.recolor();
});
setUpPanels();
keep();
grid.reveal(view.now.selection.focus, "center");

/** What the user had chosen; what the URL says goes before what the browser remembers. */
function restore() {
  apply(recall("view") ?? "");
  const scope = SCOPES.find((one) => one === recall("scope"));
  if (scope !== undefined) view.change({ scope });
  const { value: watch } = fromJson(recall("watch") ?? "");
  if (watch !== undefined) view.change({ watch });
  apply(location.hash);
}

/** @param {string} hash */
function apply(hash) {
  const { address, ...choices } = fromHash(hash);
  view.change(choices);
  if (address !== undefined) view.goTo(address);
}

/** Keeps it; browsers allow some three changes of the URL a second. */
function keep() {
  const write = () => {
    const { selection, watch, scope, ...choices } = view.now;
    const state = { ...choices, address: selection.focus };
    history.replaceState(null, "", toHash({ ...state, watch }));
    remember("view", toHash({ ...state, watch: [] }));
    remember("watch", toJson(watch));
    remember("scope", scope);
  };
  view.watch(atMostEvery(300, write));
  addEventListener("pagehide", write);
}

/** On narrow screens one panel is shown at a time. */
function setUpPanels() {
  const nav = find("#panels", HTMLElement);
  const buttons = [...nav.querySelectorAll("button")];
  nav.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return;
    document.body.dataset.panel = String(target.dataset.panel);
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button === target));
    }
  });
}
