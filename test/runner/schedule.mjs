// Decides which tasks run at the same time. Knows nothing of processes.

/**
 * Runs tasks until all have ended.
 *
 * @param tasks `{ id, lane, seconds }`, where `lane` is an entry of lanes.mjs and `seconds` the expected duration
 * @param run `task => Promise<{ isOk }>`
 * @param cannotRun called for a task one of whose prerequisites failed; returns its result
 * @param cores how much the costs of the running tasks may add up to
 */
export async function schedule({ tasks, run, cannotRun, cores, onLaneStart, onLaneEnd }) {
  const waiting = new Set(tasks);
  const running = new Map();
  const results = new Map();
  const ofLane = groupByLane(tasks);
  const hasEnded = (lane) => (ofLane.get(lane) ?? []).every((task) => results.has(task));
  const hasFailed = (lane) => (ofLane.get(lane) ?? []).some((task) => results.get(task)?.isOk === false);
  const started = new Set();

  const end = (task, result) => {
    results.set(task, result);
    running.delete(task);
    if (hasEnded(task.lane.name))
      onLaneEnd(
        task.lane,
        ofLane.get(task.lane.name).map((one) => results.get(one)),
      );
  };
  const begin = (task) => {
    waiting.delete(task);
    if (!started.has(task.lane.name)) onLaneStart(task.lane);
    started.add(task.lane.name);
    running.set(
      task,
      run(task).then((result) => end(task, result)),
    );
  };
  const dropUnreachable = () => {
    for (const task of waiting) {
      const failed = (task.lane.needs ?? []).find((lane) => hasEnded(lane) && hasFailed(lane));
      if (failed === undefined) continue;
      waiting.delete(task);
      end(task, cannotRun(task, failed));
    }
  };
  const isActive = (lane) => started.has(lane) && !hasEnded(lane);

  while (waiting.size > 0 || running.size > 0) {
    dropUnreachable();
    const state = { waiting: [...waiting], running: [...running.keys()], hasEnded, isActive, cores };
    const next = nextTask(state);
    if (next !== undefined) begin(next);
    else if (running.size > 0) await Promise.race(running.values());
    else if (waiting.size > 0) throw new Error(`lanes need each other: ${[...waiting].map(({ id }) => id).join(', ')}`);
  }
  return results;
}

/** The task to start next, or undefined: none can start before another has ended. */
export function nextTask(state) {
  const chains = chainSeconds([...state.waiting, ...state.running]);
  const candidates = state.waiting.filter((task) => canStart(task, state));
  // Lanes with an engine run one after another, so they take longest: the longest chain of them starts first, then the
  // longest file.
  const rank = ({ lane, seconds }) => [lane.engine === undefined ? 0 : chains(lane), seconds];
  return candidates.sort((a, b) => compare(rank(b), rank(a)))[0];
}

function canStart({ lane }, { waiting, running, hasEnded, isActive, cores }) {
  if (!(lane.needs ?? []).every(hasEnded)) return false;
  if (lane.isAlone) return running.length === 0 && waiting.every((task) => task.lane.isAlone);
  if (running.some((task) => task.lane.isAlone)) return false;
  if (running.filter((task) => task.lane === lane).length >= (lane.atOnce ?? Infinity)) return false;
  const others = [...waiting, ...running].map((task) => task.lane).filter((other) => other !== lane);
  if (lane.engine !== undefined && others.some((other) => other.engine !== undefined && isActive(other.name)))
    return false;
  const used = running.reduce((sum, task) => sum + task.lane.cost, 0);
  return running.length === 0 || used + lane.cost <= cores;
}

// Gives the seconds that a lane still takes, and after it the longest of the lanes that need it.
function chainSeconds(tasks) {
  const lanes = [...groupByLane(tasks).values()].map((ofLane) => ({
    lane: ofLane[0].lane,
    seconds: ofLane.reduce((sum, task) => sum + task.seconds, 0),
  }));
  const chain = ({ name }) => {
    const own = lanes.find(({ lane }) => lane.name === name)?.seconds ?? 0;
    const later = lanes.filter(({ lane }) => lane.needs?.includes(name)).map(({ lane }) => chain(lane));
    return own + Math.max(0, ...later);
  };
  return chain;
}

function groupByLane(tasks) {
  const groups = new Map();
  for (const task of tasks) groups.set(task.lane.name, [...(groups.get(task.lane.name) ?? []), task]);
  return groups;
}

function compare(a, b) {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index === -1 ? 0 : a[index] - b[index];
}
