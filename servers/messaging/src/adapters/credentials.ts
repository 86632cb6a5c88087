import { readFile } from 'node:fs/promises';
import { Fault, type Secrets } from '@switchboard/kit';
import type { ImapSettings } from '../config.ts';

/** How an account logs in, resolved anew for every connection, since tokens change. */
export type Credentials =
	| { readonly user: string; readonly pass: string }
	| { readonly user: string; readonly accessToken: string };

export async function credentialsOf(
	{ user, address, password, accessToken }: ImapSettings,
	secrets: Secrets,
): Promise<Credentials> {
	const login = user ?? address;
	if (password !== undefined) return { user: login, pass: await secrets.resolve(password) };
	return { user: login, accessToken: await secrets.resolve(accessToken ?? '') };
}

/** TLS options that verify always, against the account's own authority where it names one. */
export async function tlsOf({ id, ca }: ImapSettings) {
	const strict = { rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const;
	if (ca === undefined) return strict;
	try {
		return { ...strict, ca: await readFile(ca) };
	} catch (cause) {
		throw new Fault('not_found', `The certificate file that accounts[${id}].ca names cannot be read.`, { cause });
	}
}
