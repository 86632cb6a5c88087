import type { ReadRequest } from '../page/reading.ts';
import type { ReadText } from '../ports.ts';
import { isDocumentGone } from './gone.ts';
import type { Tab } from './tab.ts';
import type { World } from './world.ts';

const mostFrames = 20;
/** A frame with less to say is a button, a counter or a picture. */
const leastWorthReading = 80;

/** A document's text, with that of the frames that can be seen in it behind. */
export async function readIn(tab: Tab, request: ReadRequest, start?: World): Promise<ReadText> {
	const all = await tab.worlds.all();
	const parts: string[] = [];
	let hidden = 0;
	let isCut = false;

	async function read(world: World, asked: ReadRequest, head: string): Promise<void> {
		await world.prepareReading();
		const reading = await world.call('read', asked);
		hidden += reading.hidden;
		isCut ||= reading.isCut;
		if (head === '' || reading.text.length >= leastWorthReading) parts.push(`${head}${reading.text}`);
		for (let index = 0; index < reading.frames; index += 1) {
			if (parts.length >= mostFrames) return;
			const inner = await frameOf(world, index);
			if (inner !== undefined)
				await read(inner, { format: asked.format, isMainOnly: false }, headOf(inner)).catch(ignoreGone);
		}
	}

	async function frameOf(world: World, index: number): Promise<World | undefined> {
		const frameId = await world.frameAt(index, 'frameRead');
		return all.find(({ frame }) => frame.id === frameId);
	}

	await read(start ?? all[0], request, '');
	return { text: parts.join('\n\n'), hidden, isCut };
}

function headOf({ frame }: World): string {
	const origin = URL.parse(frame.url)?.origin;
	return `--- frame${origin === undefined || origin === 'null' ? '' : ` of ${origin}`} ---\n`;
}

function ignoreGone(error: unknown): void {
	if (!isDocumentGone(error)) throw error;
}
