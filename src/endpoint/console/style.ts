/** What the console adds to the style sheet of reports. */
export const CONSOLE_STYLE = `
.top { display: flex; align-items: center; justify-content: space-between; gap: 1rem; max-width: 72rem; margin: 0 auto; padding: .9rem 1rem 0; }
.home { font-weight: 700; font-size: 1.05rem; letter-spacing: .01em; color: var(--text); text-decoration: none; }
.home::before { content: ""; display: inline-block; width: .8rem; height: .8rem; border-radius: .25rem; background: var(--busy); margin-right: .5rem; }
.in-console main { padding-top: .9rem; }
.live { color: var(--faint); font-size: .87rem; }
.skip { position: absolute; left: -100rem; top: 0; background: var(--card); color: var(--busy); padding: .5rem 1rem; z-index: 1; }
.skip:focus { left: .5rem; }
.crumbs { font-size: .87rem; margin: 0 0 .6rem; color: var(--faint); display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
.title { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .25rem 1rem; }
.title h1 { margin: 0; }
.actions { display: flex; flex-wrap: wrap; align-items: flex-start; gap: .6rem; margin: 0 0 1rem; }
.button, button, .actions summary { display: inline-block; font: inherit; font-weight: 600; line-height: 1.4; color: var(--text); background: var(--card); border: 1px solid var(--wait); border-radius: 7px; padding: .35rem .85rem; min-height: 2.2rem; text-decoration: none; cursor: pointer; }
.button:hover, button:hover, .actions summary:hover { border-color: var(--busy); }
.actions details { border: 0; padding: 0; } .actions summary { list-style: none; } .actions summary::-webkit-details-marker { display: none; }
.actions details[open] { flex-basis: 100%; }
.stop summary, .stop button { color: var(--bad); border-color: currentColor; }
.stop form { background: var(--card); border: 1px solid var(--edge); border-radius: 10px; padding: .75rem 1rem; margin: .6rem 0 0; }
.stop form p { margin: 0 0 .6rem; }
.filter { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .75rem 0 0; }
.filter label { font-size: .82rem; color: var(--faint); display: grid; gap: .15rem; min-width: 0; }
input, select { font: inherit; color: var(--text); background: var(--back); border: 1px solid var(--wait); border-radius: 7px; padding: .3rem .6rem; min-height: 2.2rem; max-width: 100%; }
select:focus-visible { outline: 3px solid var(--busy); outline-offset: 2px; }
.jobs td { white-space: nowrap; } .jobs .image { white-space: normal; overflow-wrap: anywhere; min-width: 10rem; width: 45%; }
.jobs th a { overflow-wrap: anywhere; }
.jobs tbody th { white-space: normal; min-width: 11rem; }
.jobs .badge, .small { font-size: .82rem; }
.pages { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: .9rem 0 0; }
.hosts-bar { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; margin: 0 0 .5rem; padding: 0; max-height: 9rem; overflow: auto; }
.hosts-bar a { display: inline-block; padding: .15rem .7rem; border: 1px solid var(--wait); border-radius: 99px; text-decoration: none; font-size: .87rem; }
.hosts-bar a[aria-current] { background: var(--busy); border-color: var(--busy); color: var(--card); font-weight: 600; }
.log .rest { color: var(--faint); }
.lines { overflow: auto; margin-top: .5rem; background: var(--back); border: 1px solid var(--edge); border-radius: 6px; padding: .6rem .75rem; }
.lines pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.json { max-height: 30rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 36rem) {
  .top { padding: .7rem .9rem 0; }
  .jobs tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 .75rem; padding: .6rem 0; align-items: baseline; }
  .jobs tbody tr > td { display: block; white-space: normal; width: auto; min-width: 0; } .jobs tbody th { min-width: 0; }
  .jobs td::before { content: none; } .jobs .number { color: var(--faint); font-size: .87rem; }
  .jobs tbody .image { grid-column: 1 / -1; width: auto; min-width: 0; color: var(--faint); }
  .filter label { flex: 1 1 8rem; } .filter input, .filter select { width: 100%; }
}
@media print { .top, .skip, .filter, .pages, .hosts-bar { display: none; } }
`;
