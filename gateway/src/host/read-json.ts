import type { IncomingMessage } from 'node:http';

/** The JSON body of a request; throws where it is larger than `limit` bytes or no JSON. */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
	const chunks: Buffer[] = [];
	let size = 0;
	// Left open, since a refusal has to go back over the same connection.
	for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > limit) throw new RangeError(`The body is larger than ${limit} bytes.`);
		chunks.push(chunk);
	}
	return JSON.parse(Buffer.concat(chunks, size).toString('utf8'));
}
