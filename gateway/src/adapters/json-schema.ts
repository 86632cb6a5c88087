import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

/** What is wrong with a value, one readable line a problem; empty where it fits. */
export type SchemaCheck = (schema: Readonly<Record<string, unknown>>, value: unknown) => readonly string[];

/** Checks values against JSON Schema 2020-12, compiling each schema once. */
export function createSchemaCheck(): SchemaCheck {
	// Foreign schemas use unknown keywords and formats; a call is not refused for that.
	const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false, logger: false });
	const compiled = new WeakMap<object, ValidateFunction>();

	function validatorOf(schema: Readonly<Record<string, unknown>>): ValidateFunction {
		let validate = compiled.get(schema);
		if (validate === undefined) {
			const { $schema: _, $id: __, ...plain } = schema;
			validate = ajv.compile(plain);
			compiled.set(schema, validate);
		}
		return validate;
	}

	return (schema, value) => {
		const validate = validatorOf(schema);
		if (validate(value)) return [];
		return (validate.errors ?? []).map(problemOf);
	};
}

/** Where, then what; inputs by the names their caller uses. */
function problemOf({ instancePath, keyword, message = 'is wrong', params }: ErrorObject): string {
	const where = instancePath.slice(1).replaceAll('/', '.');
	const inside = where === '' ? '' : `${where}.`;
	if (keyword === 'required') return `${inside}${String(params.missingProperty)} is missing`;
	if (keyword === 'additionalProperties') return `there is no input ${inside}${String(params.additionalProperty)}`;
	if (keyword === 'enum') return `${where || 'the arguments'} is one of ${JSON.stringify(params.allowedValues)}`;
	return `${where || 'the arguments'} ${message}`;
}
