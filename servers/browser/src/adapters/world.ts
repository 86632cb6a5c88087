import type { CDPSession } from 'playwright-core';
import type { PageApi } from '../page/page.ts';
import { documentGone, isDocumentGone } from './gone.ts';
import { pageGlobal, pageScript, readingScript } from './page-script.ts';

type Answer<Name extends keyof PageApi> = Promise<Awaited<ReturnType<PageApi[Name]>>>;

/** A frame and the document in it, as the DevTools protocol names them. */
export interface FrameDocument {
	readonly id: string;
	/** Another document in the same frame has another one. */
	readonly loaderId: string;
	/** The frame around it; absent for the page itself. */
	readonly parentId?: string;
	readonly url: string;
}

/** One document of a tab, reached through a world of our own in it, which its scripts cannot enter. */
export interface World {
	readonly frame: FrameDocument;
	readonly session: CDPSession;
	call<Name extends keyof PageApi>(name: Name, ...args: Parameters<PageApi[Name]>): Answer<Name>;
	/** Makes `read` answer. */
	prepareReading(): Promise<void>;
	/** The file input of a ref, as the DevTools protocol knows it. */
	fileInput(ref: string): Promise<string | undefined>;
	/** The frame whose element is the `index`th of the last outline, or of the last reading. */
	frameAt(index: number, of?: 'frameOutlined' | 'frameRead'): Promise<string | undefined>;
	/** Where a point of a frame in this document lies in this document. */
	outward(childFrameId: string, x: number, y: number): Answer<'outward'>;
}

export interface Entering {
	readonly channel: string;
	/** Gives up on a page that does not answer. */
	readonly bounded: <T>(work: Promise<T>) => Promise<T>;
	/** Execution contexts by document, so that each is entered once. */
	readonly entered: Map<string, Promise<number>>;
}

export function createWorld(frame: FrameDocument, session: CDPSession, { channel, bounded, entered }: Entering): World {
	const key = keyOf(frame);

	function enter(): Promise<number> {
		const entering = entered.get(key) ?? open();
		entered.set(key, entering);
		entering.catch(() => entered.delete(key));
		return entering;
	}

	async function open(): Promise<number> {
		const world = { frameId: frame.id, worldName: pageGlobal };
		const { executionContextId } = await session.send('Page.createIsolatedWorld', world);
		await run(executionContextId, pageScript(channel));
		return executionContextId;
	}

	async function run(contextId: number, expression: string): Promise<void> {
		const { exceptionDetails } = await session.send('Runtime.evaluate', { expression, contextId });
		if (exceptionDetails !== undefined) throw new Error('page script failed', { cause: exceptionDetails });
	}

	async function invoke(name: keyof PageApi, args: readonly object[], returnByValue = true) {
		try {
			const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
				functionDeclaration: `function (...args) { return globalThis.${pageGlobal}.${name}(...args); }`,
				executionContextId: await enter(),
				arguments: [...args],
				returnByValue,
				awaitPromise: true,
			});
			if (exceptionDetails === undefined) return result;
			throw new Error(`${name} failed in the page`, { cause: exceptionDetails });
		} catch (error) {
			if (!isDocumentGone(error)) throw error;
			entered.delete(key);
			throw documentGone(error);
		}
	}

	async function call<Name extends keyof PageApi>(name: Name, ...args: Parameters<PageApi[Name]>): Answer<Name> {
		const { value } = await bounded(
			invoke(
				name,
				args.map((arg) => ({ value: arg })),
			),
		);
		// The function of that name has answered.
		return value as Awaited<ReturnType<PageApi[Name]>>;
	}

	return {
		frame,
		session,
		call,
		prepareReading: async () => bounded(run(await enter(), readingScript())),
		fileInput: async (ref) => (await bounded(invoke('fileInput', [{ value: ref }], false))).objectId,
		async frameAt(index, of = 'frameOutlined') {
			const { objectId } = await bounded(invoke(of, [{ value: index }], false));
			if (objectId === undefined) return undefined;
			const { node } = await bounded(session.send('DOM.describeNode', { objectId }));
			return node.frameId;
		},
		async outward(frameId, x, y) {
			const { backendNodeId } = await bounded(session.send('DOM.getFrameOwner', { frameId }));
			const owner = { backendNodeId, executionContextId: await enter() };
			const { object } = await bounded(session.send('DOM.resolveNode', owner));
			const args = [{ objectId: object.objectId }, { value: x }, { value: y }];
			return (await bounded(invoke('outward', args))).value as Awaited<Answer<'outward'>>;
		},
	};
}

export function keyOf({ id, loaderId }: FrameDocument): string {
	return `${id} ${loaderId}`;
}
