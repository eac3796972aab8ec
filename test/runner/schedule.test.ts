import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Lane, type Result, schedule, type Task } from './schedule.mjs';

type Spec = readonly [name: string, seconds: readonly number[], lane?: Partial<Lane>];

/** Runs lanes on two cores with a clock of its own: events in their order, "+a1" starts and "-a1" ends. */
async function run(specs: readonly Spec[], failing: readonly string[] = []) {
  const events: string[] = [];
  const sleepers: Array<{ readonly at: number; readonly wake: () => void }> = [];
  let now = 0;
  const tasks = specs.flatMap(([name, seconds, more]) => {
    const lane = { name, cost: 1, ...more };
    return seconds.map((each, index): Task => ({ id: `${name}${index + 1}`, lane, seconds: each }));
  });
  const start = (task: Task) =>
    new Promise<Result>((resolve) => {
      events.push(`+${task.id}`);
      const wake = () => {
        events.push(`-${task.id}`);
        resolve({ isOk: !failing.includes(task.id) });
      };
      sleepers.push({ at: now + task.seconds, wake });
    });
  const ended = schedule({
    tasks,
    cores: 2,
    run: start,
    cannotRun: (task, lane) => {
      events.push(`${task.id} needs ${lane}`);
      return { isOk: false };
    },
    onLaneStart: () => undefined,
    onLaneEnd: () => undefined,
  });
  while (sleepers.length > 0) {
    sleepers.sort((a, b) => a.at - b.at);
    const next = sleepers.shift();
    now = next?.at ?? now;
    next?.wake();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const results = await ended;
  return { events: events.join(' '), seconds: now, isComplete: results.size === tasks.length };
}

test('the longest file starts first, and both cores are busy', async () => {
  const { events, seconds } = await run([
    ['a', [1, 5]],
    ['b', [3, 1]],
  ]);
  assert.equal(events, '+a2 +b1 -b1 +a1 -a1 +b2 -a2 -b2');
  assert.equal(seconds, 5);
});

test('files that mostly wait share a core', async () => {
  const { events } = await run([['a', [5, 4, 3, 2, 1], { cost: 0.5 }]]);
  assert.equal(events, '+a1 +a2 +a3 +a4 -a4 +a5 -a3 -a5 -a2 -a1');
});

test('a lane starts when the lanes that it needs have ended', async () => {
  const { events } = await run([
    ['a', [1, 2], { needs: ['b'] }],
    ['b', [1, 3]],
  ]);
  assert.equal(events, '+b2 +b1 -b1 -b2 +a2 +a1 -a1 -a2');
});

test('a needed lane that is not part of the run is no obstacle', async () => {
  const { events } = await run([['a', [1], { needs: ['b'] }]]);
  assert.equal(events, '+a1 -a1');
});

test('lanes with an engine run one at a time, the longest first, beside others', async () => {
  const { events } = await run([
    ['short', [1, 1], { engine: 'docker', atOnce: 1 }],
    ['long', [2, 3], { engine: 'podman', atOnce: 1 }],
    ['other', [9]],
  ]);
  assert.equal(events, '+long2 +other1 -long2 +long1 -long1 +short1 -short1 +short2 -short2 -other1');
});

test('lanes with an engine that others need start first', async () => {
  const engine = { engine: 'docker', atOnce: 1 };
  const { events } = await run([
    ['short', [3], engine],
    ['images', [1], engine],
    ['long', [9], { ...engine, needs: ['images'] }],
  ]);
  assert.equal(events, '+images1 -images1 +long1 -long1 +short1 -short1');
});

test('a lane that measures time runs at the end, beside nothing', async () => {
  const { events } = await run([
    ['timing', [1, 1], { isAlone: true }],
    ['a', [1, 2]],
  ]);
  assert.equal(events, '+a2 +a1 -a1 -a2 +timing1 -timing1 +timing2 -timing2');
});

test('a failure drops the lanes that need it, and no other', async () => {
  const lanes: readonly Spec[] = [
    ['a', [1]],
    ['b', [1], { needs: ['a'] }],
    ['c', [1], { needs: ['b'] }],
    ['d', [1]],
  ];
  const { events, isComplete } = await run(lanes, ['a1']);
  assert.equal(events, '+a1 +d1 -a1 b1 needs a c1 needs b -d1');
  assert.equal(isComplete, true);
});
