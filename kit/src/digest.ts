import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Fault } from './fault.ts';
import { mapStrings } from './json.ts';

/** SHA-256, in hex, of a value's canonical JSON (RFC 8785): the same for the same meaning. */
export function digestOf(value: unknown): string {
	return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function canonicalJson(value: unknown): string {
	try {
		return canonicalize(value) ?? 'null';
	} catch (cause) {
		if (cause instanceof RangeError)
			throw new Fault('invalid_input', 'It is nested too deeply.', { hint: 'Send it flatter.', cause });
		// RFC 8785 knows no half a character; files and web pages do.
		return canonicalize(mapStrings(value, escaped)) ?? 'null';
	}
}

/** No well-formed text becomes the same as one that is not. */
function escaped(text: string): string {
	return text.isWellFormed() ? text : `\u0000${JSON.stringify(text)}`;
}
