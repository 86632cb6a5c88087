import { Fault } from '@switchboard/kit/fault';
import { commandLine } from '../command-line.ts';
import type { Entry } from '../gateway.ts';
import { defineCommand } from './command.ts';
import { table } from './table.ts';
import { oneLine } from './words.ts';

export const skills = defineCommand({
	name: 'skills',
	summary: 'List the Skills, or show one',
	usage: '[skill] [--agent NAME]',
	example: 'fs_read',
	options: { agent: { type: 'string', value: 'NAME', about: 'Only those of this Agent' } },
	async run({ args, values, out, daemon }) {
		const [name] = args;
		const control = await daemon();
		const entries = await control.request('skills', values.agent === undefined ? {} : { agent: values.agent });
		if (values.agent !== undefined && entries.length === 0)
			throw new Fault('not_found', `No Agent named ${oneLine(values.agent, 40)} offers a Skill.`, {
				hint: `The Agents: ${commandLine('agents')}`,
			});
		if (name === undefined) {
			out.result(entries, () => table([['SKILL', 'AGENT', 'EFFECT', 'WHAT IT DOES'], ...entries.map(rowOf)]));
			return undefined;
		}
		const entry = entries.find((one) => one.name === name);
		if (entry === undefined)
			throw new Fault('not_found', `There is no Skill named ${name}.`, { hint: `List them: ${commandLine('skills')}` });
		out.result(entry, () => entryText(entry));
		return undefined;
	},
});

function rowOf({ name, agent, card }: Entry): readonly string[] {
	return [name, agent, card.effect, oneLine(card.title || card.description, 80)];
}

function entryText({ name, agent, card }: Entry): string {
	const required = Array.isArray(card.inputSchema.required) ? card.inputSchema.required : [];
	const properties = Object.entries((card.inputSchema.properties ?? {}) as Record<string, { description?: string }>);
	return [
		`${name}: ${oneLine(card.title)} (${agent}, ${card.effect}, ${card.world} world${card.reversible ? ', can be undone' : ''})`,
		oneLine(card.description, 1_000),
		'',
		table(
			properties.map(([input, { description = '' }]) => [
				`  ${input}${required.includes(input) ? '' : '?'}`,
				oneLine(description),
			]),
		),
		'',
		...card.examples.map((example) => `  “${oneLine(example)}”`),
	].join('\n');
}
