import { Fault } from '@switchboard/kit/fault';
import { faultResult, type SkillResult } from '@switchboard/kit/perform';
import { z } from 'zod';
import type { Job } from '../gateway.ts';
import { envelopeResult } from './ask-tool.ts';
import type { Ask } from './asks.ts';
import type { OwnTool, OwnToolContext } from './own-tools.ts';

const jobId = z
	.string()
	.min(1)
	.max(100)
	.describe('The id that the held call or the running instruction was answered with');
const byJob = z.strictObject({ job: jobId });

const JobView = z.object({
	job: z.string(),
	skill: z.string(),
	state: z.enum(['waiting', 'running', 'done', 'failed', 'denied', 'expired', 'cancelled', 'unknown']),
	createdAt: z.string(),
	settledAt: z.string().optional(),
	agent: z.string().optional(),
});
type JobView = z.infer<typeof JobView>;

const reading = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

export const jobStatus: OwnTool<typeof byJob> = {
	name: 'job_status',
	title: 'State of a job',
	description:
		'Tells whether a call that goes on without its caller waits for its owner, runs, or is settled. job_result has the outcome.',
	annotations: reading,
	input: byJob,
	output: JobView,
	run: async ({ job }, context) => viewResult(viewOf(await lookUp(job, 0, context))),
};

const resultInput = z.strictObject({
	job: jobId,
	waitSeconds: z
		.number()
		.min(0)
		.max(3_600)
		.optional()
		.describe('How long to wait for it to settle; as long as the host allows where absent'),
});

export const jobResult: OwnTool<typeof resultInput> = {
	name: 'job_result',
	title: 'Result of a job',
	description:
		'Waits for a call that goes on without its caller and returns its result, as the call itself would have. Where it is not settled in time, returns its state; ask again then.',
	annotations: reading,
	input: resultInput,
	output: JobView.extend({
		output: z.record(z.string(), z.unknown()).optional().describe('The structured result of the call'),
	}),
	async run({ job, waitSeconds }, context) {
		const { patience } = context.host;
		const found = await lookUp(job, Math.min(patience, (waitSeconds ?? patience / 1000) * 1000), context);
		const result = resultOf(found);
		if (result === undefined) return viewResult(viewOf(found));
		const { structuredContent, ...rest } = result;
		return {
			...rest,
			structuredContent: { ...viewOf(found), ...(structuredContent !== undefined && { output: structuredContent }) },
		};
	},
};

export const jobCancel: OwnTool<typeof byJob> = {
	name: 'job_cancel',
	title: 'Cancel a job',
	description:
		'Ends a call that goes on without its caller: one that waits is never run, one that runs is told to stop. What has been done already stays done.',
	annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
	input: byJob,
	output: JobView.extend({ cancelled: z.boolean() }),
	async run({ job }, context) {
		const { gateway, asks, session } = context;
		await lookUp(job, 0, context);
		const cancelled = asks.cancel(job, session.id) || gateway.jobs.cancel(job, session.id);
		const view = viewOf(await lookUp(job, 1_000, context));
		return {
			content: [
				{
					type: 'text',
					text: cancelled ? `Job ${job} was told to stop.` : `Job ${job} was settled already: ${view.state}.`,
				},
			],
			structuredContent: { ...view, cancelled },
		};
	},
};

/** A job or an instruction of this Session, waited for up to `ms`. */
async function lookUp(id: string, ms: number, { gateway, asks, session }: OwnToolContext): Promise<Job | Ask> {
	const found = (await asks.wait(id, session.id, ms)) ?? (await gateway.jobs.wait(id, ms, session.id));
	if (found !== undefined) return found;
	throw new Fault('not_found', 'There is no job of this id in this Session.', {
		hint: 'The id stands in the answer that spoke of the job.',
	});
}

function viewOf(found: Job | Ask): JobView {
	const { id, state, createdAt, settledAt } = found;
	const about = 'skill' in found ? { skill: found.skill, agent: found.agent } : { skill: 'ask' };
	return { job: id, ...about, state, createdAt, ...(settledAt !== undefined && { settledAt }) };
}

function resultOf(found: Job | Ask): SkillResult | undefined {
	if ('skill' in found) return found.result;
	if (found.fault !== undefined) return faultResult(found.fault);
	return found.envelope && envelopeResult(found.envelope);
}

const explanations: Readonly<Record<JobView['state'], string>> = {
	waiting: 'waits for its owner to approve it',
	running: 'is running',
	done: 'is done',
	failed: 'has failed',
	denied: 'was refused by its owner',
	expired: 'was not answered in time and will not run',
	cancelled: 'was cancelled',
	unknown: 'was interrupted; whether it had its effect is not known',
};

function viewResult(view: JobView): SkillResult {
	return {
		content: [{ type: 'text', text: `Job ${view.job} (${view.skill}) ${explanations[view.state]}.` }],
		structuredContent: view,
	};
}
