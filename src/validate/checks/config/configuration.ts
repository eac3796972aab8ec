import { hostName, RESOURCE_DEFAULTS } from '../../../contract/hosts.ts';
import type { Check } from '../../check.ts';
import type { Scenario } from '../../observe/scenario/scenario.ts';
import { wholeLog } from '../support/evidence.ts';
import { mustSucceed } from '../support/on-success.ts';
import { hasSucceeded, speaksOfNetwork } from '../support/outcome.ts';

/** Contract C11, C12 and section 2: members and files that are not documented. */
export const unknownFields: Check = {
  id: 'config-unknown-fields',
  clause: 'C11',
  severity: 'must',
  title: 'Unknown members and files of the configuration do not disturb it',
  probe:
    'The job is run with "topology": null and further members in resourceconfig.json, further members of every channel in inputdataconfig.json, and the further files that the platform writes for some jobs.',
  why: 'The platform adds members and files without notice. A strict reader fails all its jobs on that day.',
  fix: 'Read the members that the program needs, and leave all others alone.',
  run: (subject) =>
    mustSucceed(subject, {
      scenario: {
        id: 'config-unknown-fields',
        about: 'the job with unknown members and files in its configuration',
        config: {
          'inputdataconfig.json': { mergeEach: { ValidateMember: { Nested: [1, null] }, EnableFFM: false } },
          'resourceconfig.json': { merge: { topology: null, validate_member: [{ a: null }] } },
          'init-config.json': { merge: { validate_member: true } },
          'metric-definition-regex.json': { text: '[]' },
          'upstreamoutputdataconfig.json': { text: '[]' },
          'trainingjobconfig.json': { merge: { TRAINING_JOB_NAME: 'validate', INPUT_DATA_CONFIG: [] } },
        },
      },
      passed: 'it leaves alone what it does not know',
      failed: 'with unknown members and files in its configuration it',
    }),
};

/** Contract C81: what local runners write. */
export const minimalConfig: Check = {
  id: 'config-minimal',
  clause: 'C12',
  severity: 'should',
  title: 'It runs with only the configuration fields that are always present',
  probe:
    'The job is run with only current_host, hosts, current_instance_type and network_interface_name in resourceconfig.json, and only TrainingInputMode for each channel in inputdataconfig.json.',
  why: 'No more is certain: this is what the local mode of the SageMaker SDK writes.',
  fix: 'Use defaults for current_group_name, instance_groups, S3DistributionType, RecordWrapperType and ContentType.',
  run: (subject) =>
    mustSucceed(subject, {
      scenario: {
        id: 'config-minimal',
        about: 'the job with as little in its configuration as local mode writes',
        config: {
          'resourceconfig.json': {
            only: ['current_host', 'hosts', 'current_instance_type', 'network_interface_name'],
          },
          'inputdataconfig.json': { onlyEach: ['TrainingInputMode'] },
        },
      },
      passed: 'it runs with the fields that are always present',
      failed: 'with the members only that are certain it',
    }),
};

const NUMBERED = Array.from({ length: 12 }, (_, i) => hostName(i + 1));
const TWELVE_HOSTS: Scenario = {
  id: 'hosts-as-text',
  about: 'the job on algo-10, one of twelve hosts of which the others do not run',
  absentHosts: NUMBERED,
  config: {
    'resourceconfig.json': {
      merge: {
        current_host: hostName(10),
        hosts: [...NUMBERED].sort(),
        instance_groups: [
          { instance_group_name: RESOURCE_DEFAULTS.instanceGroup, instance_type: 'ml.m5.xlarge', hosts: NUMBERED },
        ],
      },
    },
  },
};

/** Contract C12: algo-1, algo-10, algo-2. */
export const hostsAsText: Check = {
  id: 'hosts-as-text',
  clause: 'C12',
  severity: 'must',
  title: 'Ten hosts or more, sorted as text, do not confuse it',
  probe:
    'The configuration names twelve hosts, as the platform lists them: algo-1, algo-10, algo-11, algo-12, algo-2 …; one of them, algo-10, is run. A program that needs the others cannot be asked.',
  why: 'A rank that is taken from the digits of a name, or from a list that is sorted otherwise, is another one on some hosts: two masters, or none.',
  fix: 'Take the rank from the position of current_host in hosts, as the file has it, and nothing from the form of a name.',
  run: (subject) =>
    mustSucceed(subject, {
      scenario: TWELVE_HOSTS,
      passed: 'it runs as one of twelve hosts',
      failed: 'as algo-10 of twelve hosts it',
      excuse: (host) => {
        if (host.isTimedOut) return 'it may be waiting for the other hosts, which do not run here';
        return speaksOfNetwork(host) ? 'it may be missing the other hosts, which do not run here' : undefined;
      },
    }),
};

const OTHER_INTERFACE = 'eth7';

/** Contract C12: eth0, eth1, ethwe. */
export const networkInterface: Check = {
  id: 'network-interface',
  clause: 'C12',
  severity: 'should',
  title: 'It assumes no name of a network interface',
  probe: `resourceconfig.json names the interface "${OTHER_INTERFACE}", which is not there. A program that uses the one that is named cannot be asked.`,
  why: 'It is eth0, eth1 or ethwe, by instance type and by runner.',
  fix: 'Take the interface from network_interface_name, and none of its own.',
  run: (subject) =>
    mustSucceed(subject, {
      scenario: {
        id: 'network-interface',
        about: `the job with "${OTHER_INTERFACE}" as the interface in its configuration`,
        config: { 'resourceconfig.json': { merge: { network_interface_name: OTHER_INTERFACE } } },
      },
      passed: 'it takes the interface of the configuration',
      failed: 'with another network interface in its configuration it',
      excuse: (host) =>
        speaksOfNetwork(host) || new RegExp(`${OTHER_INTERFACE}|no such device|ENODEV`, 'i').test(wholeLog(host))
          ? 'it may be using the interface that is named, which is not there'
          : undefined,
    }),
};

/** Contract C7, C31: one container for each host. */
export const twoHosts: Check = {
  id: 'two-hosts',
  clause: 'C7',
  severity: 'should',
  title: 'It runs on two hosts',
  probe: 'The job is run on two hosts, algo-1 and algo-2, on a network of their own. Both have to succeed.',
  why: 'With InstanceCount 2 each host gets a container of the same image. One that fails ends the job.',
  fix: 'Divide the work by the position of current_host in hosts, or do it on the first host only and end with 0 on the others.',
  run: (subject) =>
    mustSucceed(subject, {
      scenario: { id: 'two-hosts', about: 'the job on two hosts', hosts: 2 },
      passed: 'both of two hosts succeed',
      failed: 'one of two hosts',
      // A name is gone with its host: the other may have been too late.
      excuse: (host, { hosts }) =>
        host.isTimedOut && hosts.some(hasSucceeded) ? 'the other host had ended by then' : undefined,
    }),
};

/** Contract C7: EnableNetworkIsolation. */
export const networkIsolation: Check = {
  id: 'network-isolation',
  clause: 'C7',
  severity: 'should',
  title: 'It runs without network access',
  probe:
    'The job is run with EnableNetworkIsolation: there is no way out of the container, and there are no credentials.',
  why: 'Many accounts demand network isolation. What is downloaded at the start (packages, weights, data sets) also fails on the day on which its server does.',
  fix: 'Bring packages and weights along in the image, and data as channels.',
  run: (subject) =>
    mustSucceed(subject, {
      scenario: { id: 'network-isolation', about: 'the job without a network', isIsolated: true },
      passed: 'it succeeds without a network',
      failed: 'without a network it',
    }),
};
