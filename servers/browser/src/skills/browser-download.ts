import { createReadStream } from 'node:fs';
import { defineSkill, Fault } from '@switchboard/kit';
import { z } from 'zod';
import { nameOf, preparedAct } from '../acting.ts';
import type { BrowserPorts } from '../ports.ts';
import { Ref } from '../steps.ts';
import { WebAddress, webAddress } from '../web-address.ts';

export const browserDownload = defineSkill({
	name: 'browser_download',
	title: 'Download a file',
	description:
		'Downloads a file and keeps it as an artifact that other Skills take: what clicking an element of the page gives (`ref`), or what is at an address (`url`), with the cookies of this session. The file is never opened or run.',
	effect: 'execute',
	world: 'open',
	source: 'outside',
	input: z.strictObject({ ref: Ref.optional(), url: WebAddress.optional() }),
	output: z.object({
		artifact: z.string(),
		name: z.string(),
		mimeType: z.string(),
		size: z.int(),
		sha256: z.string(),
		origin: z.string().describe('Where it came from'),
	}),
	examples: ['Download the invoice PDF from the page', 'Save the file at https://example.com/report.csv'],

	async prepare({ ref, url }, { browser }: BrowserPorts, call) {
		const from = sourceOf(ref, url);
		if ('url' in from) {
			const { href, origin } = webAddress(from.url);
			return { effect: 'execute', targets: [{ kind: 'origin', value: origin }], preview: `Download ${href}` };
		}
		return await browser.use(call, async (pages) => {
			const subject = await pages.describe(from.ref);
			return preparedAct({
				here: await pages.here(),
				subjects: [subject],
				words: [`click ${nameOf(subject)} and keep the file it gives`],
			});
		});
	},

	run: ({ ref, url }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			const download = await pages.download(sourceOf(ref, url));
			try {
				const { name, mimeType, url: origin, path } = download;
				const about = { name, mimeType, source: 'outside', origin } as const;
				const artifact = await call.artifacts.put(createReadStream(path), about);
				return {
					artifact: artifact.uri,
					name: artifact.name,
					mimeType,
					size: artifact.size,
					sha256: artifact.sha256,
					origin,
				};
			} finally {
				await download.discard();
			}
		}),

	render: ({ name, mimeType, size, artifact, origin }) =>
		`Downloaded ${name} (${mimeType}, ${size} bytes) from ${origin}: ${artifact}`,
});

function sourceOf(
	ref: string | undefined,
	url: string | undefined,
): { readonly ref: string } | { readonly url: string } {
	if (ref !== undefined && url === undefined) return { ref };
	if (url !== undefined && ref === undefined) return { url: webAddress(url).href };
	throw new Fault('invalid_input', 'browser_download needs either ref or url.');
}
