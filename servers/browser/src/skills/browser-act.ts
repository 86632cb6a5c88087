import { type Call, defineSkill, Fault } from '@switchboard/kit';
import { z } from 'zod';
import { nameOf, preparedAct, subjectsOf } from '../acting.ts';
import type { BrowserPorts, Pages, UploadFile } from '../ports.ts';
import { renderPage, ShownPage, show } from '../shown.ts';
import { Step, stepInWords } from '../steps.ts';

const StepResult = z.object({
	ok: z.boolean(),
	fault: z.object({ kind: z.string(), message: z.string() }).optional(),
});
type StepResult = z.infer<typeof StepResult>;

export const browserAct = defineSkill({
	name: 'browser_act',
	title: 'Act on the page',
	description:
		'Carries out steps on the page in front, one after another, each when the page has done what the one before set going, and answers what came of each and what is there then. Stops at the first step that fails; steps after it are not tried. Files to upload are artifact URIs.',
	effect: 'execute',
	world: 'open',
	source: 'outside',
	input: z.strictObject({ steps: z.array(Step).min(1).max(50).describe('In the order to be done') }),
	output: ShownPage.extend({ steps: z.array(StepResult) }),
	examples: [
		'Fill in the form on the page and send it',
		'Tick both boxes, choose "Express" and press Continue',
		'Drag the card to the Done column',
	],

	prepare: ({ steps }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			const here = await pages.here();
			const refs = steps.flatMap(({ ref, to }) => [ref, to].filter((one) => one !== undefined));
			const subjects = await subjectsOf(pages, refs);
			const name = (ref: string): string => {
				const subject = subjects.get(ref);
				return subject === undefined ? `[${ref}], which is not there now` : nameOf(subject);
			};
			const prepared = preparedAct({
				here,
				subjects: [...subjects.values()],
				words: steps.map((step) => stepInWords(step, name)),
			});
			const files = steps.flatMap((step) => (step.action === 'upload' ? (step.values ?? []) : []));
			return {
				...prepared,
				targets: [...prepared.targets, ...files.map((value) => ({ kind: 'artifact', value }) as const)],
			};
		}),

	run: ({ steps }, { browser }: BrowserPorts, call) =>
		browser.use(call, async (pages) => {
			const results: StepResult[] = [];
			let failure: Fault | undefined;
			for (const step of steps) {
				failure = await tried(pages, step, call);
				results.push(
					failure === undefined ? { ok: true } : { ok: false, fault: { kind: failure.kind, message: failure.message } },
				);
				if (failure !== undefined) break;
				call.progress(`${results.length} of ${steps.length} steps done`, results.length, steps.length);
			}
			const shown = await show(pages).catch((error: unknown) => {
				// Where the step took the page with it, its own failure says more.
				throw failure ?? error;
			});
			return { ...shown, steps: results };
		}),

	render(page) {
		const done = page.steps.filter(({ ok }) => ok).length;
		const failed = page.steps.find(({ ok }) => !ok)?.fault;
		const outcome = `${done} steps done${failed === undefined ? '' : `; step ${done + 1} failed: ${failed.kind}: ${failed.message}`}`;
		return `${outcome}\n${renderPage(page)}`;
	},
});

async function tried(pages: Pages, step: Step, call: Call): Promise<Fault | undefined> {
	try {
		await pages.act(step, step.action === 'upload' ? await filesOf(step.values ?? [], call) : []);
		return undefined;
	} catch (error) {
		if (!(error instanceof Fault) || error.kind === 'cancelled') throw error;
		return error;
	}
}

export async function filesOf(uris: readonly string[], { artifacts }: Call): Promise<readonly UploadFile[]> {
	return await Promise.all(uris.map((uri) => artifacts.resolve(uri)));
}
