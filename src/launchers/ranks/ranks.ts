import type { LaunchDescription, Launcher, LaunchPlan } from '../launcher.ts';
import { mayHostsDiffer, nodeRank, processesPerHost } from '../launcher-parameters.ts';
import { commandOf, plainProcess } from '../plain-process.ts';
import { type RankLayout, rankVariables } from './rank-variables.ts';
import { runRanks } from './run-ranks.ts';

/** optml's own launcher: N processes on each host, of any program, with the variables that tell them apart. */
export const ranks: Launcher = {
  plan,
  run: (description, context) => {
    const { environment } = description;
    const here = nodeRank(environment);
    const rankAt = (layout: RankLayout, localRank: number) => {
      const added = variablesAt(description, layout, localRank);
      const command = commandOf({ ...description, variables: { ...description.variables, ...added } });
      return { who: `rank ${added['RANK']} on ${environment.distribution.hosts[here]}`, command };
    };
    const count = processesPerHost(environment);
    const { maxRestarts } = environment.settings;
    return runRanks({ environment, count, mayDiffer: mayHostsDiffer(environment), maxRestarts, rankAt }, context);
  },
};

/** The first rank of this host, if all hosts run as many as this one, which they tell one another at the start. */
function plan(description: LaunchDescription): LaunchPlan {
  const count = processesPerHost(description.environment);
  const layout = description.environment.distribution.hosts.map(() => count);
  return { ...plainProcess.plan(description), launcher: 'ranks', added: variablesAt(description, layout, 0) };
}

function variablesAt({ environment }: LaunchDescription, layout: RankLayout, localRank: number) {
  const { masterHost } = environment.distribution;
  const { masterPort } = environment.settings;
  return rankVariables({ layout, nodeRank: nodeRank(environment), localRank, masterHost, masterPort });
}
