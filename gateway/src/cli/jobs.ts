import { type CommandContext, defineCommand } from './command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { exitCodeOfJob, jobText } from './job-text.ts';
import { subcommand } from './subcommand.ts';
import { table } from './table.ts';
import { theOne, wholeNumber } from './usage.ts';
import { ago } from './words.ts';

const options = {
	session: { type: 'string', value: 'ID', about: 'list: only those of this Session' },
	timeout: { type: 'string', value: 'SECONDS', about: 'wait: give up after this long (default: never)' },
} as const;
type Context = CommandContext<typeof options>;

export const jobs = defineCommand({
	name: 'jobs',
	summary: 'List, show, wait for or cancel calls that go on without their caller',
	usage: '[list | show <id> | wait <id> | cancel <id>]',
	example: 'wait job_0123456789abcdef0123 --timeout 60',
	options,
	run: (context) => subcommand(context, { list, show, wait, cancel }),
});

async function list({ values, out, daemon }: Context): Promise<undefined> {
	const all = await (await daemon()).request(
		'jobs.list',
		values.session === undefined ? {} : { session: values.session },
	);
	out.result(all, () => {
		if (all.length === 0) return 'There are no jobs.';
		return table([
			['JOB', 'SKILL', 'AGENT', 'STATE', 'FROM'],
			...all.map(({ id, skill, agent, state, createdAt }) => [id, skill, agent, state, ago(createdAt)]),
		]);
	});
}

async function show({ args, out, daemon }: Context): Promise<undefined> {
	const job = await (await daemon()).request('jobs.show', { id: theOne(args, 'a job’s id') });
	out.result(job, () => jobText(job));
}

async function wait({ args, values, out, daemon, signal }: Context): Promise<ExitCode> {
	const ms = values.timeout === undefined ? {} : { ms: wholeNumber(values.timeout, 'timeout') * 1000 };
	const control = await daemon();
	out.progress('waiting…');
	const job = await control.request('jobs.wait', { id: theOne(args, 'a job’s id'), ...ms }, { signal });
	out.result(job, () => jobText(job));
	return exitCodeOfJob(job);
}

async function cancel({ args, out, daemon }: Context): Promise<ExitCode> {
	const { cancelled, job } = await (await daemon()).request('jobs.cancel', { id: theOne(args, 'a job’s id') });
	out.result({ cancelled, job }, cancelled ? 'It was told to stop.' : `It was settled already: ${job?.state}.`);
	return cancelled ? exitCodes.ok : exitCodes.failed;
}
