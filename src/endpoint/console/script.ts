/**
 * The script of all pages. It shows new lines of a log as text, never as HTML, and replaces the parts that have changed in a
 * new copy of the page. Without it, the links "Refresh" do the same.
 */
export const SCRIPT = `'use strict';
(() => {
  const main = document.getElementById('content');
  const note = document.getElementById('live');
  const log = document.querySelector('[data-next]');
  const parts = () => [...document.querySelectorAll('[data-part]')];
  const seen = new Map(parts().map((part) => [part.id, part.outerHTML]));
  const MOST = 400000;
  let length = log ? log.firstChild.textContent.length : 0;
  let failures = 0;

  const say = (text) => { if (note.textContent !== text) note.textContent = text; };
  const get = async (url) => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(20000) });
    if (answer.status === 401) { say('This page has expired: open the URL that optml endpoint prints.'); throw 'over'; }
    if (!answer.ok) throw new Error(answer.status);
    return answer;
  };

  const showLines = ({ text, skipped, rest }) => {
    const box = log.firstChild;
    const added = (skipped ? '… ' + skipped + ' bytes are not shown here …\\n' : '') + text;
    if (added !== '') { box.append(added); length += added.length; }
    while (length > MOST && box.childNodes.length > 1) { length -= box.firstChild.length; box.firstChild.remove(); }
    log.lastChild.textContent = rest;
  };
  const nextLines = async () => {
    const page = await (await get(log.dataset.url + '?from=' + log.dataset.next)).json();
    log.dataset.next = page.next;
    showLines(page);
    return page.isMore;
  };

  const renew = async () => {
    const copy = new DOMParser().parseFromString(await (await get(location.href)).text(), 'text/html');
    let isWaiting = false;
    for (const part of parts()) {
      const fresh = copy.getElementById(part.id);
      if (!fresh || fresh.outerHTML === seen.get(part.id)) continue;
      // A user with a keyboard would lose the place.
      if (part.contains(document.activeElement)) { isWaiting = true; continue; }
      seen.set(part.id, fresh.outerHTML);
      part.replaceWith(document.adoptNode(fresh));
    }
    return isWaiting || copy.getElementById('content').hasAttribute('data-live');
  };

  // One after the other: a slow answer never has a second request behind it.
  const repeat = (task, ms) => {
    const again = async () => {
      let wait = ms;
      try {
        if (!document.hidden) {
          const more = await task();
          failures = 0;
          say('Live');
          if (more === 'end') return say('');
          if (more === true) wait = 50;
        }
      } catch (error) {
        if (error === 'over') return;
        failures++;
        say('optml endpoint does not answer. Trying again …');
        wait = Math.min(10000, ms * 2 ** Math.min(failures, 4));
      }
      setTimeout(again, wait);
    };
    setTimeout(again, ms);
  };

  if (!main.hasAttribute('data-live')) return;
  let isOver = false;
  repeat(async () => {
    if (await renew()) return false;
    isOver = true;
    return 'end';
  }, 3000);
  if (log) repeat(async () => {
    const wasOver = isOver;
    const isMore = await nextLines();
    return isMore || !wasOver ? isMore : 'end';
  }, 1000);
})();
`;
