// One host's part in a job, on a single host: the coordinator is in the same process.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterOptions, Coordinator, MakeCoordinator } from '../../../../src/launchers/cluster/cluster.ts';
import { ClusterMember, type MemberStrategy } from '../../../../src/launchers/cluster/cluster-member.ts';
import type { Message, StopMessage } from '../../../../src/launchers/cluster/messages.ts';
import { makeLog } from '../../../../src/log/log.ts';
import { StopControl } from '../../../../src/process/stop-control.ts';

const HOST = 'algo-1';

/** A member with a strategy and a coordinator that record their calls. */
function makeMember(
  onMessage: (received: Message, tell: (message: Message) => void) => void = () => undefined,
  doubt?: string,
) {
  const calls: string[] = [];
  const stop = new StopControl(() => undefined);
  const strategy: MemberStrategy<Message> = {
    onMessage: ({ type }) => void calls.push(type),
    onSignal: (signal) => calls.push(`signal ${signal}`),
    onStop: () => calls.push('stop'),
    onLost: async () => undefined,
    doubt: () => doubt,
    end: async () => {
      calls.push('end');
    },
  };
  const member = new ClusterMember<Message, Message>(stop, strategy);
  const options: ClusterOptions<Message, Message> = {
    hosts: [HOST],
    currentHost: HOST,
    masterHost: HOST,
    controlPort: 0,
    job: 'job',
    waitSeconds: 1,
    about: null,
    secret: undefined,
    protocol: { readAbout: () => undefined, readFromHost: () => undefined, readToHost: () => undefined },
    stop,
    log: makeLog(100, () => undefined),
  };
  const coordinator: MakeCoordinator<Message | StopMessage, Message> = (_, tell): Coordinator<Message> => {
    tell(HOST, { type: 'start' });
    return {
      onMessage: (host, message) => onMessage(message, (answer) => tell(host, answer)),
      onLost: () => undefined,
    };
  };
  return { calls, stop, member, takePart: (make = coordinator) => member.takePart(options, make) };
}

test('the outcome of the coordinator is the result, after the strategy has ended its processes', async () => {
  const { calls, member, takePart } = makeMember((message, tell) =>
    tell(message.type === 'over' ? ({ type: 'finish', failure: null } as Message) : { type: 'go on' }),
  );
  const ended = takePart();
  await new Promise(setImmediate);
  member.send({ type: 'news' });
  member.send({ type: 'over' });
  assert.equal(await ended, null);
  assert.deepEqual(calls, ['start', 'go on', 'end']);
});

test('an error of this host is the result, and no other outcome replaces it', async () => {
  const { calls, member, takePart } = makeMember();
  const ended = takePart();
  member.fail(new RangeError('first'));
  member.fail(new RangeError('second'));
  await assert.rejects(ended, new RangeError('first'));
  assert.deepEqual(calls, ['end']);
});

test('a stop before the start ends the job, and what was about to start does not', async () => {
  const told: Message[] = [];
  const { calls, stop, takePart } = makeMember((message) => told.push(message));
  stop.receive('SIGTERM');
  await assert.rejects(takePart(), { code: 'STOPPED' });
  await new Promise(setImmediate);
  assert.deepEqual(calls, ['stop', 'end']);
  assert.deepEqual(told, [{ type: 'stop', signal: 'SIGTERM' }]);
});

test('a stop of another host reaches the processes once, also when this host is stopped later', async () => {
  const told: string[] = [];
  const { calls, member, stop, takePart } = makeMember((message, tell) => {
    told.push(message.type);
    if (message.type === 'other host') tell({ type: 'stop', signal: 'SIGTERM' } as Message);
    if (message.type === 'over') tell({ type: 'finish', failure: null } as Message);
  });
  const ended = takePart();
  await new Promise(setImmediate);
  member.send({ type: 'other host' });
  await new Promise(setImmediate);
  stop.receive('SIGTERM');
  member.send({ type: 'over' });
  await ended;
  assert.deepEqual(calls, ['start', 'signal SIGTERM', 'stop', 'end']);
  assert.deepEqual(told, ['other host', 'stop', 'over']);
});

test('a success before the start is no success', async () => {
  const { takePart, calls } = makeMember();
  const early: MakeCoordinator<Message, Message> = (_, tell) => {
    tell(HOST, { type: 'finish', failure: null } as Message);
    return { onMessage: () => undefined, onLost: () => undefined };
  };
  await assert.rejects(takePart(early), { code: 'HOSTS_LOST', message: /before the job had started here/ });
  assert.deepEqual(calls, ['end']);
});

test('a success that this host doubts is no success', async () => {
  const { member, takePart } = makeMember(
    (_, tell) => tell({ type: 'finish', failure: null } as Message),
    'processes run here',
  );
  const ended = takePart();
  await new Promise(setImmediate);
  member.send({ type: 'over' });
  await assert.rejects(ended, { code: 'HOSTS_LOST', message: /processes run here/ });
});
