import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { digestOf } from '@switchboard/kit/digest';
import type { Target } from '@switchboard/kit/effect';
import type { Card, Prepared } from '@switchboard/kit/wire';

/** What a Call would do where its Card and inputs say it all, and nobody needs to be asked. */
export function preparedByCard(
	card: Card,
	args: Readonly<Record<string, unknown>>,
	roots: readonly string[],
): Prepared {
	return {
		effect: card.effect,
		targets: targetsOf(card, args, roots),
		preview: previewOf(card, args),
		reversible: card.reversible,
		digest: digestOf({ card, args }),
	};
}

function targetsOf(card: Card, args: Readonly<Record<string, unknown>>, roots: readonly string[]): Target[] {
	return Object.entries(card.targets).flatMap(([input, kind]) =>
		[args[input]]
			.flat()
			.filter((value) => value !== undefined && value !== null)
			.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
			.map((value) => ({ kind, value: kind === 'path' ? wholePath(value, roots) : value })),
	);
}

/** Grants name paths, so `..`, `~` and relative paths are resolved before one is compared. */
function wholePath(path: string, roots: readonly string[]): string {
	return path.startsWith('~') ? resolve(homedir(), `.${path.slice(1)}`) : resolve(roots[0] ?? '/', path);
}

function previewOf(card: Card, args: Readonly<Record<string, unknown>>): string {
	const template = card.confirm;
	if (template === undefined) return JSON.stringify(args, null, 2);
	return template.replaceAll(/\{(\w+)\}/g, (_, input: string) => {
		const value = args[input];
		return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
	});
}
