import type { Response } from 'undici';
import { Fault } from './fault.ts';

/** A response's body that fails instead of going past `limit` bytes; `failed` words what else may break it. */
export function boundedBody(
	{ body, headers }: Response,
	origin: string,
	limit: number,
	failed: (error: unknown) => unknown,
): ReadableStream<Uint8Array> | null {
	if (body === null) return null;
	const tooLarge = (): Fault =>
		new Fault('too_large', `The answer of ${origin} is larger than ${limit} bytes.`, { hint: 'Ask for less of it.' });
	if (Number(headers.get('content-length') ?? 0) > limit) {
		body.cancel().catch(() => {});
		throw tooLarge();
	}
	const reader = body.getReader();
	let size = 0;
	return new ReadableStream<Uint8Array>({
		async pull(controller) {
			try {
				const { done, value } = await reader.read();
				if (done) return void controller.close();
				size += value.byteLength;
				if (size > limit) throw tooLarge();
				controller.enqueue(value);
			} catch (error) {
				reader.cancel().catch(() => {});
				controller.error(failed(error));
			}
		},
		cancel: (reason) => reader.cancel(reason),
	});
}
