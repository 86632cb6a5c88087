import { clean } from './outside.ts';

/** A file name and nothing else: no folder, nothing hidden, at most 200 characters with its extension kept. */
export function nameOf(name: string): string {
	const base = (clean(name).split(/[/\\]/).at(-1) ?? '').replaceAll(/\s+/g, ' ').trim();
	if (/^\.*$/.test(base)) return 'file';
	const signs = [...base];
	if (signs.length <= 200) return base;
	const extension = [...(/\.[^.]{1,15}$/.exec(base)?.[0] ?? '')];
	return [...signs.slice(0, 200 - extension.length), ...extension].join('');
}

/** A well-formed media type, else the one of any bytes. */
export function mimeTypeOf(mimeType: string): string {
	const known = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:; ?[\w-]+="?[\w.:+-]+"?)*$/.test(mimeType) && mimeType.length <= 200;
	return known ? mimeType.toLowerCase() : 'application/octet-stream';
}
