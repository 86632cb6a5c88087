import { expect, it } from 'vitest';
import { createSchemaCheck } from '../src/adapters/json-schema.ts';

const check = createSchemaCheck();
const schema = {
	type: 'object',
	required: ['path'],
	additionalProperties: false,
	properties: {
		path: { type: 'string' },
		limit: { type: 'integer', maximum: 9 },
		unit: { enum: ['lines', 'bytes'] },
		filter: { type: 'object', required: ['field'], properties: { field: { type: 'string' } } },
	},
};

it.each([
	[{ path: 'a' }, []],
	[{}, ['path is missing']],
	[{ path: 'a', paht: 'b' }, ['there is no input paht']],
	[{ path: 'a', limit: 'x' }, ['limit must be integer']],
	[{ path: 'a', limit: 10 }, ['limit must be <= 9']],
	[{ path: 'a', unit: 'miles' }, ['unit is one of ["lines","bytes"]']],
	[{ path: 'a', filter: {} }, ['filter.field is missing']],
	['no object', ['the arguments must be object']],
])('says of %j what is wrong, by the names its caller uses', (value, problems) => {
	expect(check(schema, value)).toEqual(problems);
});
