import type { Socket } from 'node:net';
import { quoteValue } from '../../errors/quote-value.ts';
import { shownText } from '../../job-tree/raw-name.ts';
import { isObject, type Read } from '../../json/read-value.ts';
import type { HostAddresses } from './host-addresses.ts';
import { isProof, makeNonce, proofOf } from './job-secret.ts';
import { type ConnectionEvents, type LineConnection, lineConnection } from './line-connection.ts';
import { type Hello, helloOf, type Message, type Refusal, readProof, type Welcome } from './messages.ts';

/** What a connection to the first host is checked against. */
export interface GuestRules {
  /** The other hosts. */
  readonly hosts: readonly string[];
  readonly job: string;
  /** Undefined where the hosts share none. */
  readonly secret: string | undefined;
  readonly addresses: HostAddresses;
  readonly readAbout: Read<unknown>;
}

/** A connection that has proved which host it comes from. */
export interface Guest {
  readonly host: string;
  readonly about: unknown;
  readonly connection: LineConnection;
}

/** Who takes a guest over. */
export interface GuestEvents {
  /** The guest is who it says: returns what handles its messages and its loss, or why it is not taken. */
  readonly onGuest: (guest: Guest) => GuestHandler | string;
  /** Called once for a connection that is not taken. */
  readonly onRefused: (why: string) => void;
}

/** Handles a guest that was taken. */
export type GuestHandler = ConnectionEvents;

const GREETING_MS = 10_000;

/**
 * Lets a connection introduce itself: by a greeting of a host of this job, from an address of that host, and, where the
 * hosts share a secret, by a proof that it knows the secret. All that within ten seconds.
 */
export function receiveGuest(socket: Socket, address: string, rules: GuestRules, events: GuestEvents): void {
  let handler: GuestHandler | undefined;
  let isRefused = false;
  const refuse = (why: string) => {
    if (isRefused || handler !== undefined) return;
    isRefused = true;
    clearTimeout(timer);
    connection.send({ type: 'refuse', why } as Refusal);
    void connection.close();
    events.onRefused(why);
  };
  const accept = ({ host, about }: Hello) => {
    const taken = events.onGuest({ host, about, connection });
    if (typeof taken === 'string') return refuse(taken);
    clearTimeout(timer);
    handler = taken;
  };
  const greet = greeting(rules, address, { send: (message) => connection.send(message), accept, refuse });
  const connection = lineConnection(socket, {
    onMessage: (value) => {
      if (handler !== undefined) return handler.onMessage(value);
      if (!isRefused) greet(value);
      return undefined;
    },
    onLost: (why) => {
      if (handler !== undefined) handler.onLost(why);
      else refuse(why);
    },
  });
  const timer = setTimeout(() => refuse('no greeting'), GREETING_MS);
}

interface GreetingSteps {
  readonly send: (message: Message) => void;
  readonly accept: (hello: Hello) => void;
  readonly refuse: (why: string) => void;
}

/** Takes the messages of a greeting, one after the other. */
function greeting(rules: GuestRules, address: string, { send, accept, refuse }: GreetingSteps) {
  const { secret, addresses } = rules;
  const firstNonce = makeNonce();
  let hello: Hello | undefined;
  let isWelcome = false;
  const welcome = async (given: Hello) => {
    const { host, nonce } = given;
    if (!(await addresses.has(host, address))) return refuse(`this is not an address of host ${host}`);
    isWelcome = true;
    const parts = { host, hostNonce: nonce, firstNonce };
    const proof = secret === undefined ? '' : proofOf(secret, { by: 'first host', ...parts });
    send({ type: 'welcome', nonce: secret === undefined ? '' : firstNonce, proof } as Welcome);
    if (secret === undefined) accept(given);
  };
  return (value: unknown) => {
    if (hello === undefined) {
      const given = readHello(value, rules);
      if (typeof given === 'string') return refuse(given);
      hello = given;
      void welcome(given);
      return;
    }
    const proof = isWelcome ? readProof(value)?.proof : undefined;
    const parts = { by: 'host', host: hello.host, hostNonce: hello.nonce, firstNonce } as const;
    if (secret !== undefined && proof !== undefined && isProof(proof, secret, parts)) accept(hello);
    else refuse('it does not know the secret of the job');
  };
}

/** A greeting, or why it is none. Texts of the other end are shown as data, and cut. */
function readHello(value: unknown, { hosts, job, readAbout }: GuestRules): Hello | string {
  const hello = helloOf(hosts, readAbout)(value);
  if (hello !== undefined) return hello.job === job ? hello : `it belongs to job ${shown(hello.job)}`;
  if (!isObject(value) || value['type'] !== 'hello') return 'no greeting';
  const { host } = value;
  if (typeof host === 'string' && !hosts.includes(host)) return `host ${shown(host)} takes no part`;
  return 'a greeting of another shape';
}

function shown(text: string): string {
  return quoteValue(shownText(text.slice(0, 100)));
}
