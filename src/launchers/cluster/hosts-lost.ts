import { OptmlError } from '../../errors/error.ts';

/** The error of a host that has lost others, or never met them. */
export function hostsLost(message: string, fix: string): OptmlError {
  return new OptmlError('HOSTS_LOST', message, {
    where: 'input/config/resourceconfig.json, hosts of the distribution (C60)',
    fix,
  });
}

/** What to do when hosts do not meet. */
export function reachFix(port: number): string {
  return `Look at the log of the other host first. Hosts must reach one another on port ${port} (C31: in a VPC, by a rule of the security group for its own members).`;
}
