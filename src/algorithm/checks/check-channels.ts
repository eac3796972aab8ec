import { quoteValue } from '../../errors/quote-value.ts';
import type { ChannelDeclaration, ChannelDeclarations, ContentType } from '../channel.ts';
import { checkContentType } from './content-type.ts';
import type { JobProblem } from './job-problem.ts';
import { unknownName } from './read-value.ts';

/** A channel of a job, as the request or `inputdataconfig.json` has it. */
export interface GivenChannel {
  readonly name: string;
  readonly contentType?: string | undefined;
  readonly inputMode?: string | undefined;
  readonly compression?: string | undefined;
  readonly distribution?: string | undefined;
  readonly isShuffled?: boolean | undefined;
}

/** Content types by channel, and all that is wrong. */
export interface CheckedChannels {
  readonly contentTypes: ReadonlyMap<string, ContentType>;
  readonly problems: readonly JobProblem[];
}

/** Checks the channels of a job by their declarations. */
export function checkChannels(declared: ChannelDeclarations, given: readonly GivenChannel[]): CheckedChannels {
  const contentTypes = new Map<string, ContentType>();
  const problems: JobProblem[] = [];
  const report = (name: string, message: string) => {
    problems.push({ kind: 'channel', name, message });
  };
  for (const channel of given) {
    if (!Object.hasOwn(declared, channel.name)) {
      report(channel.name, unknownName(channel.name, Object.keys(declared)));
      continue;
    }
    const declaration = declared[channel.name] as ChannelDeclaration;
    for (const message of checkMembers(declaration, channel)) report(channel.name, message);
    const { contentType, messages } = checkContentType(declaration, channel.contentType);
    for (const message of messages) report(channel.name, message);
    if (contentType !== undefined) contentTypes.set(channel.name, contentType);
  }
  const names = new Set(given.map(({ name }) => name));
  for (const [name, { required, description }] of Object.entries(declared)) {
    if (required && !names.has(name)) report(name, `is required${description === undefined ? '' : `: ${description}`}`);
  }
  return { contentTypes, problems };
}

function checkMembers(declaration: ChannelDeclaration, channel: GivenChannel): readonly string[] {
  const { inputModes = DEFAULT_INPUT_MODES, compression = ['None'], distribution, shuffle = true } = declaration;
  return [
    // The platform writes a FastFile channel as File (contract C11).
    ...(channel.inputMode === 'File' && inputModes.includes('FastFile')
      ? []
      : oneOf('input mode', inputModes, channel.inputMode)),
    ...oneOf('compression', compression, channel.compression),
    ...oneOf('distribution', distribution ?? [], channel.distribution),
    ...(channel.isShuffled && !shuffle ? ['the algorithm takes no shuffled data'] : []),
  ];
}

/** Input modes of a channel that declares none. */
export const DEFAULT_INPUT_MODES = ['File', 'FastFile'] as const;

function oneOf(what: string, allowed: readonly string[], given: string | undefined): readonly string[] {
  if (given === undefined || allowed.length === 0 || allowed.includes(given)) return [];
  return [`expected the ${what} ${allowed.join(' or ')}, got ${quoteValue(given)}`];
}
