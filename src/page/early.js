/**
 * The chosen theme, before the page is painted for the first time: what a
 * module did later would be seen as a flash. The rest is in ui/theme.js.
 */
try {
  const theme = localStorage.getItem("modbus-ws-adapter.theme");
  if (theme !== null) document.documentElement.dataset.theme = theme;
} catch {
  // Without storage it is as the system says.
}
