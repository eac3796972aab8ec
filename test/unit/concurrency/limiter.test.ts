import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { forEachAtOnce } from '../../../src/concurrency/for-each-at-once.ts';
import { Limiter } from '../../../src/concurrency/limiter.ts';
import { Slots } from '../../../src/concurrency/slots.ts';

const { signal: never } = new AbortController();

suite('limiting tasks', () => {
  test('at most `limit` run at the same time, in the order in which they came, also after one has failed', async () => {
    const limiter = new Limiter(2);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const runs = Array.from({ length: 6 }, (_, number) =>
      limiter.run(never, async () => {
        order.push(number);
        most = Math.max(most, ++running);
        await turn();
        running -= 1;
        if (number === 1) throw new Error('as asked');
        return number;
      }),
    );
    const results = await Promise.allSettled(runs);
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5]);
    assert.equal(most, 2);
    assert.equal(results.filter(({ status }) => status === 'rejected').length, 1);
  });

  test('a task that throws before its first await frees its slot', async () => {
    const limiter = new Limiter(1);
    const fail = () => {
      throw new Error('as asked');
    };
    await assert.rejects(limiter.run(never, fail), /as asked/);
    assert.equal(await limiter.run(never, () => 'next'), 'next');
  });

  test('a signal that is aborted already keeps a task from starting, with a free slot and without', async () => {
    const limiter = new Limiter(1);
    const aborted = AbortSignal.abort(new Error('given up'));
    let started = 0;
    await assert.rejects(
      limiter.run(aborted, () => started++),
      /given up/,
    );
    const release = await limiter.acquire();
    await assert.rejects(
      limiter.run(aborted, () => started++),
      /given up/,
    );
    release();
    assert.equal(started, 0);
    assert.equal(await limiter.run(never, () => 'next'), 'next');
  });

  test('a task that gives up waiting is passed over, and leaves no listener', async () => {
    const limiter = new Limiter(1);
    const controller = new AbortController();
    const release = await limiter.acquire();
    const givenUp = limiter.run(controller.signal, () => assert.fail('it was given up'));
    const next = limiter.run(never, () => 'next');
    controller.abort(new Error('given up'));
    await assert.rejects(givenUp, /given up/);
    release();
    assert.equal(await next, 'next');
  });

  test('a hundred thousand waiting tasks take linear time', async () => {
    const limiter = new Limiter(4);
    let done = 0;
    await Promise.all(Array.from({ length: 100_000 }, () => limiter.run(undefined, () => void done++)));
    assert.equal(done, 100_000);
  });
});

suite('slots with things', () => {
  test('a thing is made once, and used by one task at a time', async () => {
    let made = 0;
    const slots = new Slots(2, () => ({ number: ++made, isUsed: false }));
    const use = async (thing: { isUsed: boolean }) => {
      assert.equal(thing.isUsed, false);
      thing.isUsed = true;
      await turn();
      thing.isUsed = false;
    };
    await Promise.all(Array.from({ length: 10 }, () => slots.use(never, use)));
    assert.equal(made, 2);
  });

  test('a thing that cannot be made costs no slot', async () => {
    let tries = 0;
    const slots = new Slots(1, () => {
      if (++tries === 1) throw new Error('no memory');
      return tries;
    });
    await assert.rejects(
      slots.use(never, async () => undefined),
      /no memory/,
    );
    assert.equal(await slots.use(never, async (thing) => thing), 2);
  });
});

suite('working on items at the same time', () => {
  test('takes no item before a task may run', async () => {
    let taken = 0;
    let done = 0;
    function* items() {
      for (let item = 0; item < 20; item++) {
        taken += 1;
        assert.ok(taken - done <= 3, `${taken} taken, ${done} done`);
        yield item;
      }
    }
    await forEachAtOnce(items(), 3, new AbortController(), async () => {
      await turn();
      done += 1;
    });
    assert.equal(done, 20);
  });

  test('the first failure aborts the scope and is thrown when nothing runs any more', async () => {
    const scope = new AbortController();
    const started: number[] = [];
    let running = 0;
    const work = async (item: number) => {
      started.push(item);
      running += 1;
      await turn();
      running -= 1;
      if (item === 1) throw new Error('item 1');
    };
    await assert.rejects(forEachAtOnce([0, 1, 2, 3, 4, 5, 6, 7], 2, scope, work), /item 1/);
    assert.equal(running, 0);
    assert.equal(scope.signal.aborted, true);
    assert.ok(started.length < 8, `started ${started}`);
  });

  test('a failure while all tasks are busy ends the wait for the next item', async () => {
    const scope = new AbortController();
    await assert.rejects(
      forEachAtOnce([0, 1, 2], 2, scope, async (item) => {
        if (item === 0) throw new Error('immediately');
        await turn();
      }),
      /immediately/,
    );
  });
});
