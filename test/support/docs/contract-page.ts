import type { Clause } from '../../../src/contract/clauses/clause.ts';
import { CONTRACT_SECTIONS } from '../../../src/contract/clauses/contract-sections.ts';
import { ALL_CHECKS } from '../../../src/validate/checks/all-checks.ts';
import { fill } from './fill.ts';

const HEAD = `# The contract

SageMaker starts a training container in a fixed way: one argument, files in fixed folders, variables, signals, exit codes. This
page describes these rules, one clause each, and what optml does about it. Messages of optml, its checks and this
documentation name clauses by their numbers, such as C57. The numbers never change their meaning.

\`\`\`sh
optml validate --explain C57
\`\`\`

The rules come from four sources: SageMaker's documentation and API; real jobs, where the documentation is silent; Amazon's
training toolkit (\`sagemaker-training\`), called "the toolkit" here; and the SageMaker Python SDK. [What to use where optml does
not fit](what-optml-is-not.md) is a page of its own.

<!-- Written by: npm run docs:pages. The texts are in src/contract/clauses. -->
`;

/** docs/contract.md, from the clauses and the checks in the sources. */
export function contractPage(): string {
  const index = CONTRACT_SECTIONS.map(({ title, clauses }) => {
    const ids = Object.keys(clauses).map((id) => `[${id}](#${id.toLowerCase()})`);
    return `| ${title} | ${ids.join(' ')} |`;
  });
  const sections = CONTRACT_SECTIONS.map(({ title, clauses }) =>
    [`## ${title}`, ...Object.entries(clauses).map(([id, clause]) => clauseText(id, clause))].join('\n\n'),
  );
  return `${[HEAD, ['| section | clauses |', '| --- | --- |', ...index].join('\n'), '', sections.join('\n\n')].join('\n')}\n`;
}

function clauseText(id: string, { title, rule, optml, pages = [] }: Clause): string {
  const checks = ALL_CHECKS.filter(({ clause }) => clause === id);
  const names = checks.map(({ id: name, severity }) => `\`${name}\` (${severity})`);
  return [
    `<a id="${id.toLowerCase()}"></a>\n\n### ${id} ${title}`,
    ...rule.map(fill),
    fill(`**optml.** ${optml}`),
    ...(names.length === 0 ? [] : [fill(`[Checks](validate.md#the-checks): ${names.join(', ')}.`)]),
    ...(pages.length === 0 ? [] : [fill(`More: ${pages.map((page) => `[${page}](${page})`).join(', ')}.`)]),
  ].join('\n\n');
}
