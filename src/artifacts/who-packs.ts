import type { Settings } from '../contract/settings.ts';
import { VARIABLES } from '../contract/variables.ts';

/** Whether the artifacts are packed here, and why (contract C13). */
export interface PackingDecision {
  readonly isOurs: boolean;
  readonly why: string;
}

/** Decides who packs the model: the setting, else us unless the platform or a local runner collects the folder itself (C13). */
export function whoPacks(setting: Settings['package'], variables: Readonly<NodeJS.ProcessEnv>): PackingDecision {
  if (setting === 'always') return { isOurs: true, why: 'OPTML_PACKAGE=always' };
  if (setting === 'never') return { isOurs: false, why: 'OPTML_PACKAGE=never' };
  if (variables[VARIABLES.jobArn]) return { isOurs: false, why: 'the platform packs it' };
  if (variables[VARIABLES.jobName]) return { isOurs: false, why: 'the local runner collects it' };
  return { isOurs: true, why: 'nothing else packs it' };
}
