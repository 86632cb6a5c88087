import { createSafeFetch, defineAgent } from '@switchboard/kit';
import { createApis } from './adapters/openapi/apis.ts';
import { createCrm } from './adapters/sqlite/crm.ts';
import { maxDocumentBytes } from './api/limits.ts';
import { BusinessConfig } from './config.ts';
import { createConnections } from './connections.ts';
import type { BusinessPorts } from './ports.ts';
import { apiCall } from './skills/api-call.ts';
import { apiDescribe } from './skills/api-describe.ts';
import { apiImport } from './skills/api-import.ts';
import { apiSearch } from './skills/api-search.ts';
import { bizAggregate } from './skills/biz-aggregate.ts';
import { bizApply } from './skills/biz-apply.ts';
import { bizAttach } from './skills/biz-attach.ts';
import { bizConnections } from './skills/biz-connections.ts';
import { bizCreate } from './skills/biz-create.ts';
import { bizDescribe } from './skills/biz-describe.ts';
import { bizEntities } from './skills/biz-entities.ts';
import { bizGet } from './skills/biz-get.ts';
import { bizHistory } from './skills/biz-history.ts';
import { bizPreview } from './skills/biz-preview.ts';
import { bizSearch } from './skills/biz-search.ts';
import { bizUndo } from './skills/biz-undo.ts';
import { contactAdd } from './skills/contact-add.ts';

export const business = defineAgent({
	name: 'business',
	title: 'Business',
	description:
		'Keeps contacts, companies, deals, activities, orders and invoices in an embedded CRM, and calls any HTTP API that an OpenAPI document describes. Changes are previewed, applied exactly so, and can be taken back.',
	version: '0.1.0',
	config: BusinessConfig,
	usage: {
		example: '--currency EUR --config business.json',
		flags: {
			currency: 'ISO code that amounts are in where nothing is said',
			connections: 'HTTP APIs as JSON: [{id, kind: "openapi", document, server?, auth?, allowOrigins?}]',
			credentials: 'secrets that api_import may name, as JSON: {alias: {secret: "env:NAME", origins: [...]}}',
			allowOrigins: 'private or loopback origins that imported APIs may use, as JSON: ["http://127.0.0.1:8080"]',
		},
	},
	allow: ['read', 'write'],
	ports({ config, stateFolder, secrets, onClose }): BusinessPorts {
		const crm = createCrm(stateFolder, config.currency);
		onClose(() => crm.close());
		const fetch = createSafeFetch({ maxBytes: maxDocumentBytes, timeoutMs: 30_000 });
		return { connections: createConnections(crm), apis: createApis({ folder: stateFolder, config, fetch, secrets }) };
	},
	skills: [
		contactAdd,
		bizCreate,
		bizSearch,
		bizGet,
		bizAggregate,
		bizEntities,
		bizDescribe,
		bizPreview,
		bizApply,
		bizUndo,
		bizAttach,
		bizHistory,
		bizConnections,
		apiImport,
		apiSearch,
		apiDescribe,
		apiCall,
	],
});
