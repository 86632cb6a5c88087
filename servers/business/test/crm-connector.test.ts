import { connectorSuite } from './connector-suite.ts';
import { openCrm } from './support/store.ts';

connectorSuite('of the embedded CRM', async () => {
	const { crm, close } = openCrm();
	return { connector: crm, entity: 'company', name: 'name', other: 'note', close };
});
