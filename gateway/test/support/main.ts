import { join } from 'node:path';
import { main } from '../../src/cli/main.ts';
import { createMemoryGateway } from './memory-gateway.ts';

/** The real command line, shim and daemon over a Gateway in memory. */
process.exitCode = await main(process.argv.slice(2), {
	openGateway: async (home) => ({ gateway: createMemoryGateway(join(home, 'artifacts')), port: 0 }),
});
