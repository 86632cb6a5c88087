import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';

/** The bearer token of this home, made when it is first wanted; only its owner can read it. */
export function readToken(file: string): string {
	try {
		writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		chmodSync(file, 0o600);
	}
	const token = readFileSync(file, 'utf8').trim();
	if (token.length < 32) throw new Error(`${file} holds no usable token; delete it to have a new one made`);
	return token;
}
