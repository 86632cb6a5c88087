import { ArtifactUri, defineSkill } from '@switchboard/kit';
import { z } from 'zod';
import { nameOf, preparedAct } from '../acting.ts';
import type { BrowserPorts } from '../ports.ts';
import { renderPage, ShownPage, show } from '../shown.ts';
import { Ref } from '../steps.ts';
import { filesOf } from './browser-act.ts';

export const browserUpload = defineSkill({
	name: 'browser_upload',
	title: 'Upload files',
	description:
		'Puts artifacts of this session into a file field of the page in front, or into the one that clicking the element opens, and answers what is there then. Many pages send a file only when a button is clicked afterwards.',
	effect: 'execute',
	world: 'open',
	source: 'outside',
	input: z.strictObject({
		ref: Ref,
		artifacts: z.array(ArtifactUri).min(1).max(20).describe('URIs from earlier results'),
	}),
	output: ShownPage,
	examples: ['Upload the report to the page', 'Attach the downloaded file to the web form'],

	prepare: ({ ref, artifacts }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			const subject = await pages.describe(ref);
			const files = await Promise.all(artifacts.map((uri) => call.artifacts.resolve(uri)));
			const named = files.map(({ name, size }) => `${JSON.stringify(name)} (${size} bytes)`).join(', ');
			const prepared = preparedAct({
				here: await pages.here(),
				subjects: [subject],
				words: [`give ${named} to ${nameOf(subject)}`],
			});
			return {
				...prepared,
				targets: [...prepared.targets, ...artifacts.map((value) => ({ kind: 'artifact', value }) as const)],
			};
		}),

	run: ({ ref, artifacts }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			await pages.act({ action: 'upload', ref, values: artifacts }, await filesOf(artifacts, call));
			return await show(pages);
		}),

	render: (page) => renderPage(page),
});
