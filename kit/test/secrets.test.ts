import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@switchboard/kit/fault';
import { createSecrets } from '@switchboard/kit/secrets';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Scratch, scratch } from './support/host.ts';

let at: Scratch;
beforeEach(() => {
	at = scratch();
});
afterEach(() => {
	vi.unstubAllEnvs();
	at.remove();
});

function secretFile(text: string, mode: number): string {
	const path = join(at.folder, 'secret');
	writeFileSync(path, text);
	chmodSync(path, mode);
	return path;
}

const faultOf = (reference: string) =>
	createSecrets()
		.resolve(reference)
		.then(
			() => undefined,
			(error: unknown) => error,
		);

describe('a secret reference', () => {
	it('reads the environment', async () => {
		vi.stubEnv('KIT_SECRET', 'hunter22');
		expect(await createSecrets().resolve('env:KIT_SECRET')).toBe('hunter22');
		expect(await faultOf('env:KIT_NO_SECRET')).toMatchObject({
			kind: 'not_found',
			message: expect.stringContaining('KIT_NO_SECRET'),
		});
		vi.stubEnv('KIT_EMPTY', '');
		expect(await faultOf('env:KIT_EMPTY')).toMatchObject({ kind: 'invalid_input' });
	});

	it.each([0o600, 0o400])('reads a file of mode %o that is ours, without its last line end', async (mode) => {
		const secrets = createSecrets();
		expect(await secrets.resolve(`file:${secretFile('two\nlines\n', mode)}`)).toBe('two\nlines');
	});

	it.each([0o644, 0o640, 0o604, 0o700])('refuses a file of mode %o', async (mode) => {
		const path = secretFile('hunter22', mode);
		expect(await faultOf(`file:${path}`)).toMatchObject({
			kind: 'denied',
			hint: expect.stringContaining(`chmod 600 ${path}`),
		});
	});

	it('refuses what is no file, too large or absent', async () => {
		mkdirSync(join(at.folder, 'd'));
		expect(await faultOf(`file:${join(at.folder, 'd')}`)).toMatchObject({ kind: 'invalid_input' });
		expect(await faultOf(`file:${join(at.folder, 'none')}`)).toMatchObject({ kind: 'not_found' });
		expect(await faultOf(`file:${secretFile('x'.repeat(70_000), 0o600)}`)).toMatchObject({ kind: 'invalid_input' });
	});

	it('that the keychain cannot answer says what is missing: the package, the session or the password', async () => {
		const fault = await faultOf('keychain:switchboard-kit-test/nobody');
		expect(fault).toBeInstanceOf(Fault);
		expect(['unsupported', 'unavailable', 'not_found']).toContain((fault as Fault).kind);
		if ((fault as Fault).kind === 'unsupported')
			expect((fault as Fault).hint).toContain('npm install @napi-rs/keyring');
	});

	it.each(['hunter22', 'file:relative/path', 'env:not a name', 'keychain:nothing', 'http://x', ''])(
		'that is none, like %j, is not repeated',
		async (reference) => {
			const fault = await faultOf(reference);
			expect(fault).toMatchObject({ kind: 'invalid_input', hint: expect.stringContaining('env:NAME') });
			if (reference !== '') expect(JSON.stringify([(fault as Error).message])).not.toContain(reference);
		},
	);
});

describe('scrubbing', () => {
	const secret = 'pä$$ "w/rd"+1?';
	const scrubber = async (value = secret) => {
		vi.stubEnv('KIT_SECRET', value);
		const secrets = createSecrets();
		await secrets.resolve('env:KIT_SECRET');
		return secrets;
	};

	it.each([
		['itself', secret],
		['in JSON', JSON.stringify({ secret }).slice(11, -2)],
		['in a URL', encodeURIComponent(secret)],
		['in a form', new URLSearchParams({ x: secret }).toString().slice(2)],
		['in Base64', Buffer.from(secret).toString('base64')],
		['in Base64 for URLs', Buffer.from(secret).toString('base64url')],
	])('replaces a secret %s', async (_, form) => {
		expect((await scrubber()).scrub(`before ${form} after`)).toBe('before [secret] after');
	});

	it.each(['', 'a', 'ab', 'user:', 'someone@example.test:'])('replaces it in Base64 behind %j', async (prefix) => {
		for (const suffix of ['', 'x', 'xy', 'xyz']) {
			const text = Buffer.from(prefix + secret + suffix).toString('base64');
			const scrubbed = (await scrubber()).scrub(text);
			expect(scrubbed).toContain('[secret]');
			const left = scrubbed.split('[secret]').map((part) => Buffer.from(part, 'base64').toString());
			expect(left.join('')).not.toContain('w/rd');
		}
	});

	it('reaches every string of a value, names included, and leaves the shape', async () => {
		const secrets = await scrubber('hunter22');
		const value = { a: ['hunter22', { b: 'my hunter22!', hunter22: 1 }], n: 1, t: true, z: null };
		expect(secrets.scrubValue(value)).toEqual({
			a: ['[secret]', { b: 'my [secret]!', '[secret]': 1 }],
			n: 1,
			t: true,
			z: null,
		});
	});

	it('knows all secrets, the longer ones first, and no short ones', async () => {
		vi.stubEnv('KIT_A', 'hunter22');
		vi.stubEnv('KIT_B', 'hunter22-more');
		vi.stubEnv('KIT_C', 'abc');
		const secrets = createSecrets();
		expect(secrets.scrub('hunter22')).toBe('hunter22');
		for (const name of ['A', 'B', 'C']) await secrets.resolve(`env:KIT_${name}`);
		expect(secrets.scrub('hunter22-more hunter22 abc')).toBe('[secret] [secret] abc');
	});
});
