/**
 * Light or dark, as the system says or the user.
 * @module
 */
import { find } from "./dom.js";
import { recall, remember } from "./storage.js";

/** @param {() => void} onChange Is called when colours have changed. */
export function setUpTheme(onChange) {
  const select = find("#theme", HTMLSelectElement);
  const apply = () => {
    document.documentElement.dataset.theme = select.value;
    onChange();
  };
  select.value = recall("theme") ?? "system";
  if (select.selectedIndex < 0) select.value = "system";
  select.addEventListener("change", () => {
    remember("theme", select.value);
    apply();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener(
    "change",
    onChange,
  );
  apply();
}
