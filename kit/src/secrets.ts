import { open } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { Fault } from './fault.ts';
import { mapStrings } from './json.ts';

/** Resolves secret references and keeps what it resolved out of everything that leaves. */
export interface Secrets {
	/** The value of `env:NAME`, `file:/absolute/path` or `keychain:service/account`. */
	resolve(reference: string): Promise<string>;
	/** Text with every resolved secret replaced, also in Base64 and URL-encoded form. */
	scrub(text: string): string;
	/** A JSON value with every string in it scrubbed. */
	scrubValue<T>(value: T): T;
	/** A file's bytes, however they are cut, scrubbed. */
	scrubBytes(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** A shorter one would match ordinary words. */
const shortestScrubbed = 4;
const shortestFragment = 6;
const largestFile = 64 * 1024;

export function createSecrets(): Secrets {
	const known = new Set<string>();
	let pattern: RegExp | undefined;

	const scrub = (text: string): string => (pattern === undefined ? text : text.replaceAll(pattern, '[secret]'));

	return {
		async resolve(reference) {
			const secret = await read(reference);
			if (secret.length >= shortestScrubbed && !known.has(secret)) {
				known.add(secret);
				pattern = patternOf(known);
			}
			return secret;
		},
		scrub,
		scrubBytes: (chunks) => (pattern === undefined ? chunks : scrubbed(chunks, pattern)),
		scrubValue: (value) => (pattern === undefined ? value : mapStrings(value, scrub)),
	};
}

async function read(reference: string): Promise<string> {
	const [, scheme, rest] = /^(env|file|keychain):(.+)$/s.exec(reference) ?? [];
	const secret =
		scheme === 'env'
			? fromEnvironment(rest ?? '')
			: scheme === 'file'
				? await fromFile(rest ?? '')
				: scheme === 'keychain'
					? await fromKeychain(rest ?? '')
					: undefined;
	if (secret !== undefined && secret !== '') return secret;
	// The reference is not repeated: whoever wrote the secret itself here would read it in a log.
	throw new Fault(
		'invalid_input',
		secret === '' ? `The secret of a ${scheme}: reference is empty.` : 'A secret reference is not one.',
		{
			hint: 'Write env:NAME, file:/absolute/path or keychain:service/account.',
		},
	);
}

function fromEnvironment(name: string): string | undefined {
	if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
	const value = process.env[name];
	if (value === undefined)
		throw new Fault('not_found', `The environment variable ${name} is not set.`, {
			hint: `Set ${name} where this server is started.`,
		});
	return value;
}

async function fromFile(path: string): Promise<string | undefined> {
	if (!isAbsolute(path)) return undefined;
	const file = await open(path, 'r').catch((cause: unknown) => {
		throw new Fault('not_found', `The secret file ${path} cannot be read.`, { cause });
	});
	try {
		const found = await file.stat();
		if (!found.isFile() || found.size > largestFile)
			throw new Fault('invalid_input', `The secret file ${path} is not a file of at most ${largestFile} bytes.`);
		// Windows has neither modes nor this kind of owner.
		if (
			process.getuid !== undefined &&
			(found.uid !== process.getuid() || ![0o600, 0o400].includes(found.mode & 0o777))
		) {
			throw new Fault('denied', `The secret file ${path} may be read by others.`, {
				hint: `Make it your own and run: chmod 600 ${path}`,
			});
		}
		return (await file.readFile('utf8')).replace(/\r?\n$/, '');
	} finally {
		await file.close();
	}
}

/** The part of `@napi-rs/keyring` that is used; installed by who wants it. */
interface Keyring {
	readonly Entry: new (service: string, account: string) => { getPassword(): string | null };
}

async function fromKeychain(rest: string): Promise<string | undefined> {
	const [, service, account] = /^([^/]+)\/(.+)$/.exec(rest) ?? [];
	if (service === undefined || account === undefined) return undefined;
	const name = '@napi-rs/keyring';
	const { Entry } = await (import(name) as Promise<Keyring>).catch((cause: unknown) => {
		throw new Fault('unsupported', 'Reading the keychain needs a package that is not installed.', {
			hint: `Run: npm install ${name}`,
			cause,
		});
	});
	const secret = passwordOf(new Entry(service, account));
	if (secret === null) throw new Fault('not_found', `The keychain has no password of ${account} for ${service}.`);
	return secret;
}

function passwordOf(entry: { getPassword(): string | null }): string | null {
	try {
		return entry.getPassword();
	} catch (cause) {
		throw new Fault('unavailable', 'The keychain could not be read.', {
			hint: 'It needs an unlocked desktop session.',
			retryable: false,
			cause,
		});
	}
}

/** Every form a secret is likely to leave in, longest first, so that no form's beginning hides the rest. */
function patternOf(secrets: Iterable<string>): RegExp {
	const forms = new Set([...secrets].flatMap(formsOf));
	const ordered = [...forms]
		.sort((a, b) => b.length - a.length)
		.map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
	return new RegExp(ordered.join('|'), 'g');
}

async function* scrubbed(chunks: AsyncIterable<Uint8Array>, pattern: RegExp): AsyncGenerator<Uint8Array> {
	// No form of a secret is longer than the pattern of all.
	const held = pattern.source.length;
	let rest = '';
	for await (const chunk of chunks) {
		// One character a byte, so that what is no text stays as it is.
		const text = rest + Buffer.from(chunk).toString('latin1');
		const sure = text.length - held;
		let done = 0;
		let out = '';
		for (const { 0: form, index } of text.matchAll(pattern)) {
			if (index >= sure) break;
			out += `${text.slice(done, index)}[secret]`;
			done = index + form.length;
		}
		const until = Math.max(done, sure, 0);
		out += text.slice(done, until);
		rest = text.slice(until);
		if (out !== '') yield Buffer.from(out, 'latin1');
	}
	yield Buffer.from(rest.replaceAll(pattern, '[secret]'), 'latin1');
}

function formsOf(secret: string): string[] {
	const encoded = encodeURIComponent(secret.toWellFormed());
	const base64 = Buffer.from(secret).toString('base64');
	const hex = Buffer.from(secret).toString('hex');
	const inBytes = Buffer.from(secret).toString('latin1');
	const plain = [
		...[secret, JSON.stringify(secret).slice(1, -1), encoded, encoded.replaceAll('%20', '+'), base64],
		...[inBytes, hex, hex.toUpperCase()],
	];
	const fragments = [0, 1, 2]
		.map((offset) => base64Within(secret, offset))
		.filter((fragment) => fragment.length >= shortestFragment);
	return [...plain, ...fragments].flatMap((form) => [form, urlSafe(form, secret)]);
}

/** What is sure of a secret's Base64 inside a longer text, `offset` bytes into a group of three, as in `user:password`. */
function base64Within(secret: string, offset: number): string {
	const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
	const digits = bytes.toString('base64').replaceAll('=', '');
	// The first digits hold bits of what stands before, the last one of what stands behind.
	return digits.slice(offset === 0 ? 0 : offset + 1, bytes.length % 3 === 0 ? undefined : -1);
}

function urlSafe(form: string, secret: string): string {
	return form === secret || form === Buffer.from(secret).toString('latin1')
		? form
		: form.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
