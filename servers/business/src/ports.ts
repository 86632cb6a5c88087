import type { Apis } from './api/apis.ts';
import type { Connector } from './connector.ts';

/** What the business Skills may touch. */
export interface BusinessPorts {
	readonly connections: Connections;
	readonly apis: Apis;
}

/** The systems with records: the embedded CRM is always there. */
export interface Connections {
	list(): readonly Connector[];
	/** `not_found` names those there are. */
	get(id: string): Connector;
	readonly crm: Connector;
}
