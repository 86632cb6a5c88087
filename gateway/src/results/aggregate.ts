import { fence } from '@switchboard/kit/outside';
import type { Envelope, Step } from '../gateway.ts';
import { excerpt, oneLine } from './excerpt.ts';

/** A Step with what its Call brought, as the Envelope is made from it. */
export interface StepResult {
	readonly step: Step;
	/** The result as text, without fences. */
	readonly text: string;
	/** Whose words the text holds. */
	readonly source: 'own' | 'outside';
	readonly needs: NonNullable<Envelope['needs']>;
}

export interface Aggregate {
	readonly run: string;
	readonly results: readonly StepResult[];
	readonly by: Envelope['by'];
	readonly usage?: Envelope['usage'];
	/** Said before all else, such as why no model answered. */
	readonly note?: string;
	/** The model's own words, where one answered. */
	readonly said?: string;
}

/** Most characters an answer quotes of one result, of the last or only one, and of all together. */
const quoteLimits = { each: 600, last: 4_000, all: 12_000 };

/** One Envelope from all Steps: what was asked for, what came of it, and from whom. */
export function aggregate({ run, results, by, usage, note, said }: Aggregate): Envelope {
	const steps = results.map(({ step }) => step);
	const needs = results.flatMap((result) => result.needs);
	return {
		run,
		answer: [note, said ?? answerOf(results)].filter((part) => part !== undefined && part !== '').join('\n\n'),
		status: statusOf(steps, said !== undefined),
		steps,
		provenance: provenanceOf(results),
		...(needs.length > 0 && { needs }),
		by,
		...(usage !== undefined && { usage }),
	};
}

/** What the Steps come to together; a yes that is still to be given holds up what hangs on it, not what is done. */
export function statusOf(steps: readonly Step[], answered = false): Envelope['status'] {
	const has = (...statuses: readonly Step['status'][]) => steps.some(({ status }) => statuses.includes(status));
	const isBroken = has('failed', 'denied', 'cancelled', 'unknown');
	if (has('pending') && !isBroken) return 'pending';
	if (has('needs_input') && !has('done') && !isBroken) return 'needs_input';
	if (steps.every(({ status }) => status === 'done')) return steps.length > 0 || answered ? 'done' : 'none';
	if (has('done')) return 'partial';
	if (has('pending')) return 'pending';
	return isBroken ? 'failed' : has('needs_input') ? 'needs_input' : 'none';
}

/** Only what really ran. */
function provenanceOf(results: readonly StepResult[]): Envelope['provenance'] {
	const agents = new Map<string, { skills: Set<string>; source: 'own' | 'outside' }>();
	for (const { step, source } of results) {
		const { agent, skill, status } = step;
		if (agent === undefined || skill === undefined || !(status === 'done' || status === 'unknown')) continue;
		const known = agents.get(agent) ?? { skills: new Set<string>(), source: 'own' as const };
		known.skills.add(skill);
		agents.set(agent, { ...known, source: source === 'outside' ? 'outside' : known.source });
	}
	return [...agents].map(([agent, { skills, source }]) => ({ agent, skills: [...skills], source }));
}

function answerOf(results: readonly StepResult[]): string {
	const [only] = results;
	if (results.length === 1 && only !== undefined)
		return (only.step.status === 'done' && quoteOf(only, quoteLimits.last)) || only.step.summary;
	let left = quoteLimits.all;
	const parts = results.map((result, at) => {
		const { step } = result;
		const head = `${at + 1}. ${step.summary}`;
		if (step.status !== 'done' || !isWorthQuoting(result) || left <= 0) return head;
		const quote = quoteOf(result, Math.min(left, at === results.length - 1 ? quoteLimits.last : quoteLimits.each));
		left -= quote.length;
		return `${head}\n${quote}`;
	});
	const between = parts.some((part) => part.includes('\n')) ? '\n\n' : '\n';
	return [unfinished(results), ...parts].filter((part) => part !== '').join(between);
}

/** A result that its summary already tells is not told twice. */
function isWorthQuoting({ step, text, source }: StepResult): boolean {
	return text !== '' && (source === 'outside' || !step.summary.includes(oneLine(text, text.length)));
}

function quoteOf({ text, source }: StepResult, limit: number): string {
	const cut = excerpt(text, limit);
	return source === 'outside' && cut !== '' ? fence(cut).text : cut;
}

/** What was not done is said first. */
function unfinished(results: readonly StepResult[]): string {
	const open = results.flatMap(({ step }, at) => (step.status === 'done' ? [] : [at + 1]));
	if (open.length === 0 || open.length === results.length) return '';
	return `${results.length - open.length} of ${results.length} steps are done; not done: ${open.join(', ')}.`;
}
