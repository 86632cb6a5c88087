import type { StepResult } from '../results/aggregate.ts';
import { uncalled } from './run-step.ts';
import { needsOf, questionsOf } from './run-steps.ts';
import type { Understood } from './understand.ts';

/**
 * What has to be known before anything runs. A question is asked first, so that no step is done
 * for an instruction whose other half turns out to be unclear.
 */
export function openQuestions(understood: readonly Understood[]): readonly StepResult[] | undefined {
	const asked = understood.map(questionOf);
	if (asked.every((question) => question === undefined)) return undefined;
	return understood.map(
		(step, at) =>
			asked[at]?.(at) ??
			uncalled(step, step.entry, 'skipped', 'Waits for what is asked.', { args: step.filling?.args ?? {} }),
	);
}

function questionOf(step: Understood): ((at: number) => StepResult) | undefined {
	const { decision, entry, filling, hold } = step;
	if (hold !== undefined) return undefined;
	if (decision.kind === 'clarify') {
		const choices = decision.candidates.slice(0, 3).map(({ entry: { name } }) => name);
		const question = `Which Skill is meant: ${decision.candidates
			.slice(0, 3)
			.map(({ entry: one }) => `${one.name} (${one.card.title})`)
			.join(', ')}?`;
		return (at) =>
			uncalled(step, undefined, 'needs_input', question, { needs: [{ step: at, input: 'skill', question, choices }] });
	}
	if (entry === undefined || filling === undefined || filling.needs.length === 0) return undefined;
	return (at) =>
		uncalled(step, entry, 'needs_input', questionsOf(filling.needs), {
			args: filling.args,
			needs: needsOf(filling.needs, at),
		});
}
