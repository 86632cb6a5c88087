/** A person as a message names them. */
export interface Address {
	readonly name: string;
	readonly address: string;
}

// Deliberately narrower than RFC 5322: no quoted local parts, comments or domain literals, which only ever confuse a reader.
const atom = String.raw`[^\s@"(),:;<>[\]\\.\p{C}]+`;
const addressPattern = new RegExp(`^${atom}(?:\\.${atom})*@${atom}(?:\\.${atom})*$`, 'u');
const namedPattern = /^(?:"(?<quoted>[^"\\]*)"|(?<bare>[^<>"]*?))\s*<(?<address>[^<>\s]+)>$/u;
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** One address as a caller writes it, `ada@example.com` or `Ada <ada@example.com>`; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
	if (controls.test(text)) return undefined;
	const groups = namedPattern.exec(text.trim())?.groups;
	const address = groups?.address ?? text.trim();
	if (!isAddress(address)) return undefined;
	return { name: (groups?.quoted ?? groups?.bare ?? '').trim(), address };
}

export function isAddress(text: string): boolean {
	return text.length <= 254 && text.lastIndexOf('@') <= 64 && addressPattern.test(text);
}

export function formatAddress({ name, address }: Address): string {
	return name === '' || name === address ? address : `${name} <${address}>`;
}

export function domainOf(address: string): string {
	return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** The form by which two spellings of one mailbox compare equal. */
export function keyOf(address: string): string {
	return address.normalize('NFC').toLowerCase();
}

/** Whether an address is one of the owner's, also with a `+tag`. */
export function isOwn(address: string, own: readonly string[]): boolean {
	const untagged = (text: string) => keyOf(text).replace(/^([^+@]+)\+[^@]*@/, '$1@');
	return own.some((mine) => keyOf(mine) === keyOf(address) || untagged(mine) === untagged(address));
}

/** The addresses of `wanted` that are in neither `taken` nor earlier in `wanted`. */
export function distinct(wanted: readonly Address[], taken: readonly Address[] = []): Address[] {
	const seen = new Set(taken.map(({ address }) => keyOf(address)));
	return wanted.filter(({ address }) => {
		const key = keyOf(address);
		if (seen.has(key)) return false;
		seen.add(key);
		return true;
	});
}
