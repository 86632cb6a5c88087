import type { AuditRecord } from '../gateway.ts';
import { type CommandContext, defineCommand } from './command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { subcommand } from './subcommand.ts';
import { table } from './table.ts';
import { usageFault, wholeNumber } from './usage.ts';
import { counted, moment, oneLine } from './words.ts';

const statuses = ['done', 'failed', 'denied', 'pending', 'cancelled', 'unknown'] as const;

const options = {
	follow: { type: 'boolean', short: 'f', about: 'tail: go on as calls are made' },
	lines: { type: 'string', short: 'n', value: 'COUNT', about: 'tail: how many to begin with (default 20)' },
	agent: { type: 'string', value: 'NAME', about: 'query: calls of this Agent' },
	skill: { type: 'string', value: 'NAME', about: 'query: calls of this Skill' },
	status: { type: 'string', value: 'STATUS', about: `query: ${statuses.join(', ')}` },
	session: { type: 'string', value: 'ID', about: 'query: calls of this Session' },
	since: {
		type: 'string',
		value: 'WHEN',
		about: 'query: calls since a moment (2026-11-22T10:00Z) or for a span (10m, 2h, 7d)',
	},
	limit: { type: 'string', value: 'COUNT', about: 'query: at most this many' },
} as const;
type Context = CommandContext<typeof options>;

export const audit = defineCommand({
	name: 'audit',
	summary: 'Follow, search or verify the record of all calls',
	usage: '[tail | query | verify]',
	example: 'query --agent fs-shell --status done --since 2h',
	options,
	run: (context) => subcommand(context, { tail, query, verify }),
});

async function tail({ values, out, daemon, signal }: Context): Promise<undefined> {
	const count = values.lines === undefined ? 20 : wholeNumber(values.lines, 'lines', 10_000);
	const control = await daemon();
	if (values.follow !== true) return show(out, await control.request('audit.tail', { count }));
	await control.request(
		'audit.follow',
		{ count },
		{
			signal,
			onEvent(event) {
				if (event.event !== 'record') return;
				if (out.json) out.jsonLine(event.data);
				else out.line(rowOf(event.data).join('  '));
			},
		},
	);
}

async function query({ values, out, daemon }: Context): Promise<undefined> {
	const { agent, skill, session } = values;
	const status = statuses.find((known) => known === values.status);
	if (values.status !== undefined && status === undefined)
		throw usageFault(`--status is one of ${statuses.join(', ')}.`);
	const since = values.since === undefined ? undefined : moment(values.since);
	if (values.since !== undefined && since === undefined)
		throw usageFault('--since takes a moment (2026-11-22T10:00Z) or a span (90s, 10m, 2h, 7d).');
	const limit = values.limit === undefined ? undefined : wholeNumber(values.limit, 'limit', 100_000);
	const control = await daemon();
	show(
		out,
		await control.request('audit.query', {
			...(agent !== undefined && { agent }),
			...(skill !== undefined && { skill }),
			...(session !== undefined && { session }),
			...(status !== undefined && { status }),
			...(since !== undefined && { since }),
			...(limit !== undefined && { limit }),
		}),
	);
}

async function verify({ out, daemon }: Context): Promise<ExitCode> {
	const verdict = await (await daemon()).request('audit.verify', {});
	const { records, brokenAt } = verdict;
	out.result(
		verdict,
		brokenAt === undefined
			? `${counted(records, 'record')}, the chain is whole.`
			: `The chain is broken at record ${brokenAt} of ${records}.`,
	);
	return brokenAt === undefined ? exitCodes.ok : exitCodes.failed;
}

function show(out: Context['out'], records: readonly AuditRecord[]): undefined {
	out.result(records, () =>
		table([['SEQ', 'AT', 'HOST', 'AGENT', 'SKILL', 'EFFECT', 'DECISION', 'STATUS', 'MS'], ...records.map(rowOf)]),
	);
}

function rowOf({ seq, at, host, agent, skill, effect, decision, status, fault, ms }: AuditRecord): readonly string[] {
	return [
		String(seq),
		at,
		oneLine(host, 20),
		agent,
		oneLine(skill, 40),
		effect,
		decision,
		fault === undefined ? status : `${status} (${fault})`,
		String(ms),
	];
}
