import type { Decision } from '../gateway.ts';
import { defineCommand } from './command.ts';
import type { Output } from './output.ts';
import { table } from './table.ts';
import { usageFault } from './usage.ts';
import { oneLine } from './words.ts';

export const route = defineCommand({
	name: 'route',
	summary: 'Say which Agent and Skill an instruction would go to, and do nothing',
	usage: '<instruction…> [--explain]',
	example: '"remind me to call Ann" --explain',
	options: { explain: { type: 'boolean', short: 'e', about: 'Also the runners-up, their scores and the reasons' } },
	async run({ args, values, out, daemon }) {
		const instruction = args.join(' ').trim();
		if (instruction === '') throw usageFault('It needs an instruction.');
		const control = await daemon();
		const routed = await control.request('route', { instruction });
		out.result(routed, () =>
			routed.map(({ text, decision }) => routeText(text, decision, values.explain === true, out)).join('\n\n'),
		);
		return undefined;
	},
});

function routeText(text: string, decision: Decision, explain: boolean, { style }: Output): string {
	const { kind, confidence, candidates, agents, reasons } = decision;
	const [best] = candidates;
	const chosen = {
		route: best === undefined ? 'nothing' : `${style('bold', best.entry.name)} of ${best.entry.agent}`,
		clarify: `one of ${candidates
			.slice(0, 3)
			.map(({ entry }) => entry.name)
			.join(', ')}`,
		none: 'nothing here does this',
	}[kind];
	const head = `“${oneLine(text)}”\n→ ${chosen} (${Math.round(confidence * 100)} % sure)`;
	if (!explain) return head;
	const rows = candidates
		.slice(0, 8)
		.map((candidate) => [
			`  ${candidate.entry.name}`,
			candidate.entry.agent,
			candidate.score.toFixed(3),
			oneLine(candidate.reasons.join('; ')),
		]);
	return [
		head,
		...reasons.map((reason) => `  ${oneLine(reason, 160)}`),
		table(rows),
		`  Agents: ${agents.map(({ agent, score }) => `${agent} ${score.toFixed(3)}`).join(', ')}`,
	].join('\n');
}
