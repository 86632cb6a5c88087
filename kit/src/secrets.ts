/** Resolves secret references and keeps what it resolved out of everything that leaves. */
export interface Secrets {
	/** The value of `env:NAME`, `file:/absolute/path` or `keychain:service/account`. */
	resolve(reference: string): Promise<string>;
	/** Text with every resolved secret replaced, also in Base64 and URL-encoded form. */
	scrub(text: string): string;
	/** A JSON value with every string in it scrubbed. */
	scrubValue<T>(value: T): T;
}

export function createSecrets(): Secrets {
	throw new Error('to be written');
}
