/**
 * The files of the page by the path at which they are served, embedded as text.
 * @module
 */
import html from "./index.html" with { type: "text" };
import icon from "./icon.svg" with { type: "text" };
import early from "./early.js" with { type: "text" };
import page from "./page.js" with { type: "text" };
import activity from "./model/activity.js" with { type: "text" };
import csv from "./model/csv.js" with { type: "text" };
import heat from "./model/heat.js" with { type: "text" };
import interest from "./model/interest.js" with { type: "text" };
import interpret from "./model/interpret.js" with { type: "text" };
import mirror from "./model/mirror.js" with { type: "text" };
import notation from "./model/notation.js" with { type: "text" };
import numbers from "./model/numbers.js" with { type: "text" };
import result from "./model/result.js" with { type: "text" };
import rows from "./model/rows.js" with { type: "text" };
import selection from "./model/selection.js" with { type: "text" };
import series from "./model/series.js" with { type: "text" };
import tables from "./model/tables.js" with { type: "text" };
import urlState from "./model/url_state.js" with { type: "text" };
import virtual from "./model/virtual.js" with { type: "text" };
import watch from "./model/watch.js" with { type: "text" };
import gridCss from "./style/grid.css" with { type: "text" };
import layoutCss from "./style/layout.css" with { type: "text" };
import panelsCss from "./style/panels.css" with { type: "text" };
import themeCss from "./style/theme.css" with { type: "text" };
import activityPanel from "./ui/activity_panel.js" with { type: "text" };
import bankPanel from "./ui/bank_panel.js" with { type: "text" };
import clientsPanel from "./ui/clients_panel.js" with { type: "text" };
import dom from "./ui/dom.js" with { type: "text" };
import editor from "./ui/editor.js" with { type: "text" };
import follow from "./ui/follow.js" with { type: "text" };
import grid from "./ui/grid.js" with { type: "text" };
import gridInput from "./ui/grid_input.js" with { type: "text" };
import inspector from "./ui/inspector.js" with { type: "text" };
import link from "./ui/link.js" with { type: "text" };
import live from "./ui/live.js" with { type: "text" };
import overview from "./ui/overview.js" with { type: "text" };
import pace from "./ui/pace.js" with { type: "text" };
import rowView from "./ui/row_view.js" with { type: "text" };
import storage from "./ui/storage.js" with { type: "text" };
import theme from "./ui/theme.js" with { type: "text" };
import trend from "./ui/trend.js" with { type: "text" };
import view from "./ui/view.js" with { type: "text" };
import watchPanel from "./ui/watch_panel.js" with { type: "text" };
import watchRow from "./ui/watch_row.js" with { type: "text" };
import uplot from "uplot/dist/uPlot.esm.js" with { type: "text" };
import uplotCss from "uplot/dist/uPlot.min.css" with { type: "text" };
import uplotLicense from "uplot/LICENSE" with { type: "text" };

/** The texts by path: the files of this folder below `/page/`, the page itself at `/`. */
export const PAGE_FILES: ReadonlyMap<string, string> = new Map([
  ["/", html],
  ["/icon.svg", icon],
  ["/page/early.js", early],
  ["/page/page.js", page],
  ["/page/model/activity.js", activity],
  ["/page/model/csv.js", csv],
  ["/page/model/heat.js", heat],
  ["/page/model/interest.js", interest],
  ["/page/model/interpret.js", interpret],
  ["/page/model/mirror.js", mirror],
  ["/page/model/notation.js", notation],
  ["/page/model/numbers.js", numbers],
  ["/page/model/result.js", result],
  ["/page/model/rows.js", rows],
  ["/page/model/selection.js", selection],
  ["/page/model/series.js", series],
  ["/page/model/tables.js", tables],
  ["/page/model/url_state.js", urlState],
  ["/page/model/virtual.js", virtual],
  ["/page/model/watch.js", watch],
  ["/page/style/grid.css", gridCss],
  ["/page/style/layout.css", layoutCss],
  ["/page/style/panels.css", panelsCss],
  ["/page/style/theme.css", themeCss],
  ["/page/ui/activity_panel.js", activityPanel],
  ["/page/ui/bank_panel.js", bankPanel],
  ["/page/ui/clients_panel.js", clientsPanel],
  ["/page/ui/dom.js", dom],
  ["/page/ui/editor.js", editor],
  ["/page/ui/follow.js", follow],
  ["/page/ui/grid.js", grid],
  ["/page/ui/grid_input.js", gridInput],
  ["/page/ui/inspector.js", inspector],
  ["/page/ui/link.js", link],
  ["/page/ui/live.js", live],
  ["/page/ui/overview.js", overview],
  ["/page/ui/pace.js", pace],
  ["/page/ui/row_view.js", rowView],
  ["/page/ui/storage.js", storage],
  ["/page/ui/theme.js", theme],
  ["/page/ui/trend.js", trend],
  ["/page/ui/view.js", view],
  ["/page/ui/watch_panel.js", watchPanel],
  ["/page/ui/watch_row.js", watchRow],
  ["/uplot.js", uplot],
  ["/uplot.css", uplotCss],
  ["/uplot.txt", uplotLicense],
]);
