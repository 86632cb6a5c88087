import { clean } from '@switchboard/kit';

/** Text from outside as one bounded line: a name, a subject. */
export function line(text: string, limit = 300): string {
	const flat = clean(text).replaceAll(/\s+/g, ' ').trim();
	return flat.length <= limit ? flat : `${flat.slice(0, limit - 1).toWellFormed()}…`;
}

const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A sender's file name as a file name and nothing else: no folders, nothing hidden, no device, its extension kept. */
export function fileName(text: string, fallback = 'attachment'): string {
	const base = line(text, 1_000).split(/[/\\]/).at(-1) ?? '';
	const plain = base
		.replaceAll(/[<>:"|?*]/g, '_')
		.replace(/^[.\s]+/, '')
		.replace(/[.\s]+$/, '');
	if (plain === '') return fallback;
	const safe = reserved.test(plain) ? `_${plain}` : plain;
	if (safe.length <= 120) return safe;
	const extension = /\.[^.]{1,12}$/.exec(safe)?.[0] ?? '';
	return `${safe.slice(0, 120 - extension.length).toWellFormed()}${extension}`;
}

/** A sender's content type if it is one, in lower case. */
export function contentType(text: string): string {
	const type = text.toLowerCase();
	return /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(type) ? type : 'application/octet-stream';
}
