import { Fault } from '@switchboard/kit';
import type { Account } from './account.ts';
import type { Accounts } from './ports.ts';

/** The configured accounts, found by id. */
export function createAccounts(all: readonly Account[], authserv: ReadonlyMap<string, string>): Accounts {
	return {
		all,
		get(id) {
			const found = id === undefined ? all[0] : all.find((account) => account.id === id);
			if (found !== undefined) return found;
			throw new Fault('not_found', `There is no account ${JSON.stringify((id ?? '').slice(0, 40))}.`, {
				hint: `Configured: ${all.map((account) => account.id).join(', ')}.`,
			});
		},
		authservOf: (id) => authserv.get(id),
	};
}
