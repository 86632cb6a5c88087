import { createHash } from 'node:crypto';
import { Card, metaKeys } from '@switchboard/kit/wire';
import type { Entry } from '../gateway.ts';
import type { ToolListing } from './connection.ts';

const nameLimit = 64;

/** What an Agent lists, as the Gateway offers it. Only an Agent of our own is believed about itself. */
export function entriesOf(agent: string, own: boolean, tools: readonly ToolListing[]): readonly Entry[] {
	return tools.flatMap((tool) => {
		const meta = (tool._meta ?? {}) as Record<string, unknown>;
		const said = own ? Card.safeParse(meta[metaKeys.card]) : undefined;
		const card = said?.success ? said.data : foreignCard(tool);
		const name = own ? tool.name : prefixed(agent, tool.name);
		const { [metaKeys.card]: _, ...rest } = meta;
		const { _meta, ...plain } = tool;
		return [
			{
				agent,
				name,
				skill: tool.name,
				card: { ...card, name },
				tool: { ...plain, name, ...(Object.keys(rest).length > 0 && { _meta: rest }) },
			},
		];
	});
}

/** `server__tool`, cut with a hash where hosts would refuse its length; the same every time. */
function prefixed(agent: string, tool: string): string {
	const name = `${agent}__${tool}`;
	if (name.length <= nameLimit) return name;
	const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
	return `${name.slice(0, nameLimit - 9)}_${hash}`;
}

/** A server that says nothing we can trust might do anything with anything. */
function foreignCard(tool: ToolListing): Card {
	return {
		name: tool.name,
		title: typeof tool.title === 'string' ? tool.title : tool.name,
		description: typeof tool.description === 'string' ? tool.description : '',
		inputSchema: (tool.inputSchema ?? { type: 'object' }) as Record<string, unknown>,
		...(tool.outputSchema !== undefined && { outputSchema: tool.outputSchema as Record<string, unknown> }),
		effect: 'execute',
		world: 'open',
		reversible: false,
		idempotent: false,
		targets: {},
		prepares: false,
		source: 'outside',
		private: false,
		examples: [],
	};
}
