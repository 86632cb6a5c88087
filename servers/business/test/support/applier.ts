import { createInterface } from 'node:readline';
import { asFault } from '@switchboard/kit';
import { createCrm } from '../../src/adapters/sqlite/crm.ts';

/** A client of the store in a process of its own: applies the change that each line of stdin names. */
const [folder = ''] = process.argv.slice(2);
const crm = createCrm(folder, 'EUR');
await crm.about();
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
	const [id = '', hash = ''] = line.split(' ');
	process.stdout.write('begun\n');
	const by = { principal: 'owner', call: `applier-${process.pid}` };
	const outcome = await crm.apply(id, hash, by, AbortSignal.timeout(30_000)).then(
		({ status }) => status,
		(error: unknown) => asFault(error).kind,
	);
	process.stdout.write(`${outcome}\n`);
}
crm.close();
