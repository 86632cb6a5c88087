import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createArtifacts } from '../src/artifacts.ts';
import { createSecrets } from '../src/secrets.ts';

const secret = 'S3cret+Väl/9876';
let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'switchboard-secret-'));
	writeFileSync(join(folder, 'secret'), secret, { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function put(content: Uint8Array | string | Readable, name = 'a.txt') {
	const secrets = createSecrets();
	await secrets.resolve(`file:${join(folder, 'secret')}`);
	const workspace = createArtifacts(folder, undefined, secrets).of('s');
	const { path, ...about } = await workspace.resolve((await workspace.put(content, described(name))).uri);
	return { ...about, bytes: readFileSync(path) };
}

const described = (name: string) => ({
	name,
	mimeType: 'text/plain',
	source: 'outside' as const,
	origin: `https://x/${secret}`,
});

it('keeps secrets out of the files a service sends back, and out of their names', async () => {
	const forms = [
		secret,
		Buffer.from(secret).toString('base64'),
		encodeURIComponent(secret),
		Buffer.from(secret).toString('hex'),
	];
	const { bytes, name, origin } = await put(forms.join(' and '), `answer to ${secret.replace('/', '-')} ${secret}`);
	expect(bytes.toString()).toBe('[secret] and [secret] and [secret] and [secret]');
	expect(`${name} ${origin}`).not.toContain(secret);
});

it('finds a secret wherever a stream is cut, and leaves all else as it is', async () => {
	const noise = Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7) % 256));
	const whole = Buffer.concat([noise, Buffer.from(secret), noise, Buffer.from(secret)]);
	const wanted = Buffer.concat([noise, Buffer.from('[secret]'), noise, Buffer.from('[secret]')]);
	for (const size of [1, 3, 7, 1_000, 5_003, 100_000]) {
		const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
			whole.subarray(at * size, (at + 1) * size),
		);
		expect((await put(Readable.from(chunks, { objectMode: true }))).bytes.equals(wanted)).toBe(true);
	}
});
