/** The report's style sheet: light or dark as the reader's system has it, for any width. */
// The log is laid out from its end, so that a browser shows the last lines first without a script.
export const STYLE = `
:root {
  --back: #f5f6f8; --card: #fff; --text: #1b2128; --faint: #5b6673; --edge: #dde1e6; --grid: #e6e9ed;
  --good: #1a7f4b; --bad: #c42b2b; --warn: #9a6200; --busy: #2563c9; --wait: #98a2ae;
  --s1: #2563c9; --s2: #d0591a; --s3: #1a7f4b; --s4: #8a3fc0; --s5: #b3245f; --s6: #0b7c8a; --other: #a6afb9;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --back: #0f1216; --card: #181c22; --text: #e3e7ec; --faint: #98a3b0; --edge: #2c333c; --grid: #272d35;
    --good: #4cc38a; --bad: #ff7b72; --warn: #e3b341; --busy: #6ea8fe; --wait: #5d6873;
    --s1: #6ea8fe; --s2: #f0935a; --s3: #4cc38a; --s4: #c297f0; --s5: #f277a4; --s6: #4fc3d1; --other: #5d6873;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 .75rem; }
p { margin: .5rem 0; }
a { color: var(--busy); }
section, header { background: var(--card); border: 1px solid var(--edge); border-radius: 10px; padding: 1rem 1.25rem; margin: 0 0 1rem; }
.faint { color: var(--faint); font-size: .87rem; }
.badge { display: inline-block; padding: .1rem .7rem; border-radius: 99px; border: 1px solid; font-weight: 600; }
.badge.Completed { color: var(--good); } .badge.Failed { color: var(--bad); } .badge.InProgress { color: var(--busy); }
.badge.Stopped, .badge.Stopping { color: var(--warn); }
dl { display: flex; flex-wrap: wrap; gap: .6rem 2rem; margin: .75rem 0 0; }
dl div { min-width: 0; }
dt { color: var(--faint); font-size: .82rem; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { font: 12.5px/1.55 ui-monospace, Menlo, Consolas, monospace; margin: .5rem 0 0; }
.reason { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid var(--bad); padding: .25rem 0 .25rem .75rem; max-height: 16rem; overflow: auto; }
.bar { display: flex; gap: 2px; height: 14px; margin: 0 0 .9rem; }
.bar i { flex-basis: 4px; border-radius: 3px; }
.bar i, .dot { background: var(--wait); }
.dot { display: inline-block; width: .65rem; height: .65rem; border-radius: 50%; margin-right: .5rem; }
i.Training { background: var(--busy); } i.Uploading, i.Downloading { background: var(--s6); }
i.Completed { background: var(--good); } i.Failed { background: var(--bad); }
i.Stopping, i.Stopped, i.Interrupted, i.MaxRuntimeExceeded, i.MaxWaitTimeExceeded { background: var(--warn); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .3rem 1.25rem .3rem 0; border-top: 1px solid var(--grid); font-weight: normal; }
tr:first-child > td, tr:first-child > th { border-top: 0; }
tbody tr:first-child > * { border-top: 1px solid var(--grid); } table:not(:has(thead)) tr:first-child > * { border-top: 0; }
thead th { color: var(--faint); font-size: .82rem; }
tbody th { white-space: nowrap; font-weight: 600; }
.cards tbody th { white-space: normal; }
.place { overflow-wrap: anywhere; min-width: 14rem; }
a:focus-visible, button:focus-visible, summary:focus-visible, input:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--busy); outline-offset: 2px; border-radius: 4px; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.times td:first-child { white-space: nowrap; } .times td:last-child { width: 99%; min-width: 12rem; }
.checks td:last-child { width: 99%; overflow-wrap: anywhere; }
.pairs { display: block; } .pairs tbody { display: grid; grid-template-columns: fit-content(24rem) minmax(0, 1fr); } .pairs tr { display: contents; }
.pairs th { color: var(--faint); overflow-wrap: break-word; white-space: normal; font-weight: normal; }
.pairs td { overflow-wrap: anywhere; padding-right: 0; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .87rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 1.25rem 2rem; }
.chart { margin: 0; min-width: 0; }
figcaption { display: flex; justify-content: space-between; gap: 1rem; }
figcaption b { overflow-wrap: anywhere; min-width: 0; font-weight: 600; }
.last { font-variant-numeric: tabular-nums; font-weight: 600; }
.plot { position: relative; height: 11rem; margin: .6rem 1.5rem 1.6rem 4.25rem; border-left: 1px solid var(--edge); border-bottom: 1px solid var(--edge); }
.plot svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.plot path { fill: none; vector-effect: non-scaling-stroke; }
.grid { stroke: var(--grid); }
.line { stroke-width: 1.75; stroke-opacity: .9; stroke-linejoin: round; stroke-linecap: round; }
.point { stroke-width: 7; stroke-linecap: round; }
.x, .y { position: absolute; color: var(--faint); font-size: .75rem; line-height: 1; white-space: nowrap; font-variant-numeric: tabular-nums; }
.y { right: calc(100% + .5rem); transform: translateY(-50%); }
.x { top: calc(100% + .5rem); transform: translateX(-50%); }
path.s1 { stroke: var(--s1); } path.s2 { stroke: var(--s2); } path.s3 { stroke: var(--s3); }
path.s4 { stroke: var(--s4); } path.s5 { stroke: var(--s5); } path.s6 { stroke: var(--s6); } path.other { stroke: var(--other); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; list-style: none; margin: 0; padding: 0; font-size: .82rem; }
.legend i { display: inline-block; width: .9rem; height: 3px; border-radius: 2px; vertical-align: middle; margin-right: .4rem; }
.legend .s1 { background: var(--s1); } .legend .s2 { background: var(--s2); } .legend .s3 { background: var(--s3); }
.legend .s4 { background: var(--s4); } .legend .s5 { background: var(--s5); } .legend .s6 { background: var(--s6); } .legend .other { background: var(--other); }
details { border-top: 1px solid var(--grid); padding: .5rem 0; }
h2 + details { border-top: 0; padding-top: 0; }
summary { cursor: pointer; font-weight: 600; }
.log { display: flex; flex-direction: column-reverse; overflow: auto; max-height: 30rem; margin-top: .5rem; background: var(--back); border: 1px solid var(--edge); border-radius: 6px; padding: .6rem .75rem; }
.log pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 36rem) {
  .cards thead { display: none; }
  .cards tr, .cards th, .cards td { display: block; }
  .cards tr { padding: .4rem 0; border-top: 1px solid var(--grid); } .cards tbody tr:first-child { border-top: 0; }
  .cards tbody tr > * { border: 0; padding: .1rem 0; min-width: 0; overflow-wrap: anywhere; }
  .cards td { display: grid; grid-template-columns: 7rem minmax(0, 1fr); }
  .cards td::before { content: attr(data-label); color: var(--faint); font-size: .82rem; line-height: 1.85; }
  .cards td:empty { display: none; }
}
@media (max-width: 32rem) {
  main { padding: .75rem .5rem 2rem; }
  section, header { padding: .85rem .9rem; }
  .pairs tbody, .pairs th, .pairs td { display: block; padding-right: 0; }
  .pairs td { border-top: 0; padding-top: 0; }
  .times tr { display: grid; grid-template-columns: 1fr auto auto; border-top: 1px solid var(--grid); padding: .3rem 0; }
  .times tr:first-child { border-top: 0; }
  .times td { border: 0; padding: 0 0 0 1rem; } .times td:first-child { padding-left: 0; }
  .times td:last-child { grid-column: 1 / -1; padding-left: 1.15rem; color: var(--faint); min-width: 0; }
}
@media (max-width: 48rem) {
  .checks thead { display: none; }
  .checks tr { display: grid; grid-template-columns: 1fr auto auto auto; border-top: 1px solid var(--grid); padding: .3rem 0; }
  .checks tbody tr > * { border: 0; padding: 0 0 0 1rem; overflow-wrap: anywhere; white-space: normal; }
  .checks tbody tr > th { padding-left: 0; } .checks tbody tr > td:last-child { grid-column: 1 / -1; padding-left: 0; width: auto; }
}
@media print {
  :root { color-scheme: light; }
  body { background: none; font-size: 10pt; } main { max-width: none; padding: 0; }
  section, header { border: 0; border-top: 1px solid var(--edge); border-radius: 0; padding: .75rem 0; }
  h2, summary { break-after: avoid; } .chart, tr, dl div { break-inside: avoid; }
  .log, .reason { max-height: none; overflow: visible; border: 0; padding: 0; background: none; } .log { display: block; }
  .bar, .dot, .legend { print-color-adjust: exact; }
  details::details-content { content-visibility: visible; block-size: auto; }
  nav, .actions, .console { display: none; }
}
`;
