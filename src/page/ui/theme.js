/**
 * Light or dark, as the system says or the user.
 * @module
 */
import { find } from "./dom.js";
import { recall, remember } from "./storage.js";

/** @param {() => void} onChange Is called when colours have changed. */
export function setUpTheme(onChange) {
  const select = find("#theme", HTMLSelectElement);
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const choice = select.value;
    const dark = choice === "dark" || choice === "system" && system.matches;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    onChange();
  };
  select.value = recall("theme") ?? "system";
  if (select.selectedIndex < 0) select.value = "system";
  select.addEventListener("change", () => {
    remember("theme", select.value);
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}
