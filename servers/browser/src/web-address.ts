import { Fault } from '@switchboard/kit';
import { z } from 'zod';

export const WebAddress = z
	.string()
	.min(1)
	.max(8_000)
	.describe('Whole address of a page, such as https://example.com/');

/** The address as browsers write it; a Fault for anything but a web page. */
export function webAddress(text: string): URL {
	const url = URL.parse(text.trim());
	if (url === null) {
		throw new Fault('invalid_input', 'url is not a whole address.', {
			hint: 'Write it with its scheme, such as https://example.com/.',
		});
	}
	if (url.protocol === 'http:' || url.protocol === 'https:' || url.href === 'about:blank') return url;
	throw new Fault('denied', 'Only http and https pages can be opened.', {
		hint: 'Files of this machine are read with the Skills of the fs-shell Agent.',
	});
}
