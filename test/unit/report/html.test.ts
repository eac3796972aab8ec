import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, raw } from '../../../src/report/html.ts';

test('whatever is in a template is escaped, in text and in attributes', () => {
  const evil = `<script>"'&`;
  assert.equal(
    html`<p title="${evil}">${evil}</p>`.text,
    '<p title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;</p>',
  );
});

test('markup is not escaped twice, lists are joined, nothing is nothing', () => {
  assert.equal(html`${[html`<b>${'<'}</b>`, raw('<hr>'), undefined, 3]}`.text, '<b>&lt;</b><hr>3');
});

test('control characters and half characters become visible', () => {
  assert.equal(html`${'a\0\u001b\u007f\u0085\ud800\n\t'}`.text, 'a␀␛\ufffd\ufffd\ufffd\n\t');
});
