import { defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import type { BrowserPorts } from '../ports.ts';
import { Ref } from '../steps.ts';

export const browserScreenshot = defineSkill({
	name: 'browser_screenshot',
	title: 'Take a picture of the page',
	description:
		'Answers a picture of the page in front as an image, and as an artifact that other Skills take. Shows what only looks can tell: layout, charts, maps. Its pixels are the coordinates of click_xy in browser_act, unless it is of the whole page or of one element.',
	effect: 'read',
	world: 'open',
	source: 'outside',
	input: z.strictObject({
		ref: Ref.optional().describe('Only this element'),
		whole: z.boolean().default(false).describe('The whole page, not only what is in view'),
	}),
	output: z.object({ url: z.string(), artifact: z.string(), mimeType: z.string(), size: z.int() }),
	examples: ['Take a screenshot of the page', 'Show me what the website looks like'],

	run: ({ ref, whole }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			const { bytes, mimeType } = await pages.screenshot({ ref, isWhole: whole });
			const { url } = await pages.here();
			const name = `${URL.parse(url)?.hostname || 'page'}.${mimeType === 'image/png' ? 'png' : 'jpg'}`;
			const { uri, size } = await call.artifacts.put(bytes, { name, mimeType, source: 'outside', origin: url });
			call.attach({ type: 'image', data: bytes.toString('base64'), mimeType });
			return { url, artifact: uri, mimeType, size };
		}),

	render: ({ url, artifact, size }) => `Picture of ${url} (${size} bytes), also ${artifact}`,
});
