// Writes docs/skills.md from the Agents' Cards: `npm run docs:skills`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Agent } from '@switchboard/kit';
import { cardOf } from '@switchboard/kit/skill';
import type { Card } from '@switchboard/kit/wire';
import { allAgents } from '../tests/support/agents.ts';

export const skillsFile = fileURLToPath(new URL('../docs/skills.md', import.meta.url));

type Schema = Readonly<Record<string, unknown>>;

/** The reference of all Skills, in Markdown. */
export function skillsDoc(agents: readonly Agent<never>[]): string {
	const lines = [
		'# Skills',
		'',
		'Generated from the Cards by `npm run docs:skills`; do not edit. An input with `?` may be left out.',
		'',
		...agents.map(
			({ name, title, skills }) => `- [${title}](#${anchorOf(title)}) (\`${name}\`): ${skills.length} Skills`,
		),
		...agents.flatMap(sectionOf),
	];
	return `${lines.join('\n')}\n`;
}

function sectionOf({ name, title, description, allow, skills }: Agent<never>): string[] {
	return [
		'',
		`## ${title}`,
		'',
		`${description} Started alone (\`switchboard-${name}\`) it does \`${allow.join('`, `')}\` unasked.`,
		'',
		'| Skill | What it does | Effect | Inputs | Outputs | For instance |',
		'|---|---|---|---|---|---|',
		...skills.map((skill) => rowOf(cardOf(skill))),
	];
}

function rowOf(card: Card): string {
	const cells = [
		`\`${card.name}\``,
		cell(card.description),
		effectOf(card),
		propertiesOf(card.inputSchema, true),
		propertiesOf(card.outputSchema ?? {}, false),
		card.examples.map((example) => `“${cell(example)}”`).join('<br>'),
	];
	return `| ${cells.join(' | ')} |`;
}

function effectOf({ effect, prepares, reversible, source, world }: Card): string {
	const more = [
		...(effect !== 'read' && reversible ? ['can be undone'] : []),
		...(prepares ? ['prepared first'] : []),
		...(world === 'open' ? ['open world'] : []),
		...(source === 'outside' ? ['words from outside'] : []),
	];
	return more.length === 0 ? effect : `${effect}<br>${more.join(', ')}`;
}

function propertiesOf(schema: Schema, withMeaning: boolean): string {
	const required = (schema.required as readonly string[] | undefined) ?? [];
	const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
	if (properties.length === 0) return '–';
	return properties
		.map(([name, property]) => {
			const label = `\`${name}${withMeaning && !required.includes(name) ? '?' : ''}\` ${typeOf(property)}`;
			return withMeaning && typeof property.description === 'string'
				? `${label}: ${cell(property.description)}`
				: label;
		})
		.join('<br>');
}

function typeOf(schema: Schema): string {
	if (Array.isArray(schema.enum)) return schema.enum.map((value) => `\`${value}\``).join(' or ');
	const choices = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
	if (choices !== undefined) return [...new Set(choices.map(typeOf))].join(' or ');
	if (schema.type === 'array') return `list of ${typeOf((schema.items ?? {}) as Schema)}`;
	return typeof schema.type === 'string' ? schema.type : 'any';
}

/** Text that stays within its cell. */
function cell(text: string): string {
	return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ').trim();
}

function anchorOf(title: string): string {
	return title
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
		.replaceAll(/\s/g, '-');
}

if (import.meta.main) {
	writeFileSync(skillsFile, skillsDoc(await allAgents()));
	process.stdout.write(`${skillsFile}\n`);
}
