import { fileTypeFromBuffer } from 'file-type';
import { lookup } from 'mime-types';

/** Types that are text although they have a signature. */
const textual = /^(text\/|application\/(xml|rtf|postscript|json|javascript)|image\/svg)/;

/** What a file is by its first bytes; undefined where they do not tell, or tell that it is text. */
export async function binaryTypeOf(sample: Uint8Array): Promise<string | undefined> {
	const known = await fileTypeFromBuffer(sample);
	return known === undefined || textual.test(known.mime) ? undefined : known.mime;
}

export function typeByName(name: string, otherwise: string): string {
	return lookup(name) || otherwise;
}
