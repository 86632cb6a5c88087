import { commandLine } from '../command-line.ts';
import { isUnreachable } from '../daemon/unreachable.ts';
import { defineCommand } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { ago, counted } from './words.ts';

export const status = defineCommand({
	name: 'status',
	summary: 'Say whether the daemon runs, and what it serves',
	usage: '',
	example: '',
	options: {},
	async run({ home, out, daemon }) {
		const control = await daemon({ start: false }).catch((error: unknown) => {
			if (isUnreachable(error)) return error;
			throw error;
		});
		if (isUnreachable(control)) {
			const { state, message, hint } = control;
			out.result({ state: state === 'absent' ? 'stopped' : state, home }, `${message} ${hint}\nHome: ${home}`);
			return exitCodes.unreachable;
		}
		const found = await control.request('status', {});
		out.result(found, () =>
			[
				`Switchboard ${found.version} is ${found.state}: process ${found.pid}, started ${ago(found.startedAt)}.`,
				`${counted(found.hosts, 'host')} connected, ${counted(found.sessions, 'Session')}, ${counted(found.waiting, 'question')} open${found.waiting > 0 ? ` (${commandLine('approvals')})` : ''}.`,
				`Agents: ${found.agents.map(({ name, state }) => `${name} ${state}`).join(', ') || 'none'}.`,
				`HTTP:   ${found.urls?.mcp} (legacy ${found.urls?.sse}); bearer token in ${home}/token`,
				`Home:   ${home}`,
			].join('\n'),
		);
		return undefined;
	},
});
