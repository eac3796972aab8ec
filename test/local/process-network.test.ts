// The network of hosts that are processes of this machine. `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { findConnector } from '../../src/engines/process/network/internet.ts';
import { machineAddress } from '../../src/engines/process/network/machine-address.ts';
import { chooseSubnet } from '../../src/engines/process/network/subnet.ts';
import { findOnPath } from '../../src/process/find-on-path.ts';
import { temporaryFolder } from '../support/job.ts';
import {
  NOBODY,
  NOT_ROOT,
  openJob,
  runAsNobody,
  runShell,
  startHost,
  withoutOutsideWarning,
} from '../support/process-hosts.ts';
import { waitFor } from '../support/processes.ts';
import { byTrain, hosts, makeWorkplace } from '../support/run-job-command.ts';

// Every host listens on all of its addresses, on one port that users may have, and asks all others.
const LISTEN = `
import { createServer, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
const { SM_CURRENT_HOST: me, SM_HOSTS, SM_NETWORK_INTERFACE_NAME: device, PORT } = process.env;
const hosts = JSON.parse(SM_HOSTS);
let asked = 0;
const server = createServer((socket) => { socket.end(me); if (++asked === hosts.length) server.close(); });
server.listen(Number(PORT), '0.0.0.0');
const ask = (host) => new Promise((resolve) => {
  let text = '';
  const socket = connect(Number(PORT), host);
  socket.on('data', (data) => { text += data; }).on('end', () => resolve(text));
  socket.on('error', () => setTimeout(() => resolve(ask(host)), 50));
});
const answers = await Promise.all(hosts.map(ask));
console.log('heard ' + answers.join() + ' by ' + Object.keys(networkInterfaces()).filter((name) => name === device));
`;

for (const port of [8890, 22]) {
  test(`three hosts listen on the same port ${port}, on all addresses, and reach one another`, async (t) => {
    const workplace = makeWorkplace(t, '', {
      ...byTrain('train.mjs'),
      ...hosts(3),
      Environment: { PORT: String(port) },
    });
    workplace.write('project/train.mjs', LISTEN);
    const before = machineNetwork();
    const { code, stdout, stderr } = await workplace.run();
    assert.equal(code, 0, stderr);
    const heard = stdout.split('\n').filter((line) => line.includes('heard '));
    assert.deepEqual(
      heard.sort(),
      [1, 2, 3].map((host) => `algo-${host} | heard algo-1,algo-2,algo-3 by eth0`),
      stdout,
    );
    assert.deepEqual(machineNetwork(), before);
  });
}

/** What a job might change of this machine's network; bridges of container engines come and go. */
function machineNetwork(): readonly string[] {
  const script =
    'ip -o link | cut -d" " -f2; ip -o -4 addr | cut -d" " -f2-7; ip route; cat /proc/sys/net/ipv4/ip_forward';
  const { stdout } = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => !/\b(?:br-|veth|docker|cni)/.test(line));
}

test('two jobs at the same time do not see one another’s hosts', async (t) => {
  const script = 'echo up; while :; do sleep 0.1; done';
  const jobs = await Promise.all(
    ['first', 'second'].map((name) =>
      openJob(t, {
        name,
        hosts: ['algo-1', 'algo-2'],
        entrypoint: ['/bin/sh', '-c', `readlink /proc/self/ns/net; ${script}`],
      }),
    ),
  );
  const started = await Promise.all(
    jobs.flatMap((open) => ['algo-1', 'algo-2'].map((name) => startHost(t, open, { name, mlDir: temporaryFolder(t) }))),
  );
  await waitFor('all run', () => started.every(({ output }) => output().includes('up')));
  assert.equal(new Set(started.map(({ output }) => output().split('\n')[0])).size, 4);
});

test('the name of a single host resolves to an address of the machine that is no loopback address', {
  skip: machineAddress() === undefined && 'this machine has no such address',
}, async (t) => {
  const { output } = await runShell(
    t,
    'getent ahostsv4 algo-1 | head -n 1; hostname; getent ahostsv4 $(hostname) | head -n 1',
  );
  const [first = '', name, second = ''] = output.split('\n');
  assert.equal(first.split(' ')[0], machineAddress()?.address);
  assert.equal(name, 'ip-10-0-0-1.ec2.internal');
  assert.equal(second.split(' ')[0], first.split(' ')[0]);
});

test('the machine’s address is the one of its default route', () => {
  const of = (address: string) => [{ address, family: 'IPv4', internal: address.startsWith('127.') }];
  const interfaces = { lo: of('127.0.0.1'), docker0: of('172.17.0.1'), wlan0: of('192.168.1.5') } as never;
  const routes = 'Iface\tDestination\tGateway\nwlan0\t00000000\t0101A8C0\n';
  assert.deepEqual(machineAddress(routes, interfaces), { address: '192.168.1.5', interfaceName: 'wlan0' });
  assert.deepEqual(machineAddress('', interfaces)?.interfaceName, 'docker0');
  assert.equal(machineAddress(routes, { lo: of('127.0.0.1') } as never), undefined);
});

test('a job has other addresses than the networks of the machine', () => {
  const all = Array.from({ length: 63 }, (_, index) => `10.${64 + index}.3.4`);
  assert.equal(chooseSubnet('any', all).of(0), '10.127.0.1');
  const subnet = chooseSubnet('any', []);
  assert.equal(subnet.of(299).split('.').slice(2).join('.'), '1.44');
  assert.equal(chooseSubnet('any', []).of(0), subnet.of(0));
});

/** Variables for a machine on which these programs end with an error. */
function withBroken(dir: string, tools: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  for (const [name, message] of Object.entries(tools)) {
    writeFileSync(join(dir, name), `#!/bin/sh\necho "${message}" >&2\nexit 1\n`);
    chmodSync(join(dir, name), 0o755);
  }
  return { ...process.env, PATH: `${dir}:${process.env['PATH']}` };
}

test('where no network can be made, hosts share the machine’s, and one warning names the cause', async (t) => {
  const variables = withBroken(temporaryFolder(t), { ip: 'RTNETLINK answers: Operation not permitted' });
  const names = ['algo-1', 'algo-2'];
  const open = await openJob(
    t,
    { hosts: names, entrypoint: ['/bin/sh', '-c', 'getent hosts algo-1 algo-2'] },
    variables,
  );
  assert.equal(open.session.networkInterface, 'lo');
  for (const name of names) {
    const { run, output } = await startHost(t, open, { name, mlDir: temporaryFolder(t) });
    assert.equal((await run.ended).exitCode, 0);
    assert.match(output(), /^127\.\S+ +algo-1 .*\n127\.\S+ +algo-2 /);
  }
  assert.deepEqual(withoutOutsideWarning(open.warnings), [
    "The hosts share this machine's network (RTNETLINK answers: Operation not permitted): two hosts cannot listen on the same port",
  ]);
});

test('MPI on several hosts is refused where they have no network of their own', async (t) => {
  const { PATH } = withBroken(temporaryFolder(t), { ip: 'no network' });
  const workplace = makeWorkplace(t, 'true', { ...byTrain(), ...hosts(2) });
  const { code, stderr } = await workplace.run(['--hp', 'sagemaker_mpi_enabled=true'], { PATH });
  assert.equal(code, 2, stderr);
  assert.match(stderr, /START_FAILED: MPI cannot run on several hosts: no network/);
  assert.equal(
    (
      await workplace.run(
        ['--hp', 'sagemaker_mpi_enabled=true', '--instances', '1', '--hp', 'sagemaker_mpi_num_of_processes_per_host=1'],
        { PATH },
      )
    ).stderr.includes('START_FAILED'),
    false,
  );
});

test('a user who is not root has several hosts too', { skip: NOT_ROOT }, (t) => {
  const script = 'id -u; cat /proc/net/dev | grep -c eth0; cat /proc/sys/net/ipv4/ip_unprivileged_port_start';
  const { lines, stderr } = runAsNobody(t, script, { hosts: ['algo-1', 'algo-2'] });
  assert.deepEqual(lines.slice(0, 3), [String(NOBODY), '1', '0'], stderr);
});

// The machine may have as many control groups as before, and as usable.
const INTERFACES =
  'ls /sys/class/net | tr "\\n" " "; readlink /sys/class/net/eth0; cat /sys/class/net/lo/address; ls /sys/fs/cgroup | head -n 1';
const [CONTROL_GROUP = ''] = existsSync('/sys/fs/cgroup') ? readdirSync('/sys/fs/cgroup').sort() : [];

test('hosts with a network of their own see its interfaces in /sys, and the control groups of the machine', async (t) => {
  const job = { hosts: ['algo-1', 'algo-2'], isIsolated: true };
  const { output, warnings } = await runShell(t, INTERFACES, {}, job);
  assert.deepEqual(warnings, []);
  const interfaces = 'eth0 lo ../../devices/virtual/net/eth0';
  assert.deepEqual(output.split('\n'), [interfaces, '00:00:00:00:00:00', CONTROL_GROUP, ''], output);
});

test('a single isolated host reaches its own address, and no address of the machine', {
  skip: machineAddress() === undefined && 'this machine has no address',
}, async (t) => {
  const server = createServer((socket) => void socket.end());
  await new Promise<void>((resolve) => server.listen(0, resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const script = `node -e '
    const { connect, createServer } = require("node:net");
    const ask = (host, port) => new Promise((resolve) => {
      connect(port, host).on("connect", () => resolve("reached")).on("error", ({ code }) => resolve(code));
    });
    const own = createServer().listen(0, async () => {
      console.log(await ask("algo-1", own.address().port), await ask("${machineAddress()?.address}", ${port}));
      process.exit();
    });'`;
  const { output, warnings } = await runShell(t, script, {}, { isIsolated: true });
  assert.deepEqual(warnings, []);
  assert.equal(output, 'reached ENETUNREACH\n');
});

test('a user who is not root sees the interfaces of the hosts’ network in /sys, too', { skip: NOT_ROOT }, (t) => {
  const { lines, last } = runAsNobody(t, INTERFACES, { hosts: ['algo-1', 'algo-2'] });
  assert.match(lines[0] ?? '', /^eth0 lo (?:outside )?\.\.\/\.\.\/devices\/virtual\/net\/eth0$/);
  assert.equal(lines[2], CONTROL_GROUP);
  assert.deepEqual(withoutOutsideWarning(last.warnings), []);
});

test('if /sys cannot be mounted, hosts see the machine’s interfaces there, and one warning names the cause', async (t) => {
  const bin = temporaryFolder(t);
  const real = findOnPath('mount', process.env);
  const refuse = `case "$*" in *-sys-mounts*) echo "mount: not permitted" >&2; exit 32;; esac\nexec ${real} "$@"`;
  writeFileSync(join(bin, 'mount'), `#!/bin/sh\n${refuse}\n`, { mode: 0o755 });
  const open = await openJob(
    t,
    { hosts: ['algo-1', 'algo-2'], isIsolated: true, entrypoint: ['/bin/sh', '-c', 'ls /sys/class/net'] },
    { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
  );
  for (const name of ['algo-1', 'algo-2']) {
    const { run, output } = await startHost(t, open, { name, mlDir: temporaryFolder(t) });
    assert.equal((await run.ended).exitCode, 0);
    // Containers of other tests come and go.
    const lasting = (names: readonly string[]) => names.filter((one) => one !== '' && !one.startsWith('veth')).sort();
    assert.deepEqual(lasting(output().split('\n')), lasting(readdirSync('/sys/class/net')));
  }
  assert.deepEqual(open.warnings, ["The hosts see this machine's interfaces in /sys/class/net (mount: not permitted)"]);
});

test('hosts with a network of their own reach a server on this machine’s loopback, where the variables say', async (t) => {
  const server = createServer((socket) => void socket.end('from the machine'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const script = `node -e '
    const { hostname, port } = new URL(process.env.AWS_ENDPOINT_URL_S3);
    require("net").connect(Number(port), hostname).on("data", (text) => console.log(hostname, String(text)));'`;
  const open = await openJob(t, { hosts: ['algo-1', 'algo-2'], entrypoint: ['/bin/sh', '-c', script] });
  const environment = { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`, OTHER: `http://127.0.0.1:${port}` };
  const started = await Promise.all(
    ['algo-1', 'algo-2'].map((name) => startHost(t, open, { name, environment, mlDir: temporaryFolder(t) })),
  );
  for (const { run, output } of started) {
    assert.equal((await run.ended).exitCode, 0, output());
    assert.match(output(), /^10\.\d+\.255\.254 from the machine\n$/);
  }
});

test('programs that connect hosts with other networks are chosen by user and by what the machine allows', (t) => {
  const tun = join(temporaryFolder(t), 'tun');
  const both = { pasta: '/bin/pasta', slirp4netns: '/bin/slirp4netns' };
  const of = (isRootless: boolean) => ({ namespaces: { isRootless, unshare: 'unshare', mount: 'mount' }, tun });
  assert.equal(findConnector(both, of(true)), `this machine has no ${tun}`);
  writeFileSync(tun, '');
  const first = (isRootless: boolean) => {
    const found = findConnector(both, of(isRootless));
    return typeof found === 'string'
      ? found
      : found.commandsFor({ pid: 1, holder: 2, file: '/file' }).map(({ command: [program] }) => program);
  };
  assert.deepEqual(first(true), ['/bin/pasta', '/bin/slirp4netns']);
  assert.deepEqual(first(false), ['/bin/slirp4netns', 'unshare']);
  const none = findConnector({ pasta: undefined, slirp4netns: undefined }, of(true));
  assert.equal(none, 'neither pasta nor slirp4netns is installed');
});

test('pasta forwards name lookups only for name servers on the loopback of the machine', (t) => {
  const dir = temporaryFolder(t);
  const [tun, resolvConf] = [join(dir, 'tun'), join(dir, 'resolv.conf')];
  writeFileSync(tun, '');
  const words = (text: string) => {
    writeFileSync(resolvConf, text);
    const tools = { pasta: '/bin/pasta', slirp4netns: undefined };
    const namespaces = { isRootless: true, unshare: 'unshare', mount: 'mount' };
    const found = findConnector(tools, { namespaces, tun, resolvConf });
    return typeof found === 'string'
      ? found
      : (found.commandsFor({ pid: 1, holder: 2, file: '/file' })[0]?.command.join(' ') ?? '');
  };
  assert.match(words('search example.com\nnameserver 127.0.0.53\n'), / --dns-forward 10\.0\.2\.3 /);
  assert.doesNotMatch(words('nameserver 10.0.0.2\n'), /--dns-forward/);
});

/** A PATH with these programs of this machine, and no others. */
function onlyWith(dir: string, names: readonly string[]): string {
  for (const name of names) symlinkSync(findOnPath(name, process.env) ?? '/nowhere', join(dir, name));
  return dir;
}

const HAS_TUN = existsSync('/dev/net/tun');

for (const name of ['pasta', 'slirp4netns']) {
  test(`the real ${name} connects root’s hosts with other networks`, {
    skip:
      (process.geteuid?.() !== 0 && 'only root may use /dev/net/tun everywhere') ||
      (findOnPath(name, process.env) === undefined && `${name} is not installed`) ||
      (!HAS_TUN && 'this machine has no /dev/net/tun'),
  }, async (t) => {
    const tools = ['unshare', 'mount', 'nsenter', 'hostname', 'ip', 'mkfifo', 'tr', 'mkdir', 'cut', name];
    const PATH = onlyWith(temporaryFolder(t), tools);
    const job = { hosts: ['algo-1', 'algo-2'], entrypoint: ['/bin/sh', '-c', 'cut -f 1,2 /proc/net/route'] };
    const open = await openJob(t, job, { ...process.env, PATH });
    const { run, output } = await startHost(t, open, { mlDir: temporaryFolder(t) });
    assert.equal((await run.ended).exitCode, 0, output());
    assert.deepEqual(open.warnings, []);
    assert.match(output(), /^outside\t00000000$/m);
  });
}

test('if the first program cannot connect root’s hosts, the second one does', {
  skip:
    (process.geteuid?.() !== 0 && 'only root may use /dev/net/tun everywhere') ||
    (findOnPath('pasta', process.env) === undefined && 'pasta is not installed') ||
    (!HAS_TUN && 'this machine has no /dev/net/tun'),
}, async (t) => {
  const variables = withBroken(temporaryFolder(t), { slirp4netns: 'open: Permission denied' });
  const job = { hosts: ['algo-1', 'algo-2'], entrypoint: ['/bin/sh', '-c', 'cut -f 1,2 /proc/net/route'] };
  const open = await openJob(t, job, variables);
  const { run, output } = await startHost(t, open, { mlDir: temporaryFolder(t) });
  assert.equal((await run.ended).exitCode, 0, output());
  assert.deepEqual(open.warnings, []);
  assert.match(output(), /^outside\t00000000$/m);
});

test('a user to whom /dev/net/tun is closed gets that as the cause', {
  skip:
    NOT_ROOT ||
    (!HAS_TUN
      ? 'this machine has no /dev/net/tun'
      : (statSync('/dev/net/tun').mode & 6) !== 0 && 'everybody may use /dev/net/tun'),
}, (t) => {
  const { last, stderr } = runAsNobody(t, 'true', { hosts: ['algo-1', 'algo-2'] });
  const warning = 'The hosts reach one another, but no other network (/dev/net/tun is closed to this user)';
  assert.deepEqual(last.warnings, [warning], stderr);
});

test('where hosts cannot be connected with other networks, one warning names the cause', {
  skip: !existsSync('/dev/net/tun') && 'this machine has no /dev/net/tun',
}, async (t) => {
  const variables = withBroken(temporaryFolder(t), { pasta: 'no such device', slirp4netns: 'no such device' });
  const open = await openJob(t, { hosts: ['algo-1', 'algo-2'], entrypoint: ['/bin/sh', '-c', 'true'] }, variables);
  for (const name of ['algo-1', 'algo-2']) {
    const { run } = await startHost(t, open, { name, mlDir: temporaryFolder(t) });
    assert.equal((await run.ended).exitCode, 0);
  }
  assert.equal(open.warnings.length, 1);
  assert.match(
    open.warnings[0] ?? '',
    /^The hosts reach one another, but no other network \((?:no such device|.*closed.*)\)$/,
  );
});
