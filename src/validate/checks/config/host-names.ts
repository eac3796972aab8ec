import { RESOURCE_DEFAULTS } from '../../../contract/hosts.ts';
import type { Check } from '../../check.ts';
import type { Scenario } from '../../observe/scenario/scenario.ts';
import { fail, pass } from '../support/findings.ts';
import { onFirstHost } from '../support/on-first-host.ts';
import { mustSucceed, onSuccess } from '../support/on-success.ts';
import { filesBelow, speaksOfNetwork, unseenIn } from '../support/outcome.ts';

/** As the SDK's local mode names its hosts. */
const NAME = 'algo-1-k3x9d';

const NAMED: Scenario = {
  id: 'host-names',
  about: `the job on its one host, named ${NAME}`,
  absentHosts: [NAME],
  config: {
    'resourceconfig.json': {
      merge: {
        current_host: NAME,
        hosts: [NAME],
        instance_groups: [
          { instance_group_name: RESOURCE_DEFAULTS.instanceGroup, instance_type: 'ml.m5.xlarge', hosts: [NAME] },
        ],
      },
    },
  },
};

/** Contract C12, C82: names of hosts are those of the file. */
export const hostNames: Check = {
  id: 'host-names',
  clause: 'C12',
  severity: 'should',
  title: 'It assumes no name of a host',
  probe: `The job is run on one host that is named ${NAME}, as in the SDK's local mode. It has to succeed, and to leave a model if it otherwise does.`,
  why: 'A program that compares names with "algo-1" finds no first host where names are others, as in local mode, or where the first host of an instance group is not algo-1: no host saves the model.',
  fix: 'Compare current_host with the first of hosts, and take the address of the first host from there.',
  run: (subject) =>
    onSuccess(subject, async ({ host: baseline }) => {
      const finding = await mustSucceed(subject, {
        scenario: NAMED,
        passed: `it runs on a host named ${NAME}`,
        failed: `on a host named ${NAME} it`,
        excuse: (host) =>
          host.isTimedOut || speaksOfNetwork(host) ? 'it may be using the name, which is not its own here' : undefined,
      });
      if (finding.status !== 'pass' || filesBelow(baseline, 'model').length === 0) return finding;
      return onFirstHost(await subject.observe(NAMED), (host, evidence) =>
        filesBelow(host, 'model').length === 0 && unseenIn(host, 'model') === undefined
          ? fail(`on a host named ${NAME} it succeeds without a model`, evidence)
          : pass(finding.verdict, evidence),
      );
    }),
};
