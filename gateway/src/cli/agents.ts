import { defineCommand } from './command.ts';
import { table } from './table.ts';
import { oneLine } from './words.ts';

export const agents = defineCommand({
	name: 'agents',
	summary: 'List the Agents and how they are',
	usage: '',
	example: '',
	options: {},
	async run({ out, daemon }) {
		const control = await daemon();
		const list = await control.request('agents', {});
		out.result(list, () =>
			table([
				['AGENT', 'STATE', 'SKILLS', 'PID', 'RESTARTS', 'TITLE'],
				...list.map(({ name, state, skills, pid, restarts, title, error }) => [
					name,
					out.style(state === 'failed' ? 'red' : state === 'ready' ? 'green' : 'dim', state),
					String(skills),
					String(pid ?? '-'),
					String(restarts),
					oneLine(error === undefined ? title : `${title}: ${error}`),
				]),
			]),
		);
		return undefined;
	},
});
