import { type CommandContext, defineCommand } from './command.ts';
import { resultLine } from './job-text.ts';
import { subcommand } from './subcommand.ts';
import { table } from './table.ts';
import { theOne } from './usage.ts';
import { ago, oneLine } from './words.ts';

export const sessions = defineCommand({
	name: 'sessions',
	summary: 'List, show or close Sessions',
	usage: '[list | show <id> | close <id>]',
	example: 'list',
	options: {},
	run: (context) => subcommand(context, { list, show, close }),
});

async function list({ out, daemon }: CommandContext): Promise<undefined> {
	const all = await (await daemon()).request('sessions.list', {});
	out.result(all, () =>
		table([
			['SESSION', 'HOST', 'USED', 'FOLDER'],
			...all.map(({ id, host, lastUsedAt, folder }) => [id, oneLine(host, 30), ago(lastUsedAt), folder ?? '-']),
		]),
	);
}

async function show({ args, out, daemon }: CommandContext): Promise<undefined> {
	const shown = await (await daemon()).request('sessions.show', { id: theOne(args, 'a Session’s id') });
	const { session, artifacts, jobs, calls } = shown;
	out.result(shown, () =>
		[
			`${session.id}: ${oneLine(session.host)} of ${session.principal}, in ${session.folder ?? 'no folder'}`,
			`opened ${ago(session.createdAt)}, used ${ago(session.lastUsedAt)}`,
			...jobs.map((job) => `job   ${resultLine(job)}`),
			...artifacts.map(({ uri, name, size }) => `file  ${oneLine(name)}, ${size} bytes: ${uri}`),
			...calls.map(({ at, skill, status, ms }) => `call  ${ago(at)} ${skill}: ${status}, ${ms} ms`),
		].join('\n'),
	);
}

async function close({ args, out, daemon }: CommandContext): Promise<undefined> {
	const session = await (await daemon()).request('sessions.close', { id: theOne(args, 'a Session’s id') });
	out.result(session, `Closed ${session.id}; what was kept for it is gone.`);
}
