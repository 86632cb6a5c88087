import { Fault } from '@switchboard/kit';
import type { Connector } from './connector.ts';
import type { Connections } from './ports.ts';

/** The embedded CRM and whatever other systems with records there are. */
export function createConnections(crm: Connector, others: readonly Connector[] = []): Connections {
	const all = [crm, ...others];
	return {
		crm,
		list: () => all,
		get(id) {
			const connector = all.find((candidate) => candidate.id === id);
			if (connector !== undefined) return connector;
			throw new Fault('not_found', 'No business system has this id.', {
				hint: `There is ${all.map((candidate) => candidate.id).join(', ')}; HTTP APIs are used through api_search and api_call.`,
			});
		},
	};
}
