/**
 * The colours, before the page is painted for the first time: what a module
 * did later would be seen as a flash. The rest is in ui/theme.js.
 */
{
  let theme = null;
  try {
    theme = localStorage.getItem("modbus-ws-adapter.theme");
  } catch {
    // Without storage it is as the system says.
  }
  const dark = theme === "dark" || theme !== "light" &&
      matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}
