type Json = Readonly<Record<string, unknown>>;

const string = { type: 'string' };
const integer = { type: 'integer' };
const strings = { type: 'array', items: string };
const point = { type: 'object', properties: { x: integer, y: integer }, additionalProperties: false };

function param(place: string, name: string, schema: Json, extra: Json = {}): Json {
	return { in: place, name, required: place === 'path', schema, ...extra };
}

function bodyOf(mediaType: string, schema: Json, extra: Json = {}): Json {
	return { required: true, content: { [mediaType]: { schema, ...extra } } };
}

function answers(schema: Json = {}): Json {
	return { 200: { description: 'done', content: { 'application/json': { schema } } } };
}

function operation(operationId: string, summary: string, about: Json = {}): Json {
	return { operationId, summary, responses: answers(), ...about };
}

const id = param('path', 'id', { type: 'integer', minimum: 1 });
const item = { $ref: '#/components/schemas/Item' };
const status = param('path', 'code', { type: 'integer', minimum: 400, maximum: 599 });

const items: Json = {
	'/v1/items': {
		get: operation('listItems', 'List the items in stock, a page at a time', {
			tags: ['items'],
			parameters: [
				param('query', 'limit', { type: 'integer', minimum: 1, maximum: 100 }),
				param('query', 'cursor', string),
				param(
					'query',
					'filter',
					{ type: 'object', properties: { tag: string } },
					{ style: 'deepObject', explode: true },
				),
			],
		}),
		post: operation('createItem', 'Add an item to the stock', {
			tags: ['items'],
			parameters: [param('header', 'Idempotency-Key', string)],
			requestBody: bodyOf('application/json', item),
		}),
	},
	'/v1/items/{id}': {
		parameters: [id],
		get: operation('getItem', 'Show one item'),
		patch: operation('changeItem', 'Change an item', {
			requestBody: bodyOf('application/merge-patch+json', {
				type: 'object',
				properties: { name: string, price: string, tags: strings },
				minProperties: 1,
			}),
		}),
		delete: operation('deleteItem', 'Remove an item for good'),
	},
	'/v1/items/{id}/photo': {
		parameters: [id],
		get: operation('getPhoto', 'Download the photo of an item'),
		post: operation('uploadPhoto', 'Upload a photo of an item', {
			requestBody: bodyOf(
				'multipart/form-data',
				{
					type: 'object',
					required: ['file'],
					properties: {
						file: { type: 'string', format: 'binary' },
						caption: string,
						meta: { type: 'object', properties: { by: string } },
					},
				},
				{ encoding: { file: { contentType: 'image/png, image/jpeg' } } },
			),
		}),
	},
};

const styles: Json = {
	'/v1/styles/{simple}/{simpleExploded}/{label}/{labelExploded}/{matrix}/{matrixExploded}': {
		get: operation('pathStyles', 'Take every style of path parameter', {
			parameters: [
				param('path', 'simple', strings),
				param('path', 'simpleExploded', point, { explode: true }),
				param('path', 'label', strings, { style: 'label' }),
				param('path', 'labelExploded', point, { style: 'label', explode: true }),
				param('path', 'matrix', strings, { style: 'matrix' }),
				param('path', 'matrixExploded', point, { style: 'matrix', explode: true }),
			],
		}),
	},
	'/v1/query': {
		get: operation('queryStyles', 'Take every style of query, header and cookie parameter', {
			parameters: [
				param('query', 'form', strings, { explode: false }),
				param('query', 'formExploded', strings),
				param('query', 'object', point, { explode: false }),
				param('query', 'objectExploded', point),
				param('query', 'space', strings, { style: 'spaceDelimited', explode: false }),
				param('query', 'pipe', strings, { style: 'pipeDelimited', explode: false }),
				param('query', 'deep', { type: 'object' }, { style: 'deepObject', explode: true }),
				param('query', 'path', string, { allowReserved: true }),
				{ in: 'query', name: 'json', content: { 'application/json': { schema: point } } },
				param('header', 'X-Ids', strings),
				param('cookie', 'theme', string),
				param('query', 'theme', string),
			],
		}),
	},
	'/v1/echo/{segment}': {
		get: operation('echoSegment', 'Echo one segment of the path', { parameters: [param('path', 'segment', string)] }),
	},
};

const bodies: Json = {
	'/v1/blobs/{name}': {
		put: operation('putBlob', 'Store bytes', {
			parameters: [param('path', 'name', string)],
			requestBody: bodyOf('application/octet-stream', { type: 'string', format: 'binary' }),
		}),
	},
	'/v1/form': {
		post: operation('sendForm', 'Send a form', {
			requestBody: bodyOf(
				'application/x-www-form-urlencoded',
				{ type: 'object', properties: { name: string, tags: strings, point, ids: { type: 'array', items: integer } } },
				{ encoding: { point: { style: 'deepObject' }, ids: { style: 'form', explode: false } } },
			),
		}),
	},
	'/v1/note': { post: operation('sendNote', 'Send plain text', { requestBody: bodyOf('text/plain', string) }) },
	'/v1/echo': {
		post: operation('echoBody', 'Echo a JSON body', {
			requestBody: bodyOf('application/json', { $ref: '#/components/schemas/Tree' }),
		}),
	},
};

const trouble: Json = {
	'/public': { get: operation('publicInfo', 'Read what anyone may', { security: [] }) },
	'/v1/large': { get: operation('largeAnswer', 'Answer with a megabyte') },
	'/v1/huge': { get: operation('hugeAnswer', 'Answer without end') },
	'/v1/status/{code}': {
		parameters: [status],
		get: operation('failReading', 'Fail with a status'),
		post: operation('failWriting', 'Fail to change something', {
			requestBody: { content: { 'application/json': { schema: { type: 'object', properties: { name: string } } } } },
		}),
	},
	'/v1/hang-up': { post: operation('hangUp', 'Close the connection without an answer') },
	'/v1/moved': { post: operation('moved', 'Redirect elsewhere') },
	'/v1/secret': { get: operation('otherScheme', 'Want a secret that nobody has', { security: [{ signature: [] }] }) },
};

/** The document that the service publishes about itself. */
export function openApiDocument(origin: string): Json {
	return {
		openapi: '3.1.0',
		info: { title: 'Warehouse', version: '1.2.3' },
		servers: [{ url: origin }],
		security: [{ key: [] }],
		paths: { ...items, ...styles, ...bodies, ...trouble },
		components: {
			securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' }, signature: { type: 'mutualTLS' } },
			schemas: {
				Item: {
					type: 'object',
					required: ['id', 'name'],
					additionalProperties: false,
					properties: {
						id: { type: 'integer', readOnly: true },
						name: { type: 'string', minLength: 1, maxLength: 80 },
						price: { type: 'string', pattern: '^\\d+\\.\\d{2}$' },
						tags: strings,
					},
				},
				Tree: {
					type: 'object',
					required: ['value'],
					properties: { value: string, children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
				},
			},
		},
	};
}
