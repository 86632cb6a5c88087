import type { StepResult } from '../results/aggregate.ts';
import type { Earlier } from './findings.ts';

/** A Run that asked a question, and what it had done by then. */
export interface OpenRun {
	readonly run: string;
	readonly instruction: string;
	/** How many of the understood steps are behind it. */
	readonly behind: number;
	readonly results: readonly StepResult[];
	readonly earlier: readonly Earlier[];
}

/** What is kept of each Session, so that "that file" means something and an answer goes on where it was asked. */
export interface Memory {
	/** Oldest first. */
	recall(session: string): readonly Earlier[];
	remember(session: string, earlier: readonly Earlier[]): void;
	/** The Run whose question this instruction answers. */
	openRun(session: string, instruction: string): OpenRun | undefined;
	leaveOpen(session: string, run: OpenRun | undefined): void;
	forget(session: string): void;
}

const limits = { sessions: 200, steps: 12, textCharacters: 20_000, structuredBytes: 200_000 };

interface Kept {
	earlier: readonly Earlier[];
	open: OpenRun | undefined;
}

export function createMemory(): Memory {
	const sessions = new Map<string, Kept>();

	/** The Session used last is forgotten last. */
	function touch(session: string): Kept {
		const kept = sessions.get(session) ?? { earlier: [], open: undefined };
		sessions.delete(session);
		sessions.set(session, kept);
		for (const oldest of sessions.keys()) {
			if (sessions.size <= limits.sessions) break;
			sessions.delete(oldest);
		}
		return kept;
	}

	return {
		recall: (session) => sessions.get(session)?.earlier ?? [],
		remember(session, earlier) {
			const kept = touch(session);
			kept.earlier = [...kept.earlier, ...earlier.filter(({ status }) => status === 'done').map(bounded)].slice(
				-limits.steps,
			);
		},
		openRun(session, instruction) {
			const open = sessions.get(session)?.open;
			return open?.instruction === instruction ? open : undefined;
		},
		leaveOpen(session, run) {
			touch(session).open = run;
		},
		forget: (session) => void sessions.delete(session),
	};
}

/** A large result is remembered by its text alone, and that not whole. */
function bounded(earlier: Earlier): Earlier {
	const { structured, text, ...rest } = earlier;
	const isSmall = structured !== undefined && JSON.stringify(structured).length <= limits.structuredBytes;
	return {
		...rest,
		step: undefined,
		structured: isSmall ? structured : undefined,
		text: text.slice(0, limits.textCharacters),
	};
}
