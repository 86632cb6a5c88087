/** A message without its Bcc, byte for byte the same elsewhere: what recipients get. */
export function withoutBcc(message: Uint8Array): Uint8Array {
	const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
	const end = endOfHeaders(bytes);
	// latin1 maps bytes to characters one to one, and back.
	const fields = bytes
		.subarray(0, end)
		.toString('latin1')
		.split(/(?<=\n)(?![ \t])/);
	const kept = fields.filter((field) => !/^bcc[ \t]*:/i.test(field)).join('');
	return Buffer.concat([Buffer.from(kept, 'latin1'), bytes.subarray(end)]);
}

/** Where the header ends and the empty line begins. */
export function endOfHeaders(bytes: Buffer): number {
	const crlf = bytes.indexOf('\r\n\r\n');
	const lf = bytes.indexOf('\n\n');
	if (crlf === -1 && lf === -1) return bytes.length;
	if (crlf === -1) return lf + 1;
	return lf === -1 || crlf < lf ? crlf + 2 : lf + 1;
}

/** Message-IDs in the order a header names them. */
export function messageIds(header: string): string[] {
	return (header.match(/<[^<>\s]{1,900}>/g) ?? []).slice(0, 100);
}
